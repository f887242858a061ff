from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from logistics.delivery_windows import actions, queries
from logistics.delivery_windows.models import DeliveryWindow, WindowPlace
from tests.builders.logistics import (
    BEFORE_CUT_OFF,
    CUT_OFF,
    a_depot,
    a_key,
    a_window,
)

pytestmark = pytest.mark.django_db


def take(window: DeliveryWindow, key: str, now: datetime = BEFORE_CUT_OFF) -> WindowPlace:
    return actions.take(window_reference=window.reference, key=key, now=now)


def test_opening_the_same_windows_again_keeps_their_room() -> None:
    depot = a_depot()
    first = a_window(depot=depot, stops=10)

    assert a_window(depot=depot, stops=99) == first
    assert DeliveryWindow.objects.get().capacity_stops == 10
    assert first.starts_at == datetime(2026, 11, 28, 5, 0, tzinfo=UTC)


def test_a_window_must_have_a_length() -> None:
    with pytest.raises(actions.WindowTimes):
        a_window(start=time(16), end=time(14))

    assert not DeliveryWindow.objects.exists()


def test_a_place_is_counted() -> None:
    window = a_window(stops=2)
    place = take(window, a_key())

    window.refresh_from_db()
    assert (place.window, window.taken_stops, window.left) == (window, 1, 1)


def test_the_same_key_again_is_the_same_place() -> None:
    window, key = a_window(stops=2), a_key()
    place = take(window, key)

    assert take(window, key) == place
    window.refresh_from_db()
    assert window.taken_stops == 1


def test_a_key_holds_one_window_only() -> None:
    depot = a_depot()
    first, other = a_window(depot=depot), a_window(depot=depot, start=time(16), end=time(18))
    key = a_key()
    take(first, key)

    with pytest.raises(actions.WindowKeyReused):
        take(other, key)

    other.refresh_from_db()
    assert other.taken_stops == 0


def test_a_full_window_offers_the_three_nearest_with_room() -> None:
    depot = a_depot()
    full = a_window(depot=depot, stops=1)
    take(full, a_key())
    for hour in (8, 10, 12, 16, 18):
        a_window(depot=depot, start=time(hour), end=time(hour + 2))
    a_window(start=time(15), end=time(17))  # another depot's
    no_room = a_window(depot=depot, start=time(20), end=time(22), stops=0)

    with pytest.raises(actions.WindowFull) as refused:
        take(full, a_key())

    offered = [a["starts_at"] for a in refused.value.data["alternatives"]]
    assert offered == [
        "2026-11-28T03:00:00+00:00",
        "2026-11-28T07:00:00+00:00",
        "2026-11-28T01:00:00+00:00",
    ]
    assert refused.value.retryable
    full.refresh_from_db()
    no_room.refresh_from_db()
    assert (full.taken_stops, no_room.taken_stops) == (1, 0)
    assert WindowPlace.objects.count() == 1


@pytest.mark.parametrize(("before", "open_"), [(timedelta(seconds=1), True), (timedelta(0), False)])
def test_the_cut_off_itself_is_too_late(before: timedelta, open_: bool) -> None:
    window = a_window()
    if open_:
        assert take(window, a_key(), CUT_OFF - before).window == window
    else:
        with pytest.raises(actions.WindowClosed):
            take(window, a_key(), CUT_OFF - before)
        assert not WindowPlace.objects.exists()


def test_a_place_taken_in_time_is_still_answered_after_the_cut_off() -> None:
    window, key = a_window(), a_key()
    place = take(window, key)

    assert take(window, key, CUT_OFF + timedelta(hours=1)) == place


def test_an_unknown_window_is_refused() -> None:
    with pytest.raises(actions.WindowUnknown):
        actions.take(window_reference="WIN-NOSUCH", key=a_key(), now=BEFORE_CUT_OFF)


def test_releasing_twice_gives_one_place_back() -> None:
    window, key = a_window(stops=2), a_key()
    take(window, key)
    take(window, a_key())

    assert actions.release(key=key, now=BEFORE_CUT_OFF)
    assert not actions.release(key=key, now=BEFORE_CUT_OFF)
    window.refresh_from_db()
    assert window.taken_stops == 1
    assert queries.place_of(key) is None


def test_releasing_what_was_never_taken_does_nothing() -> None:
    assert not actions.release(key=a_key(), now=BEFORE_CUT_OFF)


def test_a_released_key_may_choose_another_window() -> None:
    depot = a_depot()
    first, other = a_window(depot=depot), a_window(depot=depot, start=time(16), end=time(18))
    key = a_key()
    take(first, key)
    actions.release(key=key, now=BEFORE_CUT_OFF)

    assert take(other, key).window == other
    first.refresh_from_db()
    other.refresh_from_db()
    assert (first.taken_stops, other.taken_stops) == (0, 1)
    assert queries.place_of(key).window == other


def test_open_windows_are_those_before_their_cut_off() -> None:
    depot = a_depot()
    window = a_window(depot=depot, stops=0)

    assert queries.open_windows(depot, BEFORE_CUT_OFF) == [window]
    assert queries.open_windows(depot, CUT_OFF) == []
    assert queries.open_windows(depot, BEFORE_CUT_OFF, days=1) == []
    assert queries.window(window.reference) == window


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    stops=st.integers(0, 4),
    calls=st.lists(st.tuples(st.booleans(), st.integers(0, 6)), max_size=20),
)
def test_the_count_is_the_number_of_live_places(stops: int, calls: list[tuple[bool, int]]) -> None:
    window, prefix = a_window(stops=stops), a_key()
    held: set[int] = set()
    for taking, owner in calls:
        if not taking:
            actions.release(key=f"{prefix}-{owner}", now=BEFORE_CUT_OFF)
            held.discard(owner)
        elif owner in held or len(held) < stops:
            take(window, f"{prefix}-{owner}")
            held.add(owner)
        else:
            with pytest.raises(actions.WindowFull):
                take(window, f"{prefix}-{owner}")
    window.refresh_from_db()
    live = WindowPlace.objects.filter(window=window, released_at__isnull=True)
    assert window.taken_stops == live.count() == len(held) <= stops
