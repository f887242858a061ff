from datetime import time, timedelta

import pytest

from commerce.books.models import LoanStatus
from commerce.catalogue.models import Way
from commerce.orders.models import Fulfilment, FulfilmentStatus, Order, OrderStatus
from commerce.payments.models import PaymentMethod
from commerce.settlement.queries import balances
from commerce.stock.models import StockRecord
from logistics.consignments.models import Consignment, ConsignmentStatus
from logistics.execution.actions import TaskUnknown
from logistics.execution.models import StopEvent
from logistics.seoul_time import moment
from storefront.journeys.cancel_order import cancel_part
from storefront.journeys.record_stop import StopReport, depart, record
from storefront.notices.models import Notice
from tests.builders.journeys import (
    NEXT_MORNING,
    TOMORROW,
    Mall,
    a_mall,
    a_placed_order,
    a_published_plan,
    a_report,
    books_part,
    goods_part,
    the_route,
)

pytestmark = pytest.mark.django_db

AT_THE_DOOR = moment(TOMORROW, time(14, 30))
AFTERWARDS = moment(TOMORROW, time(15))


def _planned(mall: Mall, **how: object) -> Order:
    order = a_placed_order(mall, **how)
    a_published_plan(mall)
    return order


def _leave(mall: Mall) -> None:
    route = the_route(mall)
    depart(
        route_reference=route.reference,
        driver_reference=route.shift.driver.reference,
        now=NEXT_MORNING,
    )


def _say(mall: Mall, report: StopReport):
    driver = mall.shift.driver.reference
    return record(report=report, driver_reference=driver, received_at=AFTERWARDS)


def _home(order: Order) -> Fulfilment:
    return goods_part(order, Way.DELIVERY)


def test_when_the_van_leaves_goods_and_books_are_on_the_road() -> None:
    mall = a_mall()
    order = _planned(mall)
    _leave(mall)
    assert _home(order).status == FulfilmentStatus.OUT
    assert books_part(order).status == FulfilmentStatus.OUT
    assert mall.bundle.loans.get().status == LoanStatus.OUT  # nobody had tapped "packed"


def test_leaving_twice_is_leaving_once() -> None:
    mall = a_mall()
    order = _planned(mall)
    _leave(mall)
    _say(mall, a_report(_home(order).reference, "delivered"))
    _leave(mall)
    assert _home(order).status == FulfilmentStatus.HANDED_OVER


def test_who_waits_at_a_door_hears_once_that_it_is_on_its_way() -> None:
    mall = a_mall()
    order = _planned(mall)
    for _twice in range(2):
        _leave(mall)
    notice = Notice.objects.get(kind="on_its_way", facts__part=_home(order).hands_over_name)
    assert notice.user_reference == order.customer.user_reference
    assert notice.facts["order"] == order.reference


def test_a_delivered_report_hands_over_and_earns_the_money() -> None:
    mall = a_mall()
    order = _planned(mall)
    _leave(mall)
    result = _say(mall, a_report(_home(order).reference, "delivered"))
    assert (result.applied, result.repeat, result.conflict) == (True, False, False)
    assert _home(order).status == FulfilmentStatus.HANDED_OVER
    assert balances()["held"] == -12_000


def test_the_same_report_three_times_does_it_once() -> None:
    mall = a_mall()
    order = _planned(mall)
    _leave(mall)
    report = a_report(_home(order).reference, "delivered")
    repeats = [_say(mall, report).repeat for _ in range(3)]
    assert repeats == [False, True, True]
    assert StopEvent.objects.count() == 1
    assert StockRecord.objects.get(variant=mall.spinach).on_hand == 9


def test_delivered_books_are_on_loan() -> None:
    mall = a_mall()
    order = _planned(mall)
    _leave(mall)
    _say(mall, a_report(books_part(order).reference, "delivered"))
    assert mall.bundle.loans.get().status == LoanStatus.ON_LOAN


def test_money_due_at_the_door_is_the_drivers_to_bring_back() -> None:
    mall = a_mall()
    order = _planned(mall, method=PaymentMethod.ON_SITE)
    _leave(mall)
    _say(mall, a_report(_home(order).reference, "delivered"))
    paid = order.payments.get(fulfilment=_home(order))
    assert paid.taken_by == mall.shift.driver.reference
    assert balances()["till"] == 9_800


def test_a_failed_door_is_undelivered_and_can_still_be_given_back() -> None:
    mall = a_mall()
    order = _planned(mall)
    _leave(mall)
    _say(mall, a_report(_home(order).reference, "failed", reason="absent"))
    assert _home(order).status == FulfilmentStatus.UNDELIVERED
    cancel_part(fulfilment=_home(order), reason="undelivered", now=AFTERWARDS)
    assert _home(order).status == FulfilmentStatus.CANCELLED
    assert order.payments.get().refunded_won == 9_800
    moved = Consignment.objects.get(owner_reference=_home(order).reference)
    assert moved.status == ConsignmentStatus.FAILED


def test_undelivered_books_given_up_end_the_loan() -> None:
    mall = a_mall()
    order = _planned(mall)
    _leave(mall)
    _say(mall, a_report(books_part(order).reference, "failed", reason="absent"))
    cancel_part(fulfilment=books_part(order), reason="undelivered", now=AFTERWARDS)
    assert mall.bundle.loans.get().status == LoanStatus.CANCELLED


def test_a_second_try_that_succeeds_is_handed_over() -> None:
    mall = a_mall()
    order = _planned(mall)
    _leave(mall)
    home = _home(order).reference
    _say(mall, a_report(home, "failed", reason="absent"))
    later = AT_THE_DOOR + timedelta(minutes=20)
    _say(mall, a_report(home, "delivered", number=2, at=later))
    assert _home(order).status == FulfilmentStatus.HANDED_OVER


def test_reports_that_come_in_the_wrong_order_end_the_same() -> None:
    mall = a_mall()
    order = _planned(mall)
    _leave(mall)
    home = _home(order).reference
    later = AT_THE_DOOR + timedelta(minutes=20)
    newest = _say(mall, a_report(home, "delivered", number=2, at=later))
    late = _say(mall, a_report(home, "failed", reason="absent"))
    assert (newest.applied, late.applied) == (True, False)
    assert _home(order).status == FulfilmentStatus.HANDED_OVER


@pytest.mark.parametrize(
    ("kind", "reason", "status"),
    [
        ("delivered", "", FulfilmentStatus.HANDED_OVER),
        ("failed", "absent", FulfilmentStatus.UNDELIVERED),
    ],
)
def test_a_report_may_come_before_the_departure(
    kind: str, reason: str, status: FulfilmentStatus
) -> None:
    mall = a_mall()
    order = _planned(mall)
    for part in (_home(order), books_part(order)):
        _say(mall, a_report(part.reference, kind, reason=reason))
    _leave(mall)
    assert (_home(order).status, books_part(order).status) == (status, status)


def test_a_delivery_reported_after_the_refund_is_kept_and_moves_no_money() -> None:
    mall = a_mall()
    order = _planned(mall)
    _leave(mall)
    home = _home(order)
    _say(mall, a_report(home.reference, "failed", reason="absent"))
    cancel_part(fulfilment=home, reason="undelivered", now=AFTERWARDS)
    before = balances()
    later = AT_THE_DOOR + timedelta(minutes=20)
    result = _say(mall, a_report(home.reference, "delivered", number=2, at=later))
    assert result.applied
    assert StopEvent.objects.count() == 2
    assert _home(order).status == FulfilmentStatus.CANCELLED
    assert balances() == before


def test_a_door_called_off_before_the_van_left_stays_called_off() -> None:
    mall = a_mall()
    order = _planned(mall)
    home = _home(order)
    cancel_part(fulfilment=home, reason="shopper", now=NEXT_MORNING)
    _leave(mall)
    result = _say(mall, a_report(home.reference, "delivered"))
    assert result.conflict
    assert _home(order).status == FulfilmentStatus.CANCELLED


def test_another_driver_reports_nothing_here() -> None:
    mall = a_mall()
    order = _planned(mall)
    _leave(mall)
    with pytest.raises(TaskUnknown):
        record(
            report=a_report(_home(order).reference, "delivered"),
            driver_reference="DRV-OTHER",
            received_at=AFTERWARDS,
        )
    assert _home(order).status == FulfilmentStatus.OUT


def test_an_order_closes_when_its_last_part_is_handed_over() -> None:
    mall = a_mall()
    order = _planned(mall, goods=((mall.spinach, Way.DELIVERY),))
    _leave(mall)
    _say(mall, a_report(order.fulfilments.get().reference, "delivered"))
    order.refresh_from_db()
    assert order.status == OrderStatus.CLOSED
