import argparse
from datetime import UTC, datetime

from storefront.config.cli.database import connect
from storefront.config.stack.problem import Problem


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser(
        "operator", description="Make an existing account an operator: the first one of a mall."
    )
    parser.add_argument("email", metavar="EMAIL")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    connect()
    from storefront.accounts import actions

    try:
        user = actions.account(args.email)
    except actions.AccountUnknown:
        raise Problem(
            "이 이메일로 가입한 사람이 없습니다. 먼저 가입해 주세요",
            "nobody has signed up with this e-mail address: sign up first",
        ) from None
    is_new = actions.appoint_operator(user=user, now=datetime.now(UTC))
    print(
        "운영자로 정했습니다 / an operator now" if is_new else "이미 운영자입니다 / was one before"
    )
    return 0
