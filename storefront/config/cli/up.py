import argparse

from storefront.config.stack.up import up


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser(
        "up",
        description="Start the whole mall in this terminal. PORT and MALL_STATE choose where.",
    )
    parser.add_argument(
        "--demo",
        choices=["small", "full", "none"],
        default="small",
        help="what a fresh database is filled with (default: %(default)s)",
    )
    parser.add_argument("--verbose", action="store_true", help="show everything the parts say")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    return up(demo=args.demo, verbose=args.verbose)
