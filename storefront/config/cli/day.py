import argparse
import json
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import django
import psycopg
from django.core.management import call_command
from psycopg import conninfo
from psycopg.sql import SQL, Identifier
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from storefront.config.stack import throwaway

if TYPE_CHECKING:
    from storefront.day.simulate import Result

PHASES = {
    "world": "장터 열기 · opening",
    "boxes": "꾸러미 마감 · boxes",
    "orders": "장보기 · shopping",
    "planning": "배송 계획 · planning",
    "packing": "포장 · packing",
    "driving": "배송 · driving",
    "gates": "드라이브스루 · gates",
    "closing": "하루 마감 · closing",
    "checks": "점검 · checking",
}
SHOWN = {
    "orders_placed": "주문 · orders",
    "fulfilments": "나눔 · fulfilments",
    "handed_over": "전달 · handed over",
    "refunded": "환불 · refunds",
    "left_open": "끝나지 않음 · left open",
    "bookings": "차량 예약 · cars booked",
    "oversold": "초과 판매 · oversold",
    "loans": "책 대여 · loans",
    "collected": "책 회수 · collected",
    "routes": "경로 · routes",
    "stops_planned": "계획한 방문 · stops planned",
    "stops_served": "다녀온 방문 · stops served",
    "plan_violations": "계획 위반 · plan violations",
    "settlements": "정산 · settlements",
    "ledger_sum": "장부 합계 · ledger sum",
    "invariants_checked": "점검 항목 · invariants",
    "orders_per_second": "초당 주문 · orders a second",
    "seconds": "걸린 시간(초) · seconds",
}


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser(
        "day",
        description="Simulate one whole day on a database of its own, then check every invariant.",
    )
    parser.add_argument("--orders", type=_at_least_one, default=120, help="default: %(default)s")
    parser.add_argument("--seed", type=int, default=1, help="default: %(default)s")
    parser.add_argument(
        "--plan-seconds",
        type=float,
        default=3,
        metavar="S",
        help="how long each depot's plan is searched (default: %(default)s)",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures there")
    parser.set_defaults(run=run)


def _at_least_one(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


def run(args: argparse.Namespace) -> int:
    console = Console()
    with ExitStack() as stack:
        stack.enter_context(own_database())
        from storefront.day.simulate import simulate

        on_phase = stack.enter_context(_progress(console))
        result = simulate(
            orders=args.orders, seed=args.seed, plan_seconds=args.plan_seconds, on_phase=on_phase
        )
    if args.json:
        args.json.write_text(json.dumps(result.figures, ensure_ascii=False, indent=2))
    return _show(console, result)


@contextmanager
def own_database() -> Iterator[None]:
    """Django on an empty database that is gone afterwards.

    On the server of ``DATABASE_URL`` when it is set, else on servers started for this.
    """
    before = dict(os.environ)
    with ExitStack() as stack:
        stack.callback(os.environ.update, before)
        stack.callback(os.environ.clear)
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="mall-day-"))
        if os.environ.get("DATABASE_URL"):
            url = stack.enter_context(_database_beside(os.environ["DATABASE_URL"]))
        else:
            servers = stack.enter_context(throwaway.servers())
            url = servers.database_url
            os.environ["REDIS_URL"] = servers.redis_url
        os.environ |= {
            "DATABASE_URL": url,
            "MALL_STATE": folder,
            "MALL_SECRET_KEY": uuid4().hex,
            "MALL_EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend",
            "MALL_LOG_LEVEL": "CRITICAL",  # declined cards and silent gateways are on purpose
            "PAYMENT_GATEWAY": "commerce.payments.sandbox.gateway.SandboxGateway",
            "DJANGO_SETTINGS_MODULE": "storefront.config.settings",
        }
        os.environ.pop("DB_POOL", None)
        django.setup()
        call_command("migrate", verbosity=0)
        yield
        django.db.connections.close_all()


@contextmanager
def _database_beside(url: str) -> Iterator[str]:
    name = f"mall_day_{uuid4().hex[:12]}"
    with psycopg.connect(url, autocommit=True) as link:
        link.execute(SQL("create database {}").format(Identifier(name)))
        try:
            yield conninfo.make_conninfo(url, dbname=name)
        finally:
            link.execute(SQL("drop database {} with (force)").format(Identifier(name)))


@contextmanager
def _progress(console: Console) -> Iterator[Callable[[str, int], Callable[[], None]]]:
    columns = [TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()]
    with Progress(*columns, TimeElapsedColumn(), console=console) as progress:

        def on_phase(name: str, steps: int) -> Callable[[], None]:
            task = progress.add_task(f"{PHASES[name]:<22}", total=steps)
            return lambda: progress.advance(task)

        yield on_phase


def _show(console: Console, result: "Result") -> int:
    table = Table(show_header=False, box=None)
    for key, words in SHOWN.items():
        table.add_row(words, _written(result.figures[key]))
    console.print(table)
    for breach in result.breaches:
        console.print(f"[red]{breach.invariant}[/red] {breach.subject}: {breach.detail}")
    if result.breaches:
        return 1
    console.print("모든 점검을 통과했습니다 / every invariant holds")
    return 0


def _written(figure: Any) -> str:
    return f"{figure:,}"
