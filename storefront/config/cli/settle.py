import argparse
from datetime import UTC, date, datetime

from storefront.config.cli.database import connect


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser(
        "settle", description="Settle everything handed over until a day, that day included."
    )
    parser.add_argument("--until", type=date.fromisoformat, required=True, metavar="YYYY-MM-DD")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    connect()
    from storefront.journeys.settle_merchants import settle_until

    run = settle_until(until_on=args.until, now=datetime.now(UTC))
    print(f"정산 / settlements: {run.merchant_count} ({run.status})")
    return 0
