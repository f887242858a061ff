from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from commerce.books.due_dates import due_on

MONDAY = 0


def test_a_loan_is_due_its_days_after_delivery():
    assert due_on(date(2026, 3, 3), 21, []) == date(2026, 3, 24)


def test_a_closed_day_moves_the_due_date_on():
    assert due_on(date(2026, 3, 2), 21, [MONDAY]) == date(2026, 3, 24)


def test_two_closed_days_in_a_row_move_it_past_both():
    assert due_on(date(2026, 3, 2), 21, [0, 1]) == date(2026, 3, 25)


def test_a_library_that_never_opens_gets_the_plain_date():
    assert due_on(date(2026, 3, 2), 21, range(7)) == date(2026, 3, 23)


@given(
    st.dates(date(2020, 1, 1), date(2035, 12, 31)),
    st.integers(0, 60),
    st.sets(st.integers(0, 6), max_size=6),
)
def test_it_is_the_first_open_day_not_before_the_loan_days(delivered_on, days, closed):
    due = due_on(delivered_on, days, closed)
    earliest = delivered_on + timedelta(days=days)
    skipped = [earliest + timedelta(days=n) for n in range((due - earliest).days)]
    assert due >= earliest
    assert due.weekday() not in closed
    assert all(day.weekday() in closed for day in skipped)
