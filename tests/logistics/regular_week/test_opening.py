"""A depot's days are opened from its regular week, less its closed days."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from logistics.delivery_windows import actions as windows
from logistics.delivery_windows.actions import WindowsPromised
from logistics.delivery_windows.models import DeliveryWindow
from logistics.fleet.models import Shift
from logistics.network.models import Depot
from logistics.regular_week import actions, queries
from logistics.regular_week.models import ClosedDay
from logistics.seoul_time import business_date, moment
from tests.builders.logistics import (
    BEFORE_CUT_OFF,
    NOW,
    SATURDAY,
    a_depot,
    a_draft,
    a_key,
    a_regular_shift,
    a_regular_window,
    a_shift,
    a_window,
)
from tests.rolled_back import rolled_back

pytestmark = pytest.mark.django_db

TODAY = business_date(NOW)  # Friday the 27th
LAST = TODAY + timedelta(days=14)
FRIDAY = 4


def days_of(model: type[DeliveryWindow] | type[Shift], depot: Depot) -> list[date]:
    return sorted(model.objects.filter(depot=depot).values_list("on_date", flat=True))


def open_ahead(depot: Depot, now: datetime = NOW) -> actions.Opened:
    return actions.open_ahead(depot=depot, now=now)


def close(depot: Depot, on_date: date = SATURDAY, reason: str = "설날") -> ClosedDay:
    return actions.close_day(depot=depot, on_date=on_date, reason=reason, now=NOW)


def test_today_and_two_weeks_are_opened() -> None:
    depot = a_depot()
    a_regular_window(depot=depot)
    a_regular_shift(depot=depot)

    assert open_ahead(depot) == (15, 15)
    assert days_of(DeliveryWindow, depot) == days_of(Shift, depot)
    assert (days_of(Shift, depot)[0], days_of(Shift, depot)[-1]) == (TODAY, LAST)


def test_a_window_opens_with_its_room_and_its_cut_off() -> None:
    depot = a_depot()
    a_regular_window(depot=depot, capacity_stops=7, cut_off_days=2, cut_off=time(18))
    open_ahead(depot)

    window = DeliveryWindow.objects.get(depot=depot, on_date=SATURDAY)
    assert (window.starts_at, window.ends_at) == (
        moment(SATURDAY, time(14)),
        moment(SATURDAY, time(16)),
    )
    assert window.cut_off_at == moment(SATURDAY - timedelta(days=2), time(18))
    assert window.capacity_stops == 7


def test_a_shift_opens_with_its_break() -> None:
    shift = a_regular_shift(break_at=time(13), break_minutes=30)
    open_ahead(shift.depot)

    opened = Shift.objects.get(driver=shift.driver, on_date=SATURDAY)
    assert opened.vehicle == shift.vehicle
    assert opened.break_starts_at == moment(SATURDAY, time(13))
    assert opened.break_seconds == 30 * 60


def test_the_next_day_opens_one_day_more() -> None:
    depot = a_depot()
    a_regular_window(depot=depot)
    open_ahead(depot)

    assert open_ahead(depot, NOW + timedelta(days=1)) == (1, 0)
    assert days_of(DeliveryWindow, depot)[-1] == LAST + timedelta(days=1)


def test_after_a_long_outage_nothing_is_missing() -> None:
    depot = a_depot()
    a_regular_shift(depot=depot)
    open_ahead(depot)

    assert open_ahead(depot, NOW + timedelta(days=60)) == (0, 15)


def test_what_is_added_later_is_opened_too() -> None:
    depot = a_depot()
    a_regular_window(depot=depot)
    open_ahead(depot)
    a_regular_window(depot=depot, weekdays=[FRIDAY], start=time(18), end=time(20))

    assert open_ahead(depot) == (3, 0)


def test_what_is_removed_stays_open_on_the_days_that_are() -> None:
    window = a_regular_window()
    shift = a_regular_shift(depot=window.depot)
    open_ahead(window.depot)
    actions.remove(regular=window)
    actions.remove(regular=shift)

    assert open_ahead(window.depot, NOW + timedelta(days=1)) == (0, 0)
    assert len(days_of(DeliveryWindow, window.depot)) == 15
    assert len(days_of(Shift, window.depot)) == 15


def test_a_window_changed_by_hand_stays_as_it_is() -> None:
    depot = a_depot()
    by_hand = a_window(depot=depot, start=time(15), end=time(18), stops=3)
    a_regular_window(depot=depot)

    assert open_ahead(depot) == (14, 0)
    assert DeliveryWindow.objects.get(depot=depot, on_date=SATURDAY) == by_hand


@pytest.mark.parametrize("who", ["driver", "vehicle"])
def test_a_shift_changed_by_hand_stays_as_it_is(who: str) -> None:
    shift = a_regular_shift()
    by_hand = a_shift(
        depot=shift.depot, **{who: getattr(shift, who)}, start=time(13), end=time(20), break_at=None
    )

    assert open_ahead(shift.depot) == (0, 14)
    assert Shift.objects.get(depot=shift.depot, on_date=SATURDAY) == by_hand


def test_a_promised_window_keeps_its_stops() -> None:
    depot = a_depot()
    a_regular_window(depot=depot)
    promised = a_window(depot=depot)
    windows.take(window_reference=promised.reference, key=a_key(), now=BEFORE_CUT_OFF)
    open_ahead(depot)

    assert DeliveryWindow.objects.get(depot=depot, on_date=SATURDAY).taken_stops == 1


def test_a_closed_day_is_not_opened() -> None:
    depot = a_depot()
    a_regular_window(depot=depot)
    a_regular_shift(depot=depot)
    close(depot)

    assert open_ahead(depot) == (14, 14)
    assert SATURDAY not in {*days_of(DeliveryWindow, depot), *days_of(Shift, depot)}


def test_another_depot_works_on_that_day() -> None:
    window = a_regular_window()
    close(a_depot())

    assert open_ahead(window.depot) == (15, 0)


def test_closing_a_day_takes_back_its_windows_and_shifts() -> None:
    depot = a_depot()
    a_regular_window(depot=depot)
    a_regular_shift(depot=depot)
    open_ahead(depot)
    close(depot)

    assert len(days_of(DeliveryWindow, depot)) == len(days_of(Shift, depot)) == 14
    assert SATURDAY not in {*days_of(DeliveryWindow, depot), *days_of(Shift, depot)}


def test_a_day_with_a_promised_stop_is_not_closed() -> None:
    depot = a_depot()
    a_shift(depot=depot)
    window = a_window(depot=depot)
    a_window(depot=depot, start=time(16), end=time(18))
    for key in (a_key(), a_key()):
        windows.take(window_reference=window.reference, key=key, now=BEFORE_CUT_OFF)

    with pytest.raises(WindowsPromised) as refused:
        close(depot)

    assert refused.value.data == {"stops": 2}
    assert not ClosedDay.objects.exists()
    assert (len(days_of(DeliveryWindow, depot)), len(days_of(Shift, depot))) == (2, 1)


def test_a_stop_that_was_given_back_holds_nothing_open() -> None:
    window, key = a_window(), a_key()
    windows.take(window_reference=window.reference, key=key, now=BEFORE_CUT_OFF)
    windows.release(key=key, now=NOW)
    close(window.depot)

    assert not DeliveryWindow.objects.exists()


def test_a_shift_that_was_planned_is_history() -> None:
    depot = a_depot()
    planned, unused = a_shift(depot=depot), a_shift(depot=depot)
    a_draft(depot).routes.create(
        shift=planned, leaves_at=NOW, back_at=NOW, distance_m=0, duration_seconds=0
    )
    close(depot)

    assert list(Shift.objects.all()) == [planned]
    assert not Shift.objects.filter(pk=unused.pk).exists()


def test_closing_a_day_twice_closes_it_once() -> None:
    depot = a_depot()

    assert close(depot, reason="추석") == close(depot, reason="눈")
    assert ClosedDay.objects.get().reason == "추석"


def test_a_day_that_has_passed_is_not_closed() -> None:
    close(a_depot(), TODAY)
    with pytest.raises(actions.DayPast):
        close(a_depot(), TODAY - timedelta(days=1))

    assert ClosedDay.objects.count() == 1


@pytest.mark.parametrize("reason", ["", "  ", "가" * 41])
def test_a_closed_day_says_why(reason: str) -> None:
    with pytest.raises(actions.ClosingReason):
        close(a_depot(), reason=reason)

    assert not ClosedDay.objects.exists()


def test_a_day_that_is_no_longer_closed_is_opened_like_any_other() -> None:
    depot = a_depot()
    a_regular_window(depot=depot)
    closed = close(depot)
    open_ahead(depot)
    actions.reopen_day(closed=closed)

    assert open_ahead(depot) == (1, 0)
    assert SATURDAY in days_of(DeliveryWindow, depot)


def test_each_day_ahead_says_what_is_open() -> None:
    depot = a_depot()
    a_regular_window(depot=depot)
    a_regular_shift(depot=depot)
    close(depot)
    open_ahead(depot)
    today, tomorrow, *_, last = queries.opened_ahead(depot, TODAY)

    assert (today.on_date, today.windows, today.capacity_stops, today.shifts) == (TODAY, 1, 10, 1)
    assert (tomorrow.windows, tomorrow.shifts, tomorrow.closed) == (0, 0, "설날")
    assert (last.on_date, last.windows) == (LAST, 1)


week_days = st.lists(st.integers(0, 6), min_size=1, max_size=7, unique=True)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    opened=week_days,
    driven=week_days,
    closed=st.sets(st.integers(0, 20)),
    hours=st.integers(0, 40 * 24),
    times=st.integers(1, 3),
)
def test_what_is_open_is_the_regular_week_less_the_closed_days(
    opened: list[int], driven: list[int], closed: set[int], hours: int, times: int
) -> None:
    now = datetime(2026, 12, 20, tzinfo=UTC) + timedelta(hours=hours)
    today = business_date(now)
    off = {today + timedelta(days=ahead) for ahead in closed}
    with rolled_back():
        depot = a_depot()
        a_regular_window(depot=depot, weekdays=opened)
        a_regular_shift(depot=depot, weekdays=driven)
        for day in off:
            actions.close_day(depot=depot, on_date=day, reason="쉬는 날", now=now)
        for _ in range(times):
            open_ahead(depot, now)
        days = [today + timedelta(days=ahead) for ahead in range(15)]
        working = [day for day in days if day not in off]
        assert days_of(DeliveryWindow, depot) == [d for d in working if d.weekday() in opened]
        assert days_of(Shift, depot) == [d for d in working if d.weekday() in driven]
