"""Orders born in a Saleor become ours and stay in step, whatever is lost, doubled or late."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.utils.timezone import localdate
from pytest_django import Settings

from commerce.catalogue.models import TaxClass, Variant, Way
from commerce.core.port import Level
from commerce.harvests.actions import Goods
from commerce.orders.models import Fulfilment, FulfilmentStatus, Order, OrderStatus
from commerce.payments.models import Payment, PaymentMethod, PaymentStatus, Refund, RefundStatus
from commerce.saleor.app.actions import work_off
from commerce.saleor.app.models import ForeignOrder, Installation
from commerce.saleor.app.queries import orders_to_see_to
from commerce.saleor.app.upstream import UpstreamSilent
from commerce.settlement.models import LedgerEntry
from commerce.settlement.queries import balances
from drivethrough.slots.models import Booking
from logistics.consignments.models import Consignment, ConsignmentStatus
from logistics.network.models import Locality
from storefront.journeys.confirm_payment import send_refunds
from storefront.journeys.cut_harvest import declare_harvest
from storefront.journeys.follow_saleor_order import catch_up, follow_order
from storefront.journeys.hand_over import hand_over
from storefront.saleor_app.handlers import HANDLERS
from tests.builders.commerce import a_variant
from tests.builders.journeys import (
    NOTHING_TAKEN,
    NOW,
    Mall,
    a_mall,
    a_placed_order,
    goods_part,
    taken_of,
)
from tests.builders.saleor import (
    ORDER_ID,
    a_door,
    allow,
    an_event,
    an_installation,
    receive,
    there_is,
)
from tests.fakes.commerce_core import NAME, FarCore, Line
from tests.fakes.saleor import FakeSaleor

pytestmark = pytest.mark.django_db

PLATE = "12가3456"


@pytest.fixture
def mall() -> Mall:
    Locality.objects.create(city="수원시 팔달구", name="인계동", lat=37.2664, lon=127.0321)
    return a_mall()


@pytest.fixture
def saleor(settings: Settings) -> FakeSaleor:
    made = FakeSaleor()
    allow(settings, made)
    an_installation(made, now=NOW)
    return made


def follow(saleor: FakeSaleor, now: Any = NOW) -> None:
    follow_order(api_url=saleor.api_url, order_id=ORDER_ID, now=now)


def problem() -> str:
    return ForeignOrder.objects.get().problem


def paid(saleor: FakeSaleor, *goods: tuple[Variant, int], **fields: Any) -> Order:
    """Followed once it was paid there."""
    order = there_is(saleor, *goods, **fields)
    saleor.there[ORDER_ID] = replace(order, charged_won=order.total_won)
    follow(saleor)
    return Order.objects.get()


def owed_by_the_saleor() -> int:
    entries = LedgerEntry.objects.filter(account__kind="gateway", account__owner_reference="saleor")
    return sum(entries.values_list("amount_won", flat=True))


def change(saleor: FakeSaleor, **fields: Any) -> None:
    saleor.there[ORDER_ID] = replace(saleor.there[ORDER_ID], **fields)
    follow(saleor, NOW + timedelta(minutes=1))


def test_a_paid_order_becomes_parts_that_reach_planning(mall: Mall, saleor: FakeSaleor) -> None:
    order = paid(saleor, (mall.spinach, 2), (mall.tofu, 1))
    assert (order.status, order.total_won) == (OrderStatus.CONFIRMED, 12_300)
    move = Consignment.objects.get()
    assert move.owner_reference == order.fulfilments.get().reference
    assert (move.earliest_at, move.contact_name) == (mall.window.starts_at, "김하나")
    assert ForeignOrder.objects.get().order_reference == order.reference


def test_its_money_is_owed_to_us_by_that_saleor(mall: Mall, saleor: FakeSaleor) -> None:
    order = paid(saleor, (mall.spinach, 1))
    payment = order.payments.get()
    assert (payment.method, payment.status) == (PaymentMethod.SALEOR, PaymentStatus.PAID)
    assert owed_by_the_saleor() == 6_500


def test_told_twice_it_is_one_order(mall: Mall, saleor: FakeSaleor) -> None:
    paid(saleor, (mall.spinach, 1))
    follow(saleor)
    assert (Order.objects.count(), Payment.objects.count()) == (1, 1)
    assert taken_of(mall)["stops"] == 1


def test_an_order_not_confirmed_there_is_not_taken_yet(mall: Mall, saleor: FakeSaleor) -> None:
    there_is(saleor, (mall.spinach, 1), status="UNCONFIRMED")
    follow(saleor)
    assert not Order.objects.exists()
    change(saleor, status="UNFULFILLED")
    assert Order.objects.get().status == OrderStatus.CONFIRMED


def test_an_order_that_is_paid_is_taken_and_confirmed_there(mall: Mall, saleor: FakeSaleor) -> None:
    order = paid(saleor, (mall.spinach, 1), status="UNCONFIRMED")
    assert order.status == OrderStatus.CONFIRMED
    assert saleor.there[ORDER_ID].status == "UNFULFILLED"


def test_one_that_cannot_be_taken_is_not_confirmed_there(mall: Mall, saleor: FakeSaleor) -> None:
    order = there_is(saleor, (mall.spinach, 11), status="UNCONFIRMED")
    saleor.there[ORDER_ID] = replace(order, charged_won=order.total_won)
    follow(saleor)
    assert saleor.there[ORDER_ID].status == "UNCONFIRMED"


def test_an_order_not_paid_there_is_paid_at_the_door(mall: Mall, saleor: FakeSaleor) -> None:
    there_is(saleor, (mall.spinach, 1))
    follow(saleor)
    payment = Payment.objects.get()
    assert (payment.method, payment.status) == (PaymentMethod.ON_SITE, PaymentStatus.OPEN)


def test_paid_there_later_nothing_is_taken_at_the_door(mall: Mall, saleor: FakeSaleor) -> None:
    there_is(saleor, (mall.spinach, 1))
    follow(saleor)
    change(saleor, charged_won=6_500)
    assert list(Payment.objects.order_by("pk").values_list("method", "status")) == [
        (PaymentMethod.ON_SITE, PaymentStatus.CANCELLED),
        (PaymentMethod.SALEOR, PaymentStatus.PAID),
    ]


def test_an_order_paid_in_part_is_for_a_person(mall: Mall, saleor: FakeSaleor) -> None:
    there_is(saleor, (mall.spinach, 1), charged_won=1_000)
    follow(saleor)
    assert (problem(), Order.objects.count()) == ("SALEOR_PARTLY_PAID", 0)


def test_the_window_that_was_chosen_is_taken(mall: Mall, saleor: FakeSaleor) -> None:
    paid(saleor, (mall.spinach, 1), window=mall.later_window.reference)
    assert Fulfilment.objects.get().promised_from == mall.later_window.starts_at


def test_a_slot_that_was_chosen_is_booked_for_its_car(mall: Mall, saleor: FakeSaleor) -> None:
    chosen = {"slot": mall.slot.reference, "plate": PLATE, "delivery_won": 0}
    paid(saleor, (mall.strawberries, 1), **chosen)
    booking = Booking.objects.get()
    assert (booking.plate, booking.phone_last4) == (PLATE, "5678")
    part = Fulfilment.objects.get()
    assert (part.way, part.booking_reference) == (Way.DRIVE_THROUGH, booking.reference)
    assert booking.owner_reference == part.reference


def test_a_slot_without_a_plate_is_for_a_person_and_holds_nothing(
    mall: Mall, saleor: FakeSaleor
) -> None:
    there_is(saleor, (mall.strawberries, 1), slot=mall.slot.reference, delivery_won=0)
    follow(saleor)
    assert problem() == "PLATE_FORMAT"
    assert not Booking.objects.exists()
    change(saleor, plate=PLATE)
    assert (problem(), Order.objects.count()) == ("", 1)


def test_a_total_that_no_unit_price_gives_is_kept_to_the_won(
    mall: Mall, saleor: FakeSaleor
) -> None:
    order = there_is(saleor, (mall.spinach, 3), charged_won=11_000, total_won=11_000)
    cheaper = replace(order.lines[0], total_won=7_000)
    saleor.there[ORDER_ID] = replace(order, lines=(cheaper,))
    follow(saleor)
    lines = Fulfilment.objects.get().lines.order_by("pk")
    assert list(lines.values_list("quantity", "unit_price_won")) == [(1, 2_334), (2, 2_333)]


def test_goods_of_others_are_none_of_ours(mall: Mall, saleor: FakeSaleor) -> None:
    order = there_is(saleor, (mall.spinach, 1))
    saleor.there[ORDER_ID] = replace(order, lines=(replace(order.lines[0], variant=""),))
    follow(saleor)
    assert (problem(), Order.objects.count()) == ("", 0)


@pytest.mark.parametrize(
    ("odd", "code"),
    [
        ({"door": a_door(area="서울특별시")}, "OUTSIDE_PROVINCE"),
        ({"door": None}, "OUTSIDE_PROVINCE"),
        ({"door": a_door(city="없는시")}, "OUT_OF_AREA"),
        ({"door": a_door(postcode="1")}, "POSTCODE_FORMAT"),
        ({"phone": "+1 555 0100"}, "PHONE_FORMAT"),
        ({"full_name": ""}, "TEXT_REQUIRED"),
        ({"window": "WIN-NONE"}, "WINDOW_UNKNOWN"),
        ({"slot": "SLT-NONE"}, "NOT_FOUND"),
        ({"currency": "USD"}, "SALEOR_NOT_IN_WON"),
        ({"total_won": 1}, "SALEOR_TOTAL_DIFFERS"),
    ],
)
def test_what_cannot_be_taken_is_for_a_person_and_takes_nothing(
    mall: Mall, saleor: FakeSaleor, odd: dict[str, Any], code: str
) -> None:
    there_is(saleor, (mall.spinach, 1), **odd)
    follow(saleor)
    assert [order.problem for order in orders_to_see_to()] == [code]
    assert not Order.objects.exists()
    assert taken_of(mall) == NOTHING_TAKEN


def test_a_mixture_with_goods_of_others_is_for_a_person(mall: Mall, saleor: FakeSaleor) -> None:
    stranger = a_variant(name="상추")
    there_is(saleor, (mall.spinach, 1), (stranger, 1))
    saleor.there[ORDER_ID] = replace(
        saleor.there[ORDER_ID],
        lines=[
            replace(line, variant="" if line.variant == stranger.reference else line.variant)
            for line in saleor.there[ORDER_ID].lines
        ],
    )
    follow(saleor)
    assert problem() == "SALEOR_GOODS_UNKNOWN"


def test_what_is_sold_out_here_is_for_a_person_until_it_is_there(
    mall: Mall, saleor: FakeSaleor
) -> None:
    there_is(saleor, (mall.spinach, 11))
    follow(saleor)
    assert problem() == "INSUFFICIENT_STOCK"
    change(saleor, lines=[replace(saleor.there[ORDER_ID].lines[0], quantity=10)])
    assert (problem(), Order.objects.count()) == ("", 1)


def test_a_short_harvest_cuts_it_as_any_other(mall: Mall, saleor: FakeSaleor) -> None:
    chosen = {"slot": mall.slot.reference, "plate": PLATE, "delivery_won": 0}
    paid(saleor, (mall.strawberries, 4), **chosen)
    goods = Goods(mall.site.reference, mall.strawberries, localdate(mall.slot.starts_at))
    declare_harvest(key="tap", goods=goods, picked=3, seen=4, now=NOW)
    assert Fulfilment.objects.get().lines.get().quantity == 3
    assert Refund.objects.get().amount_won == mall.strawberries.price_won


def test_cancelled_there_it_is_cancelled_here(mall: Mall, saleor: FakeSaleor) -> None:
    order = paid(saleor, (mall.spinach, 1))
    change(saleor, status="CANCELED")
    order.refresh_from_db()
    assert order.status == OrderStatus.CANCELLED
    assert Consignment.objects.get().status == ConsignmentStatus.CANCELLED
    assert taken_of(mall) == NOTHING_TAKEN


def test_the_money_of_a_cancelled_one_waits_until_that_saleor_gave_it_back(
    mall: Mall, saleor: FakeSaleor
) -> None:
    paid(saleor, (mall.spinach, 1))
    change(saleor, status="CANCELED")
    send_refunds(now=NOW)
    assert Refund.objects.get().status == RefundStatus.OPEN
    change(saleor, refunded_won=6_500)
    assert Refund.objects.get().status == RefundStatus.DONE
    assert set(balances().values()) == {0}


def test_of_a_cancelled_one_only_what_is_left_goes_back(mall: Mall, saleor: FakeSaleor) -> None:
    paid(saleor, (mall.spinach, 1), (mall.tofu, 1))
    change(saleor, refunded_won=3_000)
    change(saleor, status="CANCELED")
    assert (problem(), Refund.objects.latest("pk").amount_won) == ("", 6_800)


def test_cancelled_there_once_it_is_handed_over_is_for_a_person(
    mall: Mall, saleor: FakeSaleor
) -> None:
    order = paid(saleor, (mall.spinach, 1))
    hand_over(fulfilment=order.fulfilments.get(), taken_by="DRV-1", now=NOW)
    change(saleor, status="CANCELED", refunded_won=6_500)
    order.refresh_from_db()
    assert order.status == OrderStatus.CLOSED


def test_money_given_back_there_is_booked_here_once(mall: Mall, saleor: FakeSaleor) -> None:
    paid(saleor, (mall.spinach, 2))
    for won in (1_000, 1_000, 3_000):
        change(saleor, refunded_won=won)
    assert list(Refund.objects.order_by("pk").values_list("amount_won", "status")) == [
        (1_000, RefundStatus.DONE),
        (2_000, RefundStatus.DONE),
    ]
    assert owed_by_the_saleor() == 6_000


def test_handed_over_there_but_not_here_is_for_a_person(mall: Mall, saleor: FakeSaleor) -> None:
    order = paid(saleor, (mall.spinach, 1))
    change(saleor, status="FULFILLED")
    row = ForeignOrder.objects.get()
    assert (row.problem, row.order_reference) == ("SALEOR_HANDED_OVER_THERE", order.reference)


def test_what_they_handed_over_before_we_heard_of_it_is_theirs(
    mall: Mall, saleor: FakeSaleor
) -> None:
    there_is(saleor, (mall.spinach, 1), status="FULFILLED")
    follow(saleor)
    assert (problem(), Order.objects.count()) == ("", 0)


def test_an_order_that_is_gone_there_changes_nothing(mall: Mall, saleor: FakeSaleor) -> None:
    paid(saleor, (mall.spinach, 1))
    del saleor.there[ORDER_ID]
    follow(saleor)
    assert Order.objects.get().status == OrderStatus.CONFIRMED


def test_an_event_is_only_a_hint_in_any_order(mall: Mall, saleor: FakeSaleor) -> None:
    order = there_is(saleor, (mall.spinach, 1), status="CANCELED")
    receive(saleor, an_event(2), event="order_cancelled", now=NOW)
    receive(saleor, an_event(1), event="order_created", now=NOW)
    assert work_off(handlers=HANDLERS, now=NOW, limit=9) == 2
    assert not Order.objects.exists()
    saleor.there[ORDER_ID] = replace(order, status="UNFULFILLED")
    receive(saleor, an_event(3), event="order_updated", now=NOW)
    work_off(handlers=HANDLERS, now=NOW, limit=9)
    assert Order.objects.count() == 1


def test_while_the_saleor_is_silent_the_event_waits(mall: Mall, saleor: FakeSaleor) -> None:
    there_is(saleor, (mall.spinach, 1))
    receive(saleor, an_event(), now=NOW)
    saleor.trouble = UpstreamSilent(reason="ConnectError")
    work_off(handlers=HANDLERS, now=NOW, limit=9)
    assert not ForeignOrder.objects.exists()
    saleor.trouble = None
    work_off(handlers=HANDLERS, now=NOW + timedelta(minutes=1), limit=9)
    assert Order.objects.count() == 1


def test_an_order_whose_events_were_lost_is_found_by_the_sweep(
    mall: Mall, saleor: FakeSaleor
) -> None:
    there_is(saleor, (mall.spinach, 1))
    assert catch_up(now=NOW + timedelta(minutes=10)) == 1
    assert Order.objects.count() == 1
    assert saleor.asked[0] == f"since {NOW - timedelta(minutes=5):%H:%M}"


def test_the_sweep_of_a_silent_saleor_comes_again_from_where_it_was(
    mall: Mall, saleor: FakeSaleor
) -> None:
    saleor.trouble = UpstreamSilent(reason="ConnectError")
    assert catch_up(now=NOW) == 0
    assert Installation.objects.get().orders_read_until is None


def placed_by_us(mall: Mall, saleor: FakeSaleor) -> Fulfilment:
    """Our own order, as the core's own Saleor has it."""
    order = a_placed_order(mall, goods=((mall.spinach, Way.DELIVERY),))
    part = goods_part(order, Way.DELIVERY)
    there_is(saleor, (mall.spinach, 1), external_reference=part.reference, charged_won=6_500)
    return part


@pytest.fixture
def core_there(mall: Mall, saleor: FakeSaleor, settings: Settings) -> FakeSaleor:
    """The Saleor is the commerce core as well."""
    settings.COMMERCE_CORE, settings.SALEOR_API_URL = NAME, saleor.api_url
    line = FarCore.line = Line()
    for variant in (mall.spinach, mall.tofu, mall.strawberries):
        line.books.taxable[variant.reference] = variant.product.tax_class == TaxClass.TAXABLE
        line.books.levels[variant.reference] = Level(on_hand=10, allocated=0)
    return saleor


def test_what_we_placed_there_is_not_doubled(mall: Mall, saleor: FakeSaleor) -> None:
    placed_by_us(mall, saleor)
    follow(saleor)
    assert Order.objects.count() == 1


def test_cancelled_in_the_cores_own_saleor_our_part_is_given_back(
    mall: Mall, core_there: FakeSaleor
) -> None:
    part = placed_by_us(mall, core_there)
    change(core_there, status="CANCELED")
    part.refresh_from_db()
    assert part.status == FulfilmentStatus.CANCELLED
    assert Refund.objects.get().amount_won == 6_500


def test_no_other_saleor_has_a_say_in_our_orders(mall: Mall, saleor: FakeSaleor) -> None:
    part = placed_by_us(mall, saleor)
    change(saleor, status="CANCELED")
    part.refresh_from_db()
    assert part.status == FulfilmentStatus.CONFIRMED


def test_money_given_back_there_that_was_paid_to_us_is_for_a_person(
    mall: Mall, core_there: FakeSaleor
) -> None:
    placed_by_us(mall, core_there)
    change(core_there, refunded_won=1_000)
    assert problem() == "SALEOR_REFUND_DIFFERS"


def test_what_the_cores_own_saleor_sold_is_not_placed_there_again(
    mall: Mall, core_there: FakeSaleor
) -> None:
    paid(core_there, (mall.spinach, 1))
    assert Order.objects.get().status == OrderStatus.CONFIRMED
    assert FarCore.line.told == []
