"""The small demo's two weeks before the day it is loaded for, with Chuseok in them."""

from datetime import date, timedelta

import pytest
from django.db.models import F

from commerce.books.models import Loan
from commerce.business_days import business_date, instant
from commerce.catalogue.models import Way
from commerce.orders.models import Fulfilment, FulfilmentStatus, Order, OrderStatus
from commerce.parcels.models import Parcel
from commerce.settlement.models import Settlement
from drivethrough.queue.models import Arrival, ArrivalStatus
from drivethrough.slots.models import Booking, BookingStatus
from logistics.planning.models import Plan, Route
from logistics.planning.queries import plan_violations
from storefront.day.invariants import check_all
from storefront.demo.history import days_to_live
from storefront.notices.models import Notice, NoticeStatus
from tests.storefront.demo.clock import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]
TODAY = business_date(NOW)
MIDNIGHT = instant(TODAY)
FIRST = TODAY - timedelta(weeks=2)
CHUSEOK = [date(2026, 9, 24), date(2026, 9, 25), date(2026, 9, 26)]


def test_no_invariant_is_broken() -> None:
    assert check_all(NOW) == []


def test_every_part_promised_before_today_was_handed_over_or_given_back() -> None:
    before = Fulfilment.objects.filter(promised_until__lt=MIDNIGHT)
    ended = {FulfilmentStatus.HANDED_OVER, FulfilmentStatus.CANCELLED}
    assert set(before.values_list("status", flat=True)) == ended
    assert before.filter(ended_at=None).count() == 0


def test_most_past_orders_were_closed() -> None:
    past = Order.objects.filter(key__startswith="past-")
    assert past.count() > 40
    assert past.filter(status=OrderStatus.CLOSED).count() > 0.85 * past.count()


def test_orders_come_from_every_past_day_but_the_feast() -> None:
    keys = Order.objects.filter(key__startswith="past-").values_list("key", flat=True)
    ordered_for = {date.fromisoformat(key[len("past-") :][:10]) for key in keys}
    days = {FIRST + timedelta(days=n) for n in range(14)}
    assert ordered_for == days - set(CHUSEOK)


def test_nobody_drives_on_chuseok() -> None:
    assert not Plan.objects.filter(on_date__in=CHUSEOK).exists()


def test_past_routes_were_driven_and_broke_no_rule() -> None:
    routes = Route.objects.filter(plan__on_date__lt=TODAY)
    assert routes.exists()
    assert not routes.filter(departed_at=None).exists()
    for plan in Plan.objects.filter(on_date__lt=TODAY):
        assert plan_violations(plan) == []


def test_cars_were_called_and_served_or_did_not_come() -> None:
    before = Booking.objects.filter(slot__ends_at__lt=MIDNIGHT)
    assert set(before.values_list("status", flat=True)) <= {
        BookingStatus.SERVED,
        BookingStatus.MISSED,
    }
    served = Arrival.objects.filter(status=ArrivalStatus.SERVED)
    assert served.count() == before.filter(status=BookingStatus.SERVED).count() > 0
    assert not served.filter(ended_at__lte=F("arrived_at")).exists()


def test_each_full_week_was_settled() -> None:
    weeks = set(Settlement.objects.values_list("until_on", flat=True))
    assert weeks == {date(2026, 9, 20), date(2026, 9, 27)}


def test_nobody_gets_the_messages_of_the_past() -> None:
    waiting = Notice.objects.filter(status=NoticeStatus.QUEUED)
    assert waiting.exists()
    assert not waiting.filter(queued_at__lt=NOW - timedelta(days=1)).exists()


def test_the_librarys_own_late_loan_was_not_fetched() -> None:
    assert Loan.objects.filter(key__startswith="demo-loan-", collected_at=None).count() == 1


def test_a_mall_that_had_its_first_day_is_given_no_other_past() -> None:
    assert days_to_live("small", TODAY + timedelta(days=9)) == []


def test_a_load_that_was_cut_short_goes_on_where_it_was() -> None:
    Order.objects.filter(key__startswith="demo-").update(key=F("reference"))
    lived_until = FIRST + timedelta(days=4)
    later = [f"past-{FIRST + timedelta(days=n)}" for n in range(5, 14)]
    for beginning in later:
        Order.objects.filter(key__startswith=beginning).update(key=F("reference"))
    days = days_to_live("small", TODAY)
    assert (days[0], days[-1]) == (lived_until + timedelta(days=1), TODAY - timedelta(days=1))


def test_without_orders_the_past_begins_two_weeks_ago() -> None:
    Order.objects.update(key=F("reference"))
    assert days_to_live("small", TODAY) == [FIRST + timedelta(days=n) for n in range(14)]


def test_past_parcels_were_sent_on_their_day_and_came_in_time() -> None:
    past = Fulfilment.objects.filter(way=Way.PARCEL, promised_until__lt=MIDNIGHT)
    assert past.count() > 5
    assert set(past.values_list("status", flat=True)) == {FulfilmentStatus.HANDED_OVER}
    assert not past.filter(ended_at__gt=F("promised_until")).exists()
    sent = Parcel.objects.filter(fulfilment__in=past)
    assert not sent.exclude(sent_at=F("fulfilment__promised_from")).exists()
