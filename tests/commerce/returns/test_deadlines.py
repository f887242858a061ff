"""How long something can be sent back."""

from datetime import date

import pytest

from commerce.returns.deadlines import last_day_for_defects, last_day_to_withdraw


def test_the_day_of_receipt_is_not_counted() -> None:
    assert last_day_to_withdraw(date(2026, 3, 4)) == date(2026, 3, 11)


@pytest.mark.parametrize(
    ("received_on", "last"),
    [
        (date(2026, 3, 4), date(2026, 6, 4)),
        (date(2026, 11, 30), date(2027, 2, 28)),
        (date(2026, 10, 31), date(2027, 1, 31)),
    ],
)
def test_three_months_end_on_the_same_day_or_the_months_last(received_on: date, last: date) -> None:
    assert last_day_for_defects(received_on) == last
