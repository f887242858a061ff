from datetime import UTC, date, datetime, time

import pytest

from logistics.seoul_time import business_date, moment, seconds_into


def test_a_clock_in_seoul_is_nine_hours_ahead_of_utc() -> None:
    assert moment(date(2026, 11, 28), time(9)) == datetime(2026, 11, 28, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize("hour", range(9))
def test_before_nine_in_the_morning_utc_still_has_yesterday(hour: int) -> None:
    at = moment(date(2026, 11, 28), time(hour, 59))

    assert at.date() == date(2026, 11, 27)
    assert business_date(at) == date(2026, 11, 28)


def test_seconds_are_counted_from_midnight_in_seoul() -> None:
    assert seconds_into(date(2026, 11, 28), moment(date(2026, 11, 28), time(9, 0, 1))) == 32_401
    assert seconds_into(date(2026, 11, 28), moment(date(2026, 11, 27), time(23, 0))) == -3_600
