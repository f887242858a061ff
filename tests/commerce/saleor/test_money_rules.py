import pytest

from commerce.saleor.errors import OrderNotPayable, Overpaid, OverRefund
from commerce.saleor.money_rules import check_payment, check_refund


def _pay(
    amount_won: int, *, status: str = "UNCONFIRMED", granted: int = 0, charged: int = 0
) -> None:
    check_payment(
        amount_won, status=status, total_won=34_000, granted_won=granted, charged_won=charged
    )


@pytest.mark.parametrize(
    "status", ["UNCONFIRMED", "UNFULFILLED", "PARTIALLY_FULFILLED", "FULFILLED"]
)
def test_an_order_whose_goods_are_held_or_gone_can_be_paid(status: str) -> None:
    _pay(34_000, status=status)


@pytest.mark.parametrize("status", ["DRAFT", "EXPIRED", "CANCELED", "RETURNED"])
def test_an_order_without_goods_cannot_be_paid(status: str) -> None:
    with pytest.raises(OrderNotPayable) as raised:
        _pay(34_000, status=status)
    assert raised.value.data == {"status": status}


def test_a_second_payment_of_the_whole_is_one_too_many() -> None:
    with pytest.raises(Overpaid) as raised:
        _pay(34_000, charged=34_000)
    assert raised.value.data == {"left_won": 0}


def test_the_rest_can_be_paid_to_the_last_won() -> None:
    _pay(14_000, charged=20_000)
    with pytest.raises(Overpaid) as raised:
        _pay(14_001, charged=20_000)
    assert raised.value.data == {"left_won": 14_000}


def test_what_was_granted_back_is_not_to_be_paid_again() -> None:
    with pytest.raises(Overpaid) as raised:
        _pay(5_000, granted=5_000, charged=29_000)
    assert raised.value.data == {"left_won": 0}


def test_all_that_is_charged_can_be_refunded() -> None:
    check_refund(29_000, charged_won=29_000)


def test_no_more_than_is_charged_can_be_refunded() -> None:
    with pytest.raises(OverRefund) as raised:
        check_refund(90_000, charged_won=29_000)
    assert raised.value.data == {"left_won": 29_000}


def test_an_order_refunded_too_much_already_has_nothing_left() -> None:
    with pytest.raises(OverRefund) as raised:
        check_refund(1, charged_won=-61_000)
    assert raised.value.data == {"left_won": 0}
