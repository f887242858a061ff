import pytest

from commerce.core.errors import Overpaid, OverRefund
from commerce.saleor.money_rules import check_payment, check_refund


def test_a_second_payment_of_the_whole_is_one_too_many() -> None:
    with pytest.raises(Overpaid) as raised:
        check_payment(34_000, total_won=34_000, charged_won=34_000)
    assert raised.value.data == {"left_won": 0}


def test_the_rest_can_be_paid_to_the_last_won() -> None:
    check_payment(14_000, total_won=34_000, charged_won=20_000)
    with pytest.raises(Overpaid) as raised:
        check_payment(14_001, total_won=34_000, charged_won=20_000)
    assert raised.value.data == {"left_won": 14_000}


def test_all_that_is_charged_can_be_refunded() -> None:
    check_refund(29_000, charged_won=34_000, refunded_won=5_000)


def test_no_more_than_is_charged_can_be_refunded() -> None:
    with pytest.raises(OverRefund) as raised:
        check_refund(29_001, charged_won=34_000, refunded_won=5_000)
    assert raised.value.data == {"left_won": 29_000}


def test_an_order_refunded_too_much_already_has_nothing_left() -> None:
    with pytest.raises(OverRefund) as raised:
        check_refund(1, charged_won=29_000, refunded_won=90_000)
    assert raised.value.data == {"left_won": 0}
