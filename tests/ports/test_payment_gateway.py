"""What every payment gateway must do. An adapter joins by adding itself to ADAPTERS."""

from dataclasses import dataclass
from itertools import count

import pytest
from pytest_django import Settings

from commerce.payments.gateway import Gateway, GatewayUnavailable, KeyReused, Outcome, gateway

pytestmark = pytest.mark.django_db

_numbers = count(1)


@dataclass(frozen=True)
class Adapter:
    """A dotted name, and tokens for the cards that this gateway's test mode provides."""

    name: str
    pays: str
    declines: str
    times_out: str


ADAPTERS = [
    Adapter(
        name="commerce.payments.sandbox.gateway.SandboxGateway",
        pays="tok_4242",
        declines="tok_declined",
        times_out="tok_unavailable",
    ),
]


@pytest.fixture(params=ADAPTERS, ids=lambda adapter: adapter.name)
def adapter(request: pytest.FixtureRequest, settings: Settings) -> Adapter:
    settings.PAYMENT_GATEWAY = request.param.name
    return request.param


@pytest.fixture
def key() -> str:
    return f"PAY-{next(_numbers)}"


def _charge(token: str, key: str, amount_won: int = 12_500) -> Outcome:
    return gateway().charge(
        key=key, amount_won=amount_won, card_token=token, order_reference="ORD-1"
    )


def _refund(charge: Outcome, key: str, amount_won: int) -> Outcome:
    return gateway().refund(
        key=key, gateway_reference=charge.gateway_reference, amount_won=amount_won
    )


def test_a_good_card_pays(adapter: Adapter, key: str) -> None:
    outcome = _charge(adapter.pays, key)
    assert outcome == Outcome("paid", outcome.gateway_reference)
    assert outcome.gateway_reference


def test_a_bad_card_is_declined_with_a_reason(adapter: Adapter, key: str) -> None:
    outcome = _charge(adapter.declines, key)
    assert outcome.status == "declined"
    assert outcome.decline_code


@pytest.mark.parametrize("card", ["pays", "declines"])
def test_the_same_key_gets_the_same_answer(adapter: Adapter, key: str, card: str) -> None:
    token = getattr(adapter, card)
    assert _charge(token, key) == _charge(token, key)


def test_a_declined_key_stays_declined_for_a_good_card(adapter: Adapter, key: str) -> None:
    declined = _charge(adapter.declines, key)
    assert _charge(adapter.pays, key) == declined


def test_a_key_is_not_reused_for_another_amount(adapter: Adapter, key: str) -> None:
    first = _charge(adapter.pays, key)
    with pytest.raises(KeyReused):
        _charge(adapter.pays, key, amount_won=12_501)
    assert gateway().find(key) == first


def test_other_keys_are_other_charges(adapter: Adapter, key: str) -> None:
    first, second = _charge(adapter.pays, key), _charge(adapter.pays, f"{key}-b")
    assert first.gateway_reference != second.gateway_reference


@pytest.mark.parametrize("card", ["pays", "declines"])
def test_a_charge_is_found_by_its_key(adapter: Adapter, key: str, card: str) -> None:
    outcome = _charge(getattr(adapter, card), key)
    assert gateway().find(key) == outcome


def test_a_key_never_used_is_not_found(adapter: Adapter) -> None:
    assert gateway().find("PAY-NEVER") is None


def test_money_that_moved_before_a_timeout_is_found_and_not_taken_again(
    adapter: Adapter, key: str
) -> None:
    with pytest.raises(GatewayUnavailable):
        _charge(adapter.times_out, key)
    found = gateway().find(key)
    assert found is not None
    assert found.status == "paid"
    assert _charge(adapter.times_out, key) == found


def test_a_charge_is_refunded_in_parts_up_to_its_amount(adapter: Adapter, key: str) -> None:
    charge = _charge(adapter.pays, key)
    assert _refund(charge, f"{key}-1", 4_000).status == "paid"
    assert _refund(charge, f"{key}-2", 8_500).status == "paid"
    assert _refund(charge, f"{key}-3", 1).status == "declined"


def test_a_refund_key_gives_back_once(adapter: Adapter, key: str) -> None:
    charge = _charge(adapter.pays, key)
    first = _refund(charge, f"{key}-1", 12_500)
    assert _refund(charge, f"{key}-1", 12_500) == first


def test_a_refund_key_is_not_reused_for_another_amount(adapter: Adapter, key: str) -> None:
    charge = _charge(adapter.pays, key)
    _refund(charge, f"{key}-1", 4_000)
    with pytest.raises(KeyReused):
        _refund(charge, f"{key}-1", 4_001)


def test_a_refund_key_is_not_reused_for_another_charge(adapter: Adapter, key: str) -> None:
    _refund(_charge(adapter.pays, key), f"{key}-1", 4_000)
    with pytest.raises(KeyReused):
        _refund(_charge(adapter.pays, f"{key}-b"), f"{key}-1", 4_000)


@pytest.mark.parametrize("gateway_reference", ["", "never-given-out"])
def test_a_charge_that_never_was_is_not_refunded(
    adapter: Adapter, key: str, gateway_reference: str
) -> None:
    outcome = gateway().refund(key=key, gateway_reference=gateway_reference, amount_won=1)
    assert outcome.status == "declined"


def test_a_declined_charge_is_not_refunded(adapter: Adapter, key: str) -> None:
    declined = _charge(adapter.declines, key)
    assert _refund(declined, f"{key}-1", 1).status == "declined"


def test_an_adapter_answers_to_the_whole_port(adapter: Adapter) -> None:
    asked: Gateway = gateway()
    assert all(callable(getattr(asked, name)) for name in ("charge", "refund", "find"))
