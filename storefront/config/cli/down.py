import argparse

from storefront.config.stack.down import down
from storefront.config.stack.state import State


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser("down", description="Stop the mall of this MALL_STATE.")
    parser.set_defaults(run=run)


def run(_args: argparse.Namespace) -> int:
    stopped = down(State.here())
    print("멈췄습니다 / stopped" if stopped else "실행 중이 아닙니다 / nothing was running")
    return 0
