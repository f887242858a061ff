"""When a site opens regularly, and the slots that open by themselves for it."""

from datetime import date, time, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from drivethrough.errors import DrivethroughError
from drivethrough.openings import actions, queries
from drivethrough.openings.models import RegularOpening, SiteClosing
from drivethrough.slots.days import SiteDayBooked
from drivethrough.slots.models import Slot, SlotStatus
from drivethrough.slots.opening import change_capacity, pause
from drivethrough.slots.spans import at, business_date
from tests.builders.drivethrough import NOW, SATURDAY, a_booking, a_regular_opening, a_site, a_slot

pytestmark = pytest.mark.django_db

NEXT_SATURDAY = SATURDAY + timedelta(days=7)


def opened_on(site: Any) -> list[date]:
    begins = Slot.objects.filter(site=site).exclude(status=SlotStatus.CANCELLED)
    return sorted({business_date(slot.starts_at) for slot in begins})


def test_two_weeks_of_saturdays_open_by_themselves() -> None:
    opening = a_regular_opening()
    assert actions.open_ahead(site=opening.site, now=NOW) == 12
    first = Slot.objects.order_by("starts_at").first()
    assert first is not None
    assert (first.starts_at, first.ends_at) == (
        at(SATURDAY, time(11)),
        at(SATURDAY, time(11, 30)),
    )
    assert first.cut_off_at == at(SATURDAY - timedelta(days=1), time(18))
    assert first.capacity_cars == 8
    assert opened_on(opening.site) == [SATURDAY, NEXT_SATURDAY]


def test_a_4_9_market_opens_on_its_days() -> None:
    opening = a_regular_opening(weekdays=[], market_day=4)
    actions.open_ahead(site=opening.site, now=NOW)
    assert opened_on(opening.site) == [date(2026, 11, 29), date(2026, 12, 4), date(2026, 12, 9)]


def test_opened_again_nothing_is_there_twice() -> None:
    opening = a_regular_opening()
    actions.open_ahead(site=opening.site, now=NOW)
    assert actions.open_ahead(site=opening.site, now=NOW) == 0
    assert Slot.objects.count() == 12


def test_a_day_later_only_the_day_that_has_come_is_new() -> None:
    opening = a_regular_opening(weekdays=list(range(7)))
    actions.open_ahead(site=opening.site, now=NOW)
    assert actions.open_ahead(site=opening.site, now=NOW + timedelta(days=1)) == 6


def test_a_slot_that_was_edited_stays_as_it_is() -> None:
    opening = a_regular_opening()
    actions.open_ahead(site=opening.site, now=NOW)
    slot = Slot.objects.order_by("starts_at").first()
    assert slot is not None
    change_capacity(slot=slot, cars=2, preparers=None)
    pause(slot=slot)
    actions.open_ahead(site=opening.site, now=NOW)
    slot.refresh_from_db()
    assert (slot.capacity_cars, slot.status) == (2, SlotStatus.PAUSED)


def test_a_day_that_was_cut_differently_stays_so() -> None:
    opening = a_regular_opening()
    a_slot(site=opening.site, start=time(11, 10))
    actions.open_ahead(site=opening.site, now=NOW)
    assert Slot.objects.filter(starts_at__lt=at(SATURDAY + timedelta(days=1), time(0))).count() == 1


def test_where_market_and_weekday_share_hours_the_markets_cars_come() -> None:
    weekly = a_regular_opening(weekdays=[6], cars=3)  # the 29th is a Sunday
    a_regular_opening(site=weekly.site, weekdays=[], market_day=4, cars=9)
    actions.open_ahead(site=weekly.site, now=NOW)
    sunday = SATURDAY + timedelta(days=1)
    day = Slot.objects.filter(starts_at__lt=at(sunday + timedelta(days=1), time(0)))
    assert {slot.capacity_cars for slot in day} == {9}


def test_removed_nothing_more_is_opened_and_what_is_open_stays() -> None:
    opening = a_regular_opening()
    site = opening.site
    actions.open_ahead(site=site, now=NOW)
    actions.remove(opening=opening)
    assert actions.open_ahead(site=site, now=NOW + timedelta(days=7)) == 0
    assert Slot.objects.count() == 12


def test_the_same_opening_twice_is_one() -> None:
    first = a_regular_opening()
    assert a_regular_opening(site=first.site) == first
    assert RegularOpening.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"weekdays": []}, "OPENING_DAYS"),
        ({"weekdays": [7]}, "OPENING_DAYS"),
        ({"market_day": 4}, "OPENING_DAYS"),
        ({"weekdays": [], "market_day": 6}, "OPENING_DAYS"),
        ({"end": time(11, 20)}, "SLOT_SPAN"),
        ({"end": time(10)}, "SLOT_SPAN"),
        ({"minutes": 0}, "SLOT_SPAN"),
        ({"cars": 0}, "SLOT_SPAN"),
        ({"cut_off_days": 0, "cut_off": time(11, 1)}, "OPENING_CUT_OFF"),
        ({"cut_off_days": 4}, "OPENING_CUT_OFF"),
    ],
)
def test_an_opening_that_cannot_be_is_refused(changes: dict[str, Any], code: str) -> None:
    with pytest.raises(DrivethroughError) as refused:
        a_regular_opening(**changes)
    assert refused.value.code == code
    assert not RegularOpening.objects.exists()


def test_an_opening_across_another_of_the_same_weekday_is_refused() -> None:
    first = a_regular_opening()
    with pytest.raises(actions.OpeningOverlaps):
        a_regular_opening(site=first.site, start=time(13))
    a_regular_opening(site=first.site, start=time(13), weekdays=[6])
    a_regular_opening(site=first.site, start=time(14), end=time(16))


def test_the_database_refuses_weekdays_and_a_market_at_once() -> None:
    opening = a_regular_opening()
    with pytest.raises(IntegrityError), transaction.atomic():
        RegularOpening.objects.filter(pk=opening.pk).update(market_day=4)


def close(site: Any, on_date: date = SATURDAY, reason: str = "설날") -> SiteClosing:
    return actions.close_day(site=site, on_date=on_date, reason=reason, now=NOW)


def test_a_closed_day_is_never_opened() -> None:
    opening = a_regular_opening()
    close(opening.site)
    actions.open_ahead(site=opening.site, now=NOW)
    assert opened_on(opening.site) == [NEXT_SATURDAY]


def test_a_day_closed_later_takes_no_more_bookings_and_a_repeat_is_the_same() -> None:
    opening = a_regular_opening()
    actions.open_ahead(site=opening.site, now=NOW)
    assert close(opening.site) == close(opening.site, reason="눈")
    assert opened_on(opening.site) == [NEXT_SATURDAY]


def test_a_day_with_a_booked_car_is_not_closed() -> None:
    slot = a_slot()
    a_booking(slot=slot)
    with pytest.raises(SiteDayBooked) as refused:
        close(slot.site)
    assert refused.value.data == {"cars": 1}
    slot.refresh_from_db()
    assert slot.status == SlotStatus.OPEN
    assert not SiteClosing.objects.exists()


def test_the_farmer_may_open_a_closed_day_after_all() -> None:
    opening = a_regular_opening()
    actions.open_ahead(site=opening.site, now=NOW)
    actions.reopen_day(closing=close(opening.site))
    assert opened_on(opening.site) == [SATURDAY, NEXT_SATURDAY]


def test_no_day_that_has_passed_is_closed_and_none_without_a_reason() -> None:
    site = a_site()
    with pytest.raises(actions.ClosingDayPast) as past:
        close(site, business_date(NOW) - timedelta(days=1))
    assert past.value.data == {"first_on": "2026-11-26"}
    with pytest.raises(actions.SiteClosingReason):
        close(site, reason=" ")


def test_the_days_ahead_say_what_is_open_and_what_is_closed() -> None:
    opening = a_regular_opening()
    actions.open_ahead(site=opening.site, now=NOW)
    close(opening.site, NEXT_SATURDAY)
    ahead = {day.on_date: day for day in queries.opened_ahead(opening.site, business_date(NOW))}
    assert len(ahead) == 15
    assert (ahead[SATURDAY].slots, ahead[SATURDAY].capacity_cars) == (6, 48)
    assert (ahead[NEXT_SATURDAY].slots, ahead[NEXT_SATURDAY].closed) == (0, "설날")
