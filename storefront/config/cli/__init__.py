"""``mall``: one small module for each command, each with ``add(subparsers)`` and ``run(args)``."""

import argparse
import importlib
import sys
from collections.abc import Sequence
from typing import NoReturn

from storefront.config.stack.problem import Problem

# Name and help of every command. Its module is imported only when it is used (or asked for help),
# so that `mall down` needs neither Django nor OR-Tools.
COMMANDS = {
    "up": "모두 켜기 · start everything",
    "down": "모두 끄기 · stop everything",
    "doctor": "모든 부분 점검 · check every part",
    "demo": "예시 자료 넣기 · load the demo",
    "day": "하루 모의 운영 · simulate one day",
    "solve": "경로 문제 풀기 · solve a routing problem",
    "what-if": "바꾸면 어떻게 되나 · plan a problem changed, and compare",
    "plan": "배송 계획 · plan a day of deliveries",
    "settle": "정산 · settle with merchants",
    "operator": "첫 운영자 정하기 · appoint the first operator",
    "renew": "정기배송 주문 · place due boxes",
    "saleor": "Saleor 연결·점검·맞추기·견주기 · connect, check, sync or compare a Saleor",
}
WRONG_USE = 2


class Parser(argparse.ArgumentParser):
    """One line in both languages instead of a page of usage."""

    def error(self, message: str) -> NoReturn:
        command = self.prog.removesuffix(" ")
        self.exit(
            WRONG_USE,
            f"잘못된 사용 / wrong arguments: {message}. 도움말 / help: {command} --help\n",
        )


def main(argv: Sequence[str] | None = None) -> int:
    words = list(sys.argv[1:] if argv is None else argv)
    parser = _parser(words[0] if words else "")
    args = parser.parse_args(words)
    try:
        return int(args.run(args))
    except Problem as problem:
        print(problem, file=sys.stderr)
        return getattr(problem, "exit_code", 1)
    except BrokenPipeError:
        return 1


def _parser(command: str) -> Parser:
    parser = Parser(prog="mall", description="장터 · Jangteo")
    subparsers = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, summary in COMMANDS.items():
        if name == command:
            importlib.import_module(f"{__name__}.{name.replace('-', '_')}").add(subparsers)
        else:
            subparsers.add_parser(name, help=summary)
    return parser
