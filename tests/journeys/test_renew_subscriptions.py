from datetime import date, time, timedelta

import pytest

from commerce.boxes.actions import skip
from commerce.boxes.models import Renewal, RenewalStatus, Subscription
from commerce.boxes.queries import missing_boxes
from commerce.orders.models import Order, OrderStatus
from commerce.payments import actions as payments
from commerce.payments.models import PaymentMethod
from commerce.stock import actions as stock
from commerce.stock.models import StockRecord
from logistics.delivery_windows.models import DeliveryWindow
from logistics.seoul_time import moment
from storefront.journeys.cancel_order import expire_unpaid
from storefront.journeys.confirm_payment import charge_and_confirm
from storefront.journeys.renew_subscriptions import renew_due
from storefront.notices.models import Notice
from tests.builders import boxes
from tests.builders.journeys import NOW, Mall, Shopper, a_mall, a_shopper

pytestmark = pytest.mark.django_db

THURSDAY = date(2026, 3, 12)
CUT_OFF = moment(date(2026, 3, 9), time(18))
WINDOW_CLOSES = moment(date(2026, 3, 11), time(22))
ONE_SECOND = timedelta(seconds=1)


def _windows(mall: Mall, *, stops: int = 10) -> list[DeliveryWindow]:
    return [
        DeliveryWindow.objects.create(
            depot=mall.depot,
            on_date=THURSDAY,
            starts_at=moment(THURSDAY, time(hour)),
            ends_at=moment(THURSDAY, time(hour + 2)),
            cut_off_at=moment(THURSDAY - timedelta(days=1), time(22)),
            capacity_stops=stops,
        )
        for hour in (10, 14)
    ]


def _subscribed(mall: Mall, shopper: Shopper | None = None, **fields: object) -> Subscription:
    shopper = shopper or a_shopper()
    return boxes.a_subscription(
        box=boxes.a_box(variant=mall.strawberries, weeks=2, now=NOW),
        customer=shopper.customer,
        address=shopper.address,
        **fields,
    )


def _this_weeks() -> Renewal:
    return Renewal.objects.get(cycle__hand_over_on=THURSDAY)


def test_nothing_is_ordered_before_the_cut_off_and_all_at_it() -> None:
    mall = a_mall()
    _windows(mall)
    _subscribed(mall)
    assert renew_due(now=CUT_OFF - ONE_SECOND) == 0
    assert renew_due(now=CUT_OFF) == 1


def test_a_box_is_ordered_paid_and_told_by_itself() -> None:
    mall = a_mall()
    _, afternoon = _windows(mall)
    _subscribed(mall)
    renew_due(now=CUT_OFF)
    order, renewal = Order.objects.get(), _this_weeks()
    assert (order.status, order.total_won) == (OrderStatus.CONFIRMED, 12_000)
    assert (renewal.status, renewal.order_reference) == (RenewalStatus.PLACED, order.reference)
    assert order.fulfilments.get().window_reference == afternoon.reference
    assert StockRecord.objects.get(variant=mall.strawberries).allocated == 1
    kinds = sorted(Notice.objects.values_list("kind", flat=True))
    assert kinds == ["box_coming", "order_confirmed"]


def test_a_box_is_charged_with_nobody_there() -> None:
    mall = a_mall()
    _windows(mall)
    _subscribed(mall)
    renew_due(now=CUT_OFF)
    payment = Order.objects.get().payments.get()
    assert (payment.off_session, payment.status) == (True, "paid")


@pytest.mark.parametrize("late", [timedelta(hours=1), timedelta(days=1)])
def test_a_second_run_orders_nothing_more(late: timedelta) -> None:
    mall = a_mall()
    _windows(mall)
    _subscribed(mall)
    assert [renew_due(now=CUT_OFF), renew_due(now=CUT_OFF + late)] == [1, 0]
    assert Order.objects.count() == 1


def test_an_outage_of_a_day_costs_nobody_a_box() -> None:
    mall = a_mall()
    _windows(mall)
    _subscribed(mall)
    _subscribed(mall)
    assert renew_due(now=CUT_OFF + timedelta(days=1)) == 2
    assert missing_boxes(CUT_OFF + timedelta(days=1)) == []


def test_without_stock_the_box_is_refused_told_and_not_charged() -> None:
    mall = a_mall()
    _windows(mall)
    _subscribed(mall)
    stock.set_on_hand(variant=mall.strawberries, quantity=0, now=NOW)
    assert renew_due(now=CUT_OFF) == 0
    renewal = _this_weeks()
    assert (renewal.status, renewal.refusal_code) == (RenewalStatus.REFUSED, "INSUFFICIENT_STOCK")
    assert not Order.objects.exists()
    assert DeliveryWindow.objects.filter(taken_stops__gt=0).count() == 0
    assert Notice.objects.get().kind == "box_missed"


def test_without_a_window_the_box_is_refused_and_the_next_family_still_gets_theirs() -> None:
    mall, far = a_mall(), a_shopper()
    _windows(mall)
    far.address.lat, far.address.lon = 35.1796, 129.0756
    far.address.save()
    _subscribed(mall, far)
    _subscribed(mall)
    assert renew_due(now=CUT_OFF) == 1
    codes = Renewal.objects.filter(cycle__hand_over_on=THURSDAY).values_list("refusal_code")
    assert sorted(code for (code,) in codes) == ["", "NO_WINDOW"]


def test_a_full_afternoon_comes_in_the_morning() -> None:
    mall = a_mall()
    morning, afternoon = _windows(mall, stops=1)
    for _ in range(2):
        _subscribed(mall)
    renew_due(now=CUT_OFF)
    places = Order.objects.values_list("fulfilments__window_reference", flat=True)
    assert sorted(places) == sorted([morning.reference, afternoon.reference])


def test_a_skipped_box_does_not_come() -> None:
    mall, shopper = a_mall(), a_shopper()
    _windows(mall)
    _subscribed(mall, shopper)
    skip(renewal_reference=_this_weeks().reference, customer=shopper.customer, now=NOW)
    assert renew_due(now=CUT_OFF) == 0
    assert not Order.objects.exists()


def _declined(mall: Mall) -> Order:
    _windows(mall)
    _subscribed(mall, card_token="tok_declined")
    renew_due(now=CUT_OFF)
    return Order.objects.get()


def test_whoever_has_a_declined_card_is_told_until_when_another_will_do() -> None:
    order = _declined(a_mall())
    notice = Notice.objects.get(kind="box_card_declined")
    assert notice.facts == {"order": order.reference, "until": "2026-03-11 22:00"}


def test_a_box_waits_for_another_card_until_its_window_closes() -> None:
    order = _declined(a_mall())
    assert expire_unpaid(now=WINDOW_CLOSES) == 0
    (payment,) = payments.open_payment(
        order=order, method=PaymentMethod.CARD, card_token="tok_4242", now=WINDOW_CLOSES
    )
    charge_and_confirm(payment_reference=payment.reference, now=WINDOW_CLOSES)
    order.refresh_from_db()
    assert order.status == OrderStatus.CONFIRMED


def test_a_box_nobody_paid_for_ends_when_its_window_closes_and_frees_its_goods() -> None:
    mall = a_mall()
    order = _declined(mall)
    assert expire_unpaid(now=WINDOW_CLOSES + ONE_SECOND) == 1
    order.refresh_from_db()
    assert order.status == OrderStatus.CANCELLED
    assert StockRecord.objects.get(variant=mall.strawberries).allocated == 0
