"""The demo's days are opened as in any mall: from the regular week, which is recorded once."""

from datetime import date, timedelta

import pytest

from commerce.boxes.models import Cycle
from commerce.business_days import business_date, instant
from logistics.delivery_windows.models import DeliveryWindow
from logistics.fleet.models import Driver, Shift
from logistics.network.queries import depot
from logistics.regular_week import actions as week
from logistics.regular_week.queries import closed_days, regular_shifts, regular_windows
from storefront.demo.load import feasts_but, load
from storefront.demo.roll_forward import feast_days, roll_forward
from tests.storefront.demo.clock import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]

CHUSEOK = date(2027, 9, 16)  # its last day, a Thursday


def test_each_depot_has_its_week() -> None:
    weeks = {
        code: (len(regular_windows(depot(code))), len(regular_shifts(depot(code))))
        for code in ("suwon", "yongin")
    }
    assert weeks == {"suwon": (3, 3), "yongin": (2, 1)}


def test_what_the_dispatcher_changed_stays_changed() -> None:
    suwon = depot("suwon")
    week.remove(regular=regular_windows(suwon)[0])
    week.remove(regular=regular_shifts(suwon)[0])
    week.reopen_day(closed=closed_days(suwon, business_date(NOW))[0])
    left = len(closed_days(suwon, business_date(NOW)))
    load(size="small", now=NOW + timedelta(days=1))
    assert len(regular_windows(suwon)) == len(regular_shifts(suwon)) == 2
    assert len(closed_days(suwon, business_date(NOW))) == left


def test_a_driver_who_is_new_gets_a_shift() -> None:
    yongin = depot("yongin")
    driver = Driver.objects.create(depot=yongin, full_name="서강우", phone="010-0000-3007")
    yongin.vehicles.create(name="새 차", plate="경기99바0007", capacity_grams=1, capacity_ml=1)
    roll_forward(NOW)
    assert len(regular_windows(yongin)) == 3
    assert Shift.objects.filter(driver=driver).count() == 15


def test_on_a_feast_nobody_drives_and_no_box_comes() -> None:
    roll_forward(instant(CHUSEOK - timedelta(days=10)))
    feast = {day for day in feast_days() if day.year == CHUSEOK.year and day.month == 9}
    opened = set(DeliveryWindow.objects.values_list("on_date", flat=True))
    assert not feast & opened
    assert {CHUSEOK + timedelta(days=1), min(feast) - timedelta(days=1)} <= opened
    assert not Cycle.objects.filter(hand_over_on=CHUSEOK).exists()
    assert Cycle.objects.filter(hand_over_on=CHUSEOK + timedelta(weeks=1)).exists()


def test_a_day_that_is_two_feasts_is_one() -> None:
    assert date(2028, 10, 3) in feast_days()


def test_weeks_that_have_passed_can_be_opened_too() -> None:
    before = business_date(NOW) - timedelta(days=21)
    roll_forward(instant(before))
    assert DeliveryWindow.objects.filter(on_date=before, depot__code="suwon").count() == 3


def test_a_demo_that_is_opened_on_a_feast_shows_a_working_day() -> None:
    closed = feasts_but(CHUSEOK)
    assert CHUSEOK not in closed
    assert CHUSEOK - timedelta(days=1) in closed
