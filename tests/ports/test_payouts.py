"""What a gateway must do that sends money to merchants' own accounts with it."""

import pytest
from pytest_django import Settings

from commerce.payments.declines import Decline
from commerce.payments.gateway import Declined, KeyReused, Paid, Payouts, payouts
from commerce.references import new
from tests.ports.payment_adapters import PAYING_OUT, Adapter

pytestmark = pytest.mark.django_db


@pytest.fixture(params=PAYING_OUT, ids=lambda adapter: type(adapter).__name__)
def adapter(request: pytest.FixtureRequest, settings: Settings) -> Adapter:
    request.param.use(settings)
    return request.param


@pytest.fixture
def sender(adapter: Adapter) -> Payouts:
    offered = payouts()
    assert offered is not None
    return offered


@pytest.fixture
def key() -> str:
    return new("SET")


def _sent(
    sender: Payouts, key: str, amount_won: int = 84_600, account: str = "acct_greens"
) -> Paid | Declined:
    return sender.transfer(key=key, account_reference=account, amount_won=amount_won)


def test_a_merchant_is_paid_once_for_each_key(sender: Payouts, key: str) -> None:
    first = _sent(sender, key)
    assert isinstance(first, Paid)
    assert _sent(sender, key) == first != _sent(sender, f"{key}-b")


def test_a_merchant_is_paid_once_however_much_later(
    adapter: Adapter, sender: Payouts, key: str
) -> None:
    first = _sent(sender, key)
    adapter.forget_keys()
    assert _sent(sender, key) == first


def test_a_key_is_not_reused_for_another_amount(sender: Payouts, key: str) -> None:
    _sent(sender, key)
    with pytest.raises(KeyReused):
        _sent(sender, key, amount_won=84_601)


def test_a_key_is_not_reused_for_another_merchant(sender: Payouts, key: str) -> None:
    _sent(sender, key, account="acct_greens")
    with pytest.raises(KeyReused):
        _sent(sender, key, account="acct_tofu")


def test_an_account_that_is_closed_gets_nothing(sender: Payouts, key: str) -> None:
    assert _sent(sender, key, account="acct_closed") == Declined(Decline.NO_SUCH_ACCOUNT)
