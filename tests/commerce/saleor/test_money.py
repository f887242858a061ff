import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commerce.saleor.errors import NotWholeWon
from commerce.saleor.money import decimal_text, whole_won


@pytest.mark.parametrize("amount", [15000.0, Decimal("15000.0"), Decimal("1.5E+4"), 15_000])
def test_an_amount_is_whole_won(amount: Decimal | float | int) -> None:
    won = whole_won(amount)
    assert (type(won), won) == (int, 15_000)


def test_an_amount_below_nothing_can_be_read() -> None:
    # After a refund that was never charged Saleor says -61000.0.
    assert whole_won(Decimal("-61000.0")) == -61_000


@pytest.mark.parametrize("amount", [0.5, Decimal("10.01"), float("inf"), float("nan")])
def test_a_fraction_is_refused(amount: Decimal | float) -> None:
    with pytest.raises(NotWholeWon):
        whole_won(amount)


def test_won_are_sent_as_text() -> None:
    assert decimal_text(15_000) == "15000"


def test_nothing_below_nothing_is_sent() -> None:
    with pytest.raises(ValueError, match="0 or more"):
        decimal_text(-1)


@given(st.integers(min_value=0, max_value=10**12))
def test_won_come_back_as_they_were_sent(won: int) -> None:
    answer = json.dumps({"amount": float(decimal_text(won))})
    assert whole_won(json.loads(answer)["amount"]) == won
    assert whole_won(json.loads(answer, parse_float=Decimal)["amount"]) == won
