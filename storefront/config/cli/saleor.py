import argparse
import getpass
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import chain
from typing import TYPE_CHECKING

from storefront.config.cli.database import connect as connect_to_database
from storefront.config.stack.problem import Problem

if TYPE_CHECKING:
    from rich.progress import Progress

    from commerce.errors import CommerceError
    from commerce.saleor.setup.connect import Step

LARGEST_SAMPLE = 100
PARTS = {
    "app": "앱",
    "category": "분류",
    "channel": "판매 채널",
    "clock": "시계",
    "deliveries": "알림",
    "fulfilment settings": "출고 설정",
    "no reservations": "재고 예약 없음",
    "nothing oversold": "초과 판매 없음",
    "order settings": "주문 설정",
    "our app": "장터 앱",
    "our app switched on": "장터 앱 켜짐",
    "our app's permissions": "장터 앱의 권한",
    "our app's token": "장터 앱의 토큰",
    "our page": "주문 옆 장터 화면",
    "permissions": "권한",
    "product type": "상품 유형",
    "saleor": "Saleor",
    "set up": "준비",
    "shipping methods": "배송 방법",
    "shipping zone": "배송 구역",
    "shop settings": "상점 설정",
    "stock settings": "재고 설정",
    "tax": "세금",
    "tax classes": "과세 구분",
    "tax rates": "세율",
    "token": "토큰",
    "version": "판",
    "warehouses": "창고",
    "webhooks": "웹훅",
    "zone": "배송 구역",
}


COUNTED = {
    "products": "상품",
    "on hand": "재고",
    "promised": "약속한 재고",
    "orders": "열린 주문",
    "orders that agree": "같은 주문",
    "won ordered": "주문한 돈(원)",
    "won paid": "받은 돈(원)",
    "won given back": "돌려준 돈(원)",
}


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser("saleor", description="A Saleor as the mall's commerce core.")
    commands = parser.add_subparsers(dest="what", required=True, metavar="WHAT")
    connect = commands.add_parser(
        "connect",
        description="Set a Saleor up for the mall and install our app in it. Again, it mends what "
        "has come to differ. The password of the staff account is asked for, unless "
        "SALEOR_PASSWORD has it.",
    )
    connect.add_argument("--url", required=True, help="e.g. https://shop.example/graphql/")
    connect.add_argument("--email", required=True, help="of a member of staff who may do all")
    connect.add_argument(
        "--new-token", action="store_true", help="make one more token for the mall's app"
    )
    connect.set_defaults(run=run_connect)
    check = commands.add_parser("check", description="Check that the mall can rely on it.")
    check.set_defaults(run=run_check)
    adopt = commands.add_parser(
        "adopt",
        description="Carry a mall that keeps its products itself into the Saleor: products, stock "
        "and open orders with their money. Interrupted, run it again.",
    )
    adopt.set_defaults(run=run_adopt)
    compare = commands.add_parser(
        "compare",
        description="Hold the mall's shelf beside the Saleor's, as beat does every night; what "
        "differs waits on the operator's desk.",
    )
    compare.set_defaults(run=run_compare)
    sync = commands.add_parser("sync", description="Bring all products and their stock there.")
    sync.set_defaults(run=run_sync)


class SaleorTrouble(Problem):
    """It does not answer as it should; what it said is for the operator."""

    def __init__(self, said: str) -> None:
        super().__init__("Saleor가 거절했거나 답하지 않았습니다", f"Saleor: {said}")


@contextmanager
def _trouble_in_a_line() -> Iterator[None]:
    from commerce.errors import CommerceError
    from commerce.saleor.errors import SaleorError

    try:
        yield
    except SaleorError as error:
        raise SaleorTrouble(str(error)) from error
    except CommerceError as refusal:
        raise SaleorTrouble(_said(refusal)) from refusal


def _said(refusal: "CommerceError") -> str:
    return f"{refusal.code} {refusal.field} {refusal.data.get('message', '')}".rstrip()


def run_connect(args: argparse.Namespace) -> int:
    connect_to_database()
    from django.conf import settings

    from commerce.merchants.models import Merchant
    from commerce.orders.pricing import JOINT_DELIVERY_WON
    from commerce.saleor.client import Client
    from commerce.saleor.setup.connect import connect, connect_app, staff_token
    from storefront.config.cli import saleor_app

    password = os.environ.get("SALEOR_PASSWORD") or getpass.getpass(f"{args.email}: ")
    merchants = dict(Merchant.objects.values_list("reference", "name"))
    fees_won = sorted({0, JOINT_DELIVERY_WON})
    changed = 0
    with _trouble_in_a_line():
        with Client(args.url, None) as visitor:
            token = staff_token(visitor, args.email, password)
        with Client(args.url, token) as staff:
            for step in connect(
                staff, settings.SALEOR_CHANNEL, merchants=merchants, fees_won=fees_won
            ):
                changed += _told(step)
            app = connect_app(staff, new_token=args.new_token)
            changed += _told(app)
            if app.token:
                print("\n  이 값은 다시 볼 수 없습니다 / shown only this once:")
                print(f"  SALEOR_API_URL={args.url}\n  SALEOR_TOKEN={app.token}\n")
            installing = saleor_app.Installing(staff)
            for step in installing.steps():
                changed += _told(step)
    for line in installing.trouble:
        print(line)
    print(f"\n바꾼 것 / changed: {changed}")
    return installing.code


def _told(step: "Step") -> bool:
    print(f"  {'+' if step.changed else '·'} {_named(step.part)}")
    return step.changed


def _named(part: str) -> str:
    """A part that stands for one thing of many has its name in it already."""
    return f"{PARTS[part]} · {part}" if part in PARTS else part


def run_check(_args: argparse.Namespace) -> int:
    connect_to_database()
    from django.conf import settings

    from commerce.merchants.models import Merchant
    from commerce.orders.pricing import JOINT_DELIVERY_WON
    from commerce.saleor.setup.check import check
    from commerce.saleor.shop import configured
    from commerce.stock.models import StockRecord
    from storefront.config.cli import saleor_app

    records = StockRecord.objects.order_by("-counted_at")[:LARGEST_SAMPLE]
    problems = 0
    with _trouble_in_a_line():
        shop = configured()
        for finding in chain(
            check(
                shop.client,
                settings.SALEOR_CHANNEL,
                merchants=list(Merchant.objects.values_list("reference", flat=True)),
                fees_won=[0, JOINT_DELIVERY_WON],
                sample=list(records.values_list("variant__reference", flat=True)),
                now=datetime.now(UTC),
            ),
            saleor_app.findings(shop.client),
        ):
            problems += bool(finding.advice)
            mark = "✗" if finding.advice else "✓"
            print(f"  {mark} {_named(finding.part)}: {finding.fact}")
            if finding.advice:
                print(f"      → {finding.advice}")
    print(f"\n문제 / problems: {problems}")
    return min(problems, 1)


class OnSaleorAlready(Problem):
    def __init__(self) -> None:
        super().__init__(
            "이 장터는 이미 Saleor를 씁니다 (COMMERCE_CORE). 옮길 것이 없습니다",
            "this mall is on a Saleor already (COMMERCE_CORE): there is nothing to carry over",
        )


def run_adopt(_args: argparse.Namespace) -> int:
    connect_to_database()
    from commerce.core import adopting
    from commerce.core.port import core
    from commerce.orders.models import Fulfilment
    from commerce.saleor.core import SaleorCore
    from commerce.saleor.shop import configured
    from commerce.saleor.syncing import sync
    from storefront.journeys.tell_core import facts_of

    here = core()
    if not here.immediate:
        raise OnSaleorAlready
    with _trouble_in_a_line(), _bar() as bar:
        shop = configured()
        there = SaleorCore(shop)
        products, on_hand = adopting.to_bring()
        task = bar.add_task("상품과 재고 · products and stock", total=len(products) + len(on_hand))
        brought = sync(shop, products, on_hand, lambda done: bar.advance(task, done))
        orders = bar.add_task("열린 주문 · open orders", total=adopting.to_carry().count())
        carried = adopting.carry(
            here,
            there,
            facts_of=lambda part: facts_of(Fulfilment.objects.get(reference=part)),
            on_progress=lambda: bar.advance(orders),
            now=datetime.now(UTC),
        )
        adopting.settle(there)
        counts = adopting.counts(here, there)
    _print_refused({**brought.refused, **carried.refused})
    print(
        f"상품 / products: {brought.made} + {brought.changed}, "
        f"옮긴 주문 / orders carried {carried.orders}, 그대로 / same {carried.same}"
    )
    for count in counts:
        mark = "✓" if count.here == count.there else "✗"
        print(f"  {mark} {COUNTED[count.what]} · {count.what}: {count.here:,} → {count.there:,}")
    agrees = all(count.here == count.there for count in counts)
    return 0 if agrees and not (brought.refused or carried.refused) else 1


def run_compare(_args: argparse.Namespace) -> int:
    connect_to_database()
    from commerce.core.comparing import open_differences
    from commerce.core.port import core
    from storefront.journeys.compare_core import compare_core

    if core().immediate:
        raise Problem(
            "이 장터는 Saleor를 쓰지 않습니다 (COMMERCE_CORE)",
            "this mall does not use a Saleor (COMMERCE_CORE)",
        )
    with _trouble_in_a_line():
        compared = compare_core(now=datetime.now(UTC))
    for row in open_differences():
        print(f"  ✗ {row.title} ({row.subject}) {row.trait}: {row.ours!r} ≠ {row.theirs!r}")
    print(
        f"상품 / products {compared.products}, 다른 것 / differences {compared.differences}, "
        f"아직 전하는 중 / still being told {compared.waiting}"
    )
    return min(compared.differences, 1)


def run_sync(_args: argparse.Namespace) -> int:
    connect_to_database()
    from commerce.core.shelf import everything
    from commerce.saleor.shop import configured
    from commerce.saleor.syncing import sync

    products, on_hand = everything()
    began = datetime.now(UTC)
    with _trouble_in_a_line(), _bar() as bar:
        task = bar.add_task("상품과 재고 · products and stock", total=len(products) + len(on_hand))
        counts = sync(configured(), products, on_hand, lambda done: bar.advance(task, done))
    seconds = (datetime.now(UTC) - began).total_seconds()
    _print_refused(counts.refused)
    print(
        f"새 상품 / made {counts.made}, 고친 상품 / changed {counts.changed}, "
        f"그대로 / same {counts.same}, 재고 / stock set {counts.stock_set}, "
        f"거절 / refused {len(counts.refused)}, {seconds:.1f} s"
    )
    return min(len(counts.refused), 1)


def _bar() -> "Progress":
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    return Progress(
        TextColumn("  {task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
    )


def _print_refused(refused: "Mapping[str, Exception]") -> None:
    from django.conf import settings

    from commerce.errors import CommerceError

    for reference, refusal in refused.items():
        said = _said(refusal) if isinstance(refusal, CommerceError) else str(refusal)
        print(f"  ✗ {reference}: {said}", file=sys.stderr)
    if any(getattr(refusal, "field", "") == "mediaUrl" for refusal in refused.values()):
        print(
            "  Saleor가 사진을 가져가지 못했습니다 / Saleor could not fetch the pictures from "
            f"{settings.PUBLIC_URL} (MALL_PUBLIC_URL)",
            file=sys.stderr,
        )
