"""What a Saleor makes of the news about an order that was born in it: once, whatever is lost.

The orders are placed by drafts, as its Dashboard does; nothing of how the core reads them is used.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import count

import pytest

from commerce.core.errors import CoreOrderEnded
from commerce.core.port import CommerceCore, Level, ProductFacts, Wanted
from commerce.errors import NotFound
from commerce.saleor.app.http_upstream import HttpUpstream
from commerce.saleor.app.upstream import Happened, News, UpstreamSilent
from tests.builders.core import World, stocked, variant_of, wanted
from tests.ports.commerce_cores import Saleor
from tests.ports.saleor_stories import TOKEN

pytestmark = pytest.mark.django_db


@pytest.fixture(params=[Saleor()], ids=["saleor"])
def saleor(request: pytest.FixtureRequest) -> Saleor:
    opened: Saleor = request.param
    return opened


@dataclass(frozen=True)
class Seen:
    """``levels`` by the product's place among the goods; ``refunded_won``: granted, given."""

    status: str
    levels: list[Level]
    shipments: list[str]
    granted_won: int
    money: list[tuple[str, int]]


@dataclass
class Born:
    """An order there of so many of each product, confirmed."""

    saleor: Saleor
    core: CommerceCore
    goods: list[ProductFacts]
    id: str
    lines: list[str]

    def tell(self, happened: Happened, key: str, *quantities: int, won: int = 0) -> None:
        lines = dict(zip(self.lines, quantities, strict=False))
        news = News(happened, key, {line: n for line, n in lines.items() if n}, won)
        shop = self.saleor.shop
        HttpUpstream(self.saleor.line).tell(shop.client.api_url, TOKEN or "played", self.id, news)

    def seen(self) -> Seen:
        node = self.saleor.shop.ask("order", id=self.id)["order"]
        variants = [variant_of(product) for product in self.goods]
        levels = self.core.stock(variants)
        return Seen(
            status=node["status"],
            levels=[levels[variant] for variant in variants],
            shipments=sorted(
                one["trackingNumber"]
                for one in node["fulfillments"]
                if one["status"] == "FULFILLED"
            ),
            granted_won=int(sum(grant["amount"]["amount"] for grant in node["grantedRefunds"])),
            money=sorted(
                (event["type"], int(event["amount"]["amount"]))
                for transaction in node["transactions"]
                for event in transaction["events"]
                if event["type"].endswith("_SUCCESS")
            ),
        )


def born(saleor: Saleor, *quantities: int, paid: bool = False) -> Born:
    """Ten of each product are there."""
    world: World = saleor.open()
    goods = [stocked(world) for _ in quantities]
    asked: Wanted = wanted(*zip(goods, quantities, strict=True))
    world.core.place(asked)
    world.core.confirm(asked.reference)
    node = saleor.shop.ask("order", reference=asked.reference)["order"]
    lines = {line["productSku"]: line["id"] for line in node["lines"]}
    made = Born(saleor, world.core, goods, node["id"], [lines[variant_of(x)] for x in goods])
    if paid:
        made.tell(Happened.PAID, "PAY-1", won=asked_won(asked))
    return made


def asked_won(asked: Wanted) -> int:
    return sum(x.quantity * x.unit_price_won for x in asked.lines) + asked.delivery_won


def test_goods_leave_in_parts_once_for_each_key(saleor: Saleor) -> None:
    order = born(saleor, 3)
    for _ in range(2):
        order.tell(Happened.LEFT, "OUT-1", 2)
    seen = order.seen()
    assert (seen.status, seen.levels) == ("PARTIALLY_FULFILLED", [Level(8, 1)])
    for _ in range(2):
        order.tell(Happened.LEFT, "OUT-2", 1)
    seen = order.seen()
    assert (seen.status, seen.levels) == ("FULFILLED", [Level(7, 0)])
    assert seen.shipments == ["OUT-1", "OUT-2"]


def test_what_its_staff_said_had_left_leaves_no_second_time(saleor: Saleor) -> None:
    order = born(saleor, 3)
    order.tell(Happened.LEFT, "STAFF", 2)
    order.tell(Happened.LEFT, "OUT-1", 3)
    assert order.seen().levels == [Level(7, 0)]
    order.tell(Happened.LEFT, "OUT-2", 3)
    assert order.seen().levels == [Level(7, 0)]


def test_what_will_never_leave_is_held_no_more(saleor: Saleor) -> None:
    order = born(saleor, 3)
    for key, quantity in (("SHORT-1", 1), ("SHORT-1", 1), ("SHORT-2", 1)):
        order.tell(Happened.NOT_THERE, key, quantity)
    assert order.seen().levels == [Level(10, 1)]
    order.tell(Happened.LEFT, "OUT-1", 1)
    assert order.seen().levels == [Level(9, 0)]


def test_a_part_that_ends_frees_its_own_goods_and_the_last_ends_the_order(saleor: Saleor) -> None:
    order = born(saleor, 2, 3)
    for _ in range(2):
        order.tell(Happened.ENDED, "FUL-1", 2)
    seen = order.seen()
    assert (seen.status, seen.levels) != ("CANCELED", [Level(10, 0), Level(10, 0)])
    assert seen.levels == [Level(10, 0), Level(10, 3)]
    for _ in range(2):
        order.tell(Happened.ENDED, "FUL-2", 0, 3)
    seen = order.seen()
    assert (seen.status, seen.levels) == ("CANCELED", [Level(10, 0), Level(10, 0)])


def test_a_part_ends_after_another_was_handed_over(saleor: Saleor) -> None:
    order = born(saleor, 2, 3)
    order.tell(Happened.LEFT, "FUL-1", 2)
    for _ in range(2):
        order.tell(Happened.ENDED, "FUL-2", 0, 3)
    seen = order.seen()
    assert seen.levels == [Level(8, 0), Level(10, 0)]
    assert (seen.status, seen.shipments) == ("PARTIALLY_RETURNED", ["FUL-1"])


def test_of_what_has_fallen_short_the_rest_ends(saleor: Saleor) -> None:
    order = born(saleor, 3)
    order.tell(Happened.NOT_THERE, "SHORT-1", 1)
    for _ in range(2):
        order.tell(Happened.ENDED, "FUL-1", 3)
    seen = order.seen()
    assert (seen.status, seen.levels) == ("CANCELED", [Level(10, 0)])


def test_an_order_of_which_nothing_is_there_ends(saleor: Saleor) -> None:
    order = born(saleor, 3)
    order.tell(Happened.NOT_THERE, "SHORT-1", 3)
    for _ in range(2):
        order.tell(Happened.ENDED, "FUL-1", 3)
    seen = order.seen()
    assert (seen.status, seen.levels) == ("CANCELED", [Level(10, 0)])


def test_goods_of_an_order_that_is_over_do_not_leave(saleor: Saleor) -> None:
    order = born(saleor, 2)
    order.tell(Happened.ENDED, "FUL-1", 2)
    with pytest.raises(CoreOrderEnded):
        order.tell(Happened.LEFT, "OUT-1", 2)
    order.tell(Happened.NOT_THERE, "SHORT-1", 1)
    assert order.seen().levels == [Level(10, 0)]


def test_what_was_paid_at_the_door_is_paid_once(saleor: Saleor) -> None:
    order = born(saleor, 2)
    for _ in range(2):
        order.tell(Happened.PAID, "PAY-1", won=14_000)
    assert order.seen().money == [("CHARGE_SUCCESS", 14_000)]


def test_what_goes_back_is_granted_once_and_of_our_own_given(saleor: Saleor) -> None:
    order = born(saleor, 2, paid=True)
    for key, won in (("REF-1", 5_000), ("REF-1", 5_000), ("REF-2", 9_000)):
        order.tell(Happened.REFUNDED, key, won=won)
    seen = order.seen()
    assert seen.granted_won == 14_000
    assert seen.money == [
        ("CHARGE_SUCCESS", 14_000),
        ("REFUND_SUCCESS", 5_000),
        ("REFUND_SUCCESS", 9_000),
    ]


def test_the_money_of_others_is_granted_for_their_staff_to_give(saleor: Saleor) -> None:
    """Paid by the core's own transaction of another name: as by any other app."""
    order = born(saleor, 2)
    shop = saleor.shop
    made = shop.ask("transaction_create", order=order.id, name="카드", reference="pi_1")
    shop.ask(
        "transaction_event_report",
        transaction=made["transactionCreate"]["transaction"]["id"],
        reference="ch_1",
        type="CHARGE_SUCCESS",
        amount="14000",
    )
    for _ in range(2):
        order.tell(Happened.REFUNDED, "REF-1", won=5_000)
    seen = order.seen()
    assert (seen.granted_won, seen.money) == (5_000, [("CHARGE_SUCCESS", 14_000)])


def test_what_nobody_paid_there_is_not_granted(saleor: Saleor) -> None:
    order = born(saleor, 2)
    order.tell(Happened.REFUNDED, "REF-1", won=5_000)
    assert order.seen().granted_won == 0


def test_news_of_an_order_that_is_not_there_is_refused(saleor: Saleor) -> None:
    order = born(saleor, 1)
    order.id = "T3JkZXI6MDAwMDAwMDAtMDAwMC00MDAwLTgwMDAtMDAwMDAwMDAwMDAw"
    with pytest.raises(NotFound):
        order.tell(Happened.LEFT, "OUT-1", 1)


NEWS: dict[str, Callable[[Born], None]] = {
    "paid": lambda order: order.tell(Happened.PAID, "PAY-9", won=1_000),
    "refunded": lambda order: order.tell(Happened.REFUNDED, "REF-9", won=1_000),
    "left": lambda order: order.tell(Happened.LEFT, "OUT-9", 2),
    "not there": lambda order: order.tell(Happened.NOT_THERE, "SHORT-9", 1),
    "ended": lambda order: order.tell(Happened.ENDED, "FUL-9", 3),
}


@pytest.mark.parametrize("news", NEWS)
def test_news_is_told_once_whichever_answer_is_lost(saleor: Saleor, news: str) -> None:
    paid = news == "refunded"
    calm = born(saleor, 3, paid=paid)
    NEWS[news](calm)
    for number in count():
        order = born(saleor, 3, paid=paid)
        saleor.lose_answer(number)
        try:
            NEWS[news](order)
        except UpstreamSilent:
            NEWS[news](order)
        was_lost = saleor.answer_was_lost()
        assert order.seen() == calm.seen()
        if not was_lost:
            break
    assert number > 0
