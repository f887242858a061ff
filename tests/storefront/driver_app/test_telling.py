"""A phone's words are read whole or refused; nothing else comes out."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storefront.driver_app.telling import Told, read
from storefront.refusals import BadInput
from storefront.told_later import MOST_EVENTS, ClockWrong, read_list

NOW = datetime(2026, 11, 28, 5, 0, tzinfo=UTC)
EVENT = {
    "event_id": "0f8fad5b-d9cb-469f-a165-70867728950e",
    "kind": "failed",
    "task": "TSK-23456789AB",
    "reason": "absent",
    "happened_at": "2026-11-28T04:59:00.123Z",
}
JUNK: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)


def test_an_event_is_read_as_the_phone_made_it() -> None:
    told = read(EVENT, NOW)
    assert (told.kind, told.about, told.reason) == ("failed", "TSK-23456789AB", "absent")
    assert told.happened_at == datetime(2026, 11, 28, 4, 59, 0, 123000, tzinfo=UTC)
    assert told.taken_as is None


def test_a_departure_is_about_a_route() -> None:
    told = read(EVENT | {"kind": "departed", "route": "RTE-23456789AB", "reason": ""}, NOW)
    assert told.about == "RTE-23456789AB"


@pytest.mark.parametrize(
    "wrong",
    [
        {"event_id": "no"},
        {"event_id": 7},
        {"kind": "eaten"},
        {"kind": ["failed"]},
        {"task": "TSK-\x00"},
        {"task": "TSK-\ud800"},
        {"reason": "\x00"},
        {"happened_at": "2026-11-28T04:59:00"},
        {"happened_at": "yesterday"},
        {"happened_at": 1},
    ],
)
def test_a_field_that_cannot_be_meant_is_named(wrong: dict[str, object]) -> None:
    with pytest.raises(BadInput) as refused:
        read(EVENT | wrong, NOW)
    assert refused.value.field == next(iter(wrong))


@pytest.mark.parametrize("away", [timedelta(days=2), timedelta(days=-31)])
def test_a_clock_days_away_decides_nothing(away: timedelta) -> None:
    with pytest.raises(ClockWrong):
        read(EVENT | {"happened_at": (NOW + away).isoformat()}, NOW)


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59"])
def test_the_ends_of_time_are_refused(at: str) -> None:
    with pytest.raises((BadInput, ClockWrong)):
        read(EVENT | {"happened_at": at}, NOW)


@given(JUNK | st.fixed_dictionaries({}, optional=dict.fromkeys(EVENT, JUNK)))
def test_junk_is_refused_or_read_whole(junk: Any) -> None:
    raw = EVENT | junk if isinstance(junk, dict) else junk
    try:
        told = read(raw, NOW)
    except (BadInput, ClockWrong):
        return
    assert isinstance(told, Told)


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"[", b"\xff", b"[" * 100_000, b"1" * 5_000, b"[1" + b",1" * MOST_EVENTS]
)
def test_what_is_no_short_list_is_refused(body: bytes) -> None:
    with pytest.raises(BadInput):
        read_list(body + b"]" if body.startswith(b"[1") else body)
