import argparse
from datetime import UTC, datetime

from storefront.config.cli.database import connect


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser("renew", description="Place the order of every box now due.")
    parser.set_defaults(run=run)


def run(_args: argparse.Namespace) -> int:
    connect()
    from storefront.journeys.renew_subscriptions import renew_due

    placed = renew_due(now=datetime.now(UTC))
    print(f"주문한 꾸러미 / boxes ordered: {placed}")
    return 0
