"""A part that its merchant sends by courier, from the basket to the shopper's door."""

from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest

from commerce.business_days import business_date
from commerce.catalogue.models import Way
from commerce.core.models import CoreOrder
from commerce.errors import CommerceError
from commerce.orders.actions import InvalidTransition
from commerce.orders.models import Fulfilment, FulfilmentStatus, Order, OrderLine, OrderStatus
from commerce.parcels.actions import ParcelUnknown
from commerce.parcels.couriers import Courier
from commerce.parcels.models import Parcel
from commerce.payments.models import Payment, PaymentMethod, Refund
from commerce.receipts.receipt import receipt_of
from commerce.returns import actions as returns
from commerce.returns.models import ReturnKind
from commerce.settlement.models import Journal
from commerce.settlement.queries import balances, payable, statement, trial_balance
from commerce.stock.models import StockRecord
from logistics.consignments.models import Consignment
from storefront.day.invariants import check_all
from storefront.journeys.cancel_order import SHOPPER, cancel_order, cancel_part
from storefront.journeys.cancel_some import cancel_some
from storefront.journeys.close_day import close_day
from storefront.journeys.confirm_payment import charge_and_confirm, send_refunds
from storefront.journeys.hand_over import hand_over
from storefront.journeys.place_order import AddressNeeded, ParcelPaidBefore, place_order
from storefront.journeys.plan_checkout import OutOfArea, plan_checkout
from storefront.journeys.send_parcel import (
    ParcelNotSent,
    pay_back,
    pay_back_forgotten,
    say_it_came,
    say_it_came_back,
    send_parcel,
    take_as_come,
)
from storefront.journeys.tell_core import facts_of
from storefront.notices.models import Notice
from tests.builders.journeys import (
    NEXT_MORNING,
    NOTHING_TAKEN,
    NOW,
    TODAY,
    TOMORROW,
    Mall,
    Shopper,
    a_basket_of,
    a_checkout,
    a_far_door,
    a_hold_for,
    a_mall,
    a_placed_order,
    a_shopper,
    add_books,
    books_part,
    by_parcel,
    goods_part,
    taken_of,
)

pytestmark = pytest.mark.django_db

NUMBER = "654321098765"
SOON = NOW + timedelta(hours=1)
NOON = NEXT_MORNING + timedelta(hours=3)


def sent(part: Fulfilment, *, key: str = "press", now: datetime = NOON, **fields: str) -> Parcel:
    asked = {
        "merchant_reference": part.hands_over,
        "courier": Courier.CJ,
        "number": NUMBER,
        "by": "USR-1",
    }
    return send_parcel(key=key, fulfilment_reference=part.reference, now=now, **asked | fields)


def refunded() -> list[int]:
    """Won of each refund, in the order they were made."""
    return list(Refund.objects.order_by("pk").values_list("amount_won", flat=True))


def an_order_by_parcel(*, quantity: int = 1, mall: Mall | None = None) -> Order:
    mall = mall or a_mall()
    return a_placed_order(mall, goods=(by_parcel(mall.tofu),) * quantity)


def all_ways(mall: Mall, shopper: Shopper) -> Order:
    """Spinach by van, tofu by parcel, strawberries at the gate and a book bundle: paid at once."""
    basket = a_basket_of(
        shopper,
        (mall.spinach, Way.DELIVERY),
        by_parcel(mall.tofu),
        (mall.strawberries, Way.DRIVE_THROUGH),
    )
    add_books(mall, shopper, basket)
    a_hold_for(basket, mall.slot)
    placed = place_order(
        checkout=a_checkout(basket, shopper, mall.window),
        customer=shopper.customer,
        key="all-ways",
        now=NOW,
    )
    (payment,) = placed.payments
    charge_and_confirm(payment_reference=payment.reference, now=NOW)
    return Order.objects.get(pk=placed.order.pk)


# All ways at once


def test_a_basket_of_all_ways_is_one_order_and_one_payment() -> None:
    order = all_ways(a_mall(), a_shopper())
    parts = {part.way: part for part in order.fulfilments.filter(lines__bundle_reference="")}
    assert order.fulfilments.count() == 4
    assert {way: part.total_won for way, part in parts.items()} == {
        "delivery": 2_500 + 4_000,
        "parcel": 3_300 + 3_500,
        "drive_through": 12_000,
    }
    payment = Payment.objects.get()
    assert payment.amount_won == order.total_won == 6_500 + 6_800 + 12_000
    assert order.status == OrderStatus.CONFIRMED
    assert check_all(NOW) == []


@pytest.mark.parametrize("order_of", [(0, 1, 2, 3), (3, 2, 1, 0), (1, 3, 0, 2)])
def test_each_part_given_up_gives_back_exactly_that_part(order_of: tuple[int, ...]) -> None:
    mall = a_mall()
    order = all_ways(mall, a_shopper())
    parts = list(order.fulfilments.order_by("pk"))
    back = 0
    for number in order_of:
        cancel_part(fulfilment=parts[number], reason=SHOPPER, now=SOON)
        back += parts[number].total_won
        assert sum(refunded()) == back
        assert -balances()["held"] == order.total_won - back
        assert trial_balance() == 0
    send_refunds(now=SOON)
    order.refresh_from_db()
    assert order.status == OrderStatus.CANCELLED
    assert taken_of(mall) == NOTHING_TAKEN
    assert check_all(SOON) == []


def test_no_van_is_asked_for_a_parcel() -> None:
    order = all_ways(a_mall(), a_shopper())
    asked = set(Consignment.objects.values_list("owner_reference", flat=True))
    assert asked == {goods_part(order, Way.DELIVERY).reference, books_part(order).reference}


def test_the_core_has_a_parcel_s_order_with_its_fee() -> None:
    part = an_order_by_parcel().fulfilments.get()
    there = CoreOrder.objects.get(reference=part.reference)
    assert (there.delivery_won, there.total_won) == (3_500, 6_800)
    told = facts_of(part)
    assert (told["way"], told["promised"]) == ("parcel", "2026-03-04 17:00–2026-03-06 21:00")


# What it costs and when it comes


def test_a_parcel_alone_needs_a_door_and_no_window() -> None:
    mall, shopper = a_mall(), a_shopper()
    basket = a_basket_of(shopper, by_parcel(mall.tofu))
    bare = a_checkout(basket, shopper, mall.window, windows={})
    with pytest.raises(AddressNeeded):
        place_order(
            checkout=replace(bare, address_reference=""),
            customer=shopper.customer,
            key="a",
            now=NOW,
        )
    part = place_order(
        checkout=bare, customer=shopper.customer, key="b", now=NOW
    ).order.fulfilments.get()
    assert (part.window_reference, part.booking_reference) == ("", "")
    assert part.place_name == "(16488) 경기도 수원시 팔달구 인계로 123 101동 1502호"


def test_jeju_pays_more_and_is_told_before_it_pays() -> None:
    mall, shopper = a_mall(), a_shopper()
    door = a_far_door(shopper.customer)
    basket = a_basket_of(shopper, by_parcel(mall.tofu))
    (part,) = plan_checkout(basket=basket, address=door, now=NOW).parts
    assert (part.price.delivery_won, part.price.far_won) == (6_500, 3_000)
    placed = place_order(
        checkout=a_checkout(basket, shopper, mall.window, address_reference=door.reference),
        customer=shopper.customer,
        key="jeju",
        now=NOW,
    )
    assert placed.order.total_won == 3_300 + 6_500
    assert placed.order.fulfilments.get().place_name.startswith("(63122) 제주특별자치도 제주시")


def test_what_a_van_was_to_bring_is_refused_far_away_and_goes_by_parcel() -> None:
    mall, shopper = a_mall(), a_shopper()
    door = a_far_door(shopper.customer)
    basket = a_basket_of(shopper, (mall.tofu, Way.DELIVERY))
    with pytest.raises(OutOfArea):
        plan_checkout(basket=basket, address=door, now=NOW)
    basket.lines.update(way=Way.PARCEL)
    plan = plan_checkout(basket=basket, address=door, now=NOW)
    assert [part.key for part in plan.parts] == [f"parcel:{mall.tofu.product.merchant.reference}"]


def test_it_is_promised_from_the_courier_s_hour_to_the_second_evening() -> None:
    part = an_order_by_parcel().fulfilments.get()
    seoul = [at + timedelta(hours=9) for at in (part.promised_from, part.promised_until)]
    assert [f"{at:%m-%d %H:%M}" for at in seoul] == ["03-04 17:00", "03-06 21:00"]


def test_nobody_pays_a_courier_at_the_door() -> None:
    mall, shopper = a_mall(), a_shopper()
    basket = a_basket_of(shopper, by_parcel(mall.tofu))
    with pytest.raises(ParcelPaidBefore):
        place_order(
            checkout=a_checkout(basket, shopper, mall.window, method=PaymentMethod.ON_SITE),
            customer=shopper.customer,
            key="on-site",
            now=NOW,
        )
    assert not Order.objects.exists()
    assert taken_of(mall) == NOTHING_TAKEN


# Giving up


def test_some_given_up_keeps_the_fee_and_all_given_up_gives_it_back() -> None:
    mall = a_mall()
    order = an_order_by_parcel(mall=mall, quantity=3)
    part = order.fulfilments.get()
    line = part.lines.get()
    cancel_some(fulfilment=part, keep={line.reference: 1}, now=SOON)
    assert refunded() == [2 * 3_300]
    cancel_some(fulfilment=part, keep={line.reference: 0}, now=SOON)
    assert sorted(refund.amount_won for refund in Refund.objects.all()) == [
        2 * 3_300,
        3_300 + 3_500,
    ]
    assert (balances()["held"], trial_balance()) == (0, 0)
    assert taken_of(mall) == NOTHING_TAKEN


def test_what_a_courier_has_is_not_given_up() -> None:
    order = an_order_by_parcel()
    part = order.fulfilments.get()
    sent(part)
    with pytest.raises(InvalidTransition):
        cancel_order(order=order, reason=SHOPPER, now=NOON)
    with pytest.raises(InvalidTransition):
        cancel_some(fulfilment=part, keep={part.lines.get().reference: 0}, now=NOON)
    assert not Refund.objects.exists()


# Sending


def test_the_shopper_is_told_once_where_to_follow_it() -> None:
    part = an_order_by_parcel().fulfilments.get()
    sent(part)
    sent(part)
    sent(part, key="other-tab")
    told = Notice.objects.get(kind="parcel_sent")
    assert told.facts["courier"] == "CJ대한통운"
    assert told.facts["page"] == f"https://trace.cjlogistics.com/next/tracking.html?wblNo={NUMBER}"


def test_a_corrected_number_is_told_again() -> None:
    part = an_order_by_parcel().fulfilments.get()
    sent(part)
    sent(part, key="again", number="1" * 12)
    numbers = Notice.objects.filter(kind="parcel_sent").order_by("pk")
    assert [notice.facts["number"] for notice in numbers] == [NUMBER, "1" * 12]


def test_money_is_earned_when_it_has_come_and_not_when_it_is_sent() -> None:
    mall = a_mall()
    part = an_order_by_parcel(mall=mall).fulfilments.get()
    merchant = part.hands_over
    sent(part)
    assert (payable(merchant), -balances()["held"]) == (0, 6_800)
    assert say_it_came(fulfilment_reference=part.reference, merchant_reference=merchant, now=NOON)
    commission = 3_300 * 6 // 100
    assert payable(merchant) == 3_300 - commission + 3_500
    assert balances() == {
        "gateway": 6_800,
        "held": 0,
        "merchant": -(3_300 - commission + 3_500),
        "commission": -commission,
    }
    rows = statement(merchant, TODAY, TOMORROW).rows
    assert [(row.name, row.goods_won) for row in rows] == [("손두부", 3_300), ("택배비", 3_500)]
    assert StockRecord.objects.get(variant=mall.tofu).on_hand == 9
    assert check_all(NOON) == []


def test_having_come_is_said_once() -> None:
    part = an_order_by_parcel().fulfilments.get()
    sent(part)
    said = [
        say_it_came(
            fulfilment_reference=part.reference, merchant_reference=part.hands_over, now=NOON
        )
        for _ in range(2)
    ]
    assert said == [True, False]
    assert Journal.objects.filter(event="handed_over").count() == 1


def test_what_nobody_has_sent_cannot_have_come() -> None:
    part = an_order_by_parcel().fulfilments.get()
    with pytest.raises(ParcelNotSent):
        say_it_came(
            fulfilment_reference=part.reference, merchant_reference=part.hands_over, now=NOON
        )


def test_after_three_days_of_silence_it_has_come() -> None:
    part = an_order_by_parcel().fulfilments.get()
    sent(part)
    assert take_as_come(now=NOON + timedelta(days=3) - timedelta(seconds=1)) == 0
    third = NOON + timedelta(days=3)
    assert (take_as_come(now=third), take_as_come(now=third)) == (1, 0)
    part.refresh_from_db()
    assert (part.status, part.ended_at) == (FulfilmentStatus.HANDED_OVER, third)
    assert Notice.objects.filter(kind="parcel_taken_as_come").count() == 1


def test_a_corrected_number_does_not_put_the_third_day_off() -> None:
    part = an_order_by_parcel().fulfilments.get()
    sent(part)
    sent(part, key="again", number="1" * 12, now=NOON + timedelta(days=2))
    assert take_as_come(now=NOON + timedelta(days=3)) == 1


def test_another_merchant_can_do_nothing_with_it() -> None:
    mall = a_mall()
    part = an_order_by_parcel(mall=mall).fulfilments.get()
    stranger = mall.spinach.product.merchant.reference
    with pytest.raises(ParcelUnknown):
        sent(part, merchant_reference=stranger)
    sent(part)
    with pytest.raises(ParcelUnknown):
        say_it_came(fulfilment_reference=part.reference, merchant_reference=stranger, now=NOON)
    assert Parcel.objects.count() == 1


# Coming back


def came_back(part: Fulfilment, now: datetime = NOON) -> bool:
    return say_it_came_back(
        fulfilment_reference=part.reference, merchant_reference=part.hands_over, now=now
    )


def a_parcel_that_came_back() -> Fulfilment:
    part = an_order_by_parcel().fulfilments.get()
    sent(part)
    came_back(part)
    part.refresh_from_db()
    return part


def test_what_came_back_is_told_once_and_sent_again_with_a_new_number() -> None:
    part = a_parcel_that_came_back()
    assert not came_back(part)
    assert Notice.objects.filter(kind="parcel_back").count() == 1
    later = NOON + timedelta(days=1)
    sent(part, key="again", now=later)
    part.refresh_from_db()
    assert (part.status, part.parcels.latest("pk").sent_at) == (FulfilmentStatus.OUT, later)
    third = NOON + timedelta(days=3)
    assert take_as_come(now=third) == 0, "counted from when it was sent again"
    assert check_all(third) == []
    assert take_as_come(now=later + timedelta(days=3)) == 1


def test_what_came_back_is_paid_back_with_its_fee() -> None:
    part = a_parcel_that_came_back()
    for _ in range(2):
        pay_back(fulfilment_reference=part.reference, merchant_reference=part.hands_over, now=NOON)
    assert refunded() == [3_300 + 3_500]
    assert check_all(NOON) == []


def test_what_came_back_and_nobody_touched_is_paid_back_on_the_third_day() -> None:
    part = a_parcel_that_came_back()
    third = NOON + timedelta(days=3)
    assert close_day(until_on=business_date(third), now=third) == []
    assert pay_back_forgotten(now=third - timedelta(seconds=1)) == 0
    assert check_all(third) == []
    assert (pay_back_forgotten(now=third), pay_back_forgotten(now=third)) == (1, 0)
    part.refresh_from_db()
    assert part.status == FulfilmentStatus.CANCELLED
    assert refunded() == [part.total_won]


def test_a_parcel_nobody_sent_is_paid_back_at_night() -> None:
    part = an_order_by_parcel().fulfilments.get()
    night = part.promised_until + timedelta(hours=6)
    assert close_day(until_on=business_date(part.promised_until), now=night) == [part]
    assert refunded() == [part.total_won]
    assert check_all(night) == []


def test_only_what_is_on_its_way_comes_back_and_only_what_came_back_is_paid_back_so() -> None:
    part = an_order_by_parcel().fulfilments.get()
    with pytest.raises(InvalidTransition):
        came_back(part)
    sent(part)
    with pytest.raises(InvalidTransition):
        pay_back(fulfilment_reference=part.reference, merchant_reference=part.hands_over, now=NOON)
    assert refunded() == []


def test_goods_by_weight_are_weighed_before_they_are_sent() -> None:
    mall = a_mall()
    mall.tofu.by_weight = True
    mall.tofu.save()
    part = an_order_by_parcel(mall=mall).fulfilments.get()
    with pytest.raises(CommerceError) as refusal:
        sent(part)
    assert refusal.value.code == "WEIGHT_NEEDED"
    part.refresh_from_db()
    assert (part.status, Parcel.objects.count()) == (FulfilmentStatus.CONFIRMED, 0)


# Afterwards


def test_days_to_send_it_back_are_counted_from_when_it_came() -> None:
    order = an_order_by_parcel()
    part = order.fulfilments.get()
    line = OrderLine.objects.get(fulfilment=part)
    sent(part)
    came = NOON + timedelta(days=2)
    say_it_came(fulfilment_reference=part.reference, merchant_reference=part.hands_over, now=came)
    seventh = came + timedelta(days=7)

    def asked(now: datetime) -> None:
        returns.ask(
            key=f"{now}",
            line_reference=line.reference,
            customer=order.customer,
            kind=ReturnKind.WITHDRAWAL,
            quantity=1,
            words="마음이 바뀌었어요",
            now=now,
        )

    with pytest.raises(returns.ReturnTooLate):
        asked(seventh + timedelta(days=1))
    asked(seventh)


def test_a_parcel_s_fee_bears_vat_on_the_receipt() -> None:
    order = an_order_by_parcel()
    receipt = receipt_of(order)
    assert receipt.delivery.gross_won == 3_500
    assert (receipt.exempt_won, receipt.supply_won + receipt.vat_won) == (0, 6_800)


def test_an_order_is_over_when_its_parcel_has_come() -> None:
    mall = a_mall()
    order = all_ways(mall, a_shopper())
    for part in order.fulfilments.exclude(way=Way.PARCEL):
        hand_over(fulfilment=part, taken_by="DRV-1", now=NOON)
    part = goods_part(order, Way.PARCEL)
    sent(part)
    order.refresh_from_db()
    assert order.status == OrderStatus.CONFIRMED
    say_it_came(fulfilment_reference=part.reference, merchant_reference=part.hands_over, now=NOON)
    order.refresh_from_db()
    assert order.status == OrderStatus.CLOSED
    assert check_all(NOON) == []


def test_what_closes_too_early_for_tomorrow_is_sent_on_the_day_after() -> None:
    mall, shopper = a_mall(), a_shopper()
    product = mall.tofu.product
    product.cut_off_days, product.cut_off = 1, time(9)  # on the day before, and it is ten by now
    product.save()
    basket = a_basket_of(shopper, by_parcel(mall.tofu))
    (part,) = plan_checkout(basket=basket, address=shopper.address, now=NOW).parts
    assert part.days is not None
    assert part.days.sent_on == TOMORROW + timedelta(days=1)
