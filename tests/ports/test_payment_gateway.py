"""What every payment gateway must do. An adapter joins by adding itself to ADAPTERS."""

from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from pytest_django import Settings

from commerce.payments.declines import Decline
from commerce.payments.gateway import (
    Authorised,
    Declined,
    GatewayUnavailable,
    KeyReused,
    NeedsAction,
    Outcome,
    Paid,
    StoredCard,
    WebhookRefused,
    gateway,
)
from commerce.references import new
from tests.ports.payment_adapters import (
    ADAPTERS,
    ASKING_THE_BANK,
    OVER_A_NETWORK,
    Adapter,
    Card,
)

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.django_db


def _name(adapter: Adapter) -> str:
    return type(adapter).__name__


asking_the_bank = pytest.mark.parametrize("adapter", ASKING_THE_BANK, indirect=True, ids=_name)
over_a_network = pytest.mark.parametrize("adapter", OVER_A_NETWORK, indirect=True, ids=_name)


@pytest.fixture(params=ADAPTERS, ids=_name)
def adapter(request: pytest.FixtureRequest, settings: Settings) -> Adapter:
    request.param.use(settings)
    return request.param


@pytest.fixture
def key() -> str:
    return new("PAY")


def _charge(adapter: Adapter, card: Card, key: str, amount_won: int = 12_500) -> Outcome:
    return gateway().charge(
        key=key,
        amount_won=amount_won,
        card_token=adapter.card(card, key=key, amount_won=amount_won),
        order_reference="ORD-1",
    )


def _paid(adapter: Adapter, key: str) -> Paid:
    outcome = _charge(adapter, "pays", key)
    assert isinstance(outcome, Paid)
    return outcome


def _refund(charge: Paid, key: str, amount_won: int) -> Paid | Declined:
    return gateway().refund(
        key=key,
        gateway_reference=charge.gateway_reference,
        amount_won=amount_won,
        tax_free_won=0,
    )


def _kept(adapter: Adapter, card: Card, key: str) -> StoredCard | NeedsAction | Declined:
    return gateway().store_card(
        key=key, customer_reference="CUS-7Q4KM2XB9T", card_token=adapter.card_to_keep(card)
    )


def _charge_kept(stored: StoredCard, key: str, amount_won: int = 27_000) -> Outcome:
    return gateway().charge_off_session(
        key=key,
        amount_won=amount_won,
        tax_free_won=0,
        stored_card=stored.token,
        order_reference="ORD-1",
    )


def _authorised(adapter: Adapter, key: str) -> Paid | Authorised:
    outcome = gateway().authorise(
        key=key,
        amount_won=12_500,
        card_token=adapter.card("pays", key=key, amount_won=12_500),
        order_reference="ORD-1",
    )
    assert isinstance(outcome, Paid | Authorised)
    return outcome


def _capture(held: Paid | Authorised, key: str, amount_won: int) -> Paid | Declined:
    return gateway().capture(
        key=key,
        gateway_reference=held.gateway_reference,
        amount_won=amount_won,
        tax_free_won=0,
    )


# Charges.


def test_a_good_card_pays(adapter: Adapter, key: str) -> None:
    assert 0 < len(_paid(adapter, key).gateway_reference) <= 255


def test_a_bad_card_is_declined_with_a_reason_of_ours(adapter: Adapter, key: str) -> None:
    assert _charge(adapter, "declines", key) == Declined(Decline.CARD_DECLINED)


@pytest.mark.parametrize("card", ["pays", "declines"])
def test_the_same_key_gets_the_same_answer(adapter: Adapter, key: str, card: Card) -> None:
    assert _charge(adapter, card, key) == _charge(adapter, card, key)


def test_a_declined_key_stays_declined_for_a_good_card(adapter: Adapter, key: str) -> None:
    declined = _charge(adapter, "declines", key)
    assert _charge(adapter, "pays", key) == declined


def test_a_key_is_not_reused_for_another_amount(adapter: Adapter, key: str) -> None:
    first = _charge(adapter, "pays", key)
    with pytest.raises(KeyReused):
        _charge(adapter, "pays", key, amount_won=12_501)
    assert gateway().find(key) == first


def test_other_keys_are_other_charges(adapter: Adapter, key: str) -> None:
    first, second = _paid(adapter, key), _paid(adapter, f"{key}-b")
    assert first.gateway_reference != second.gateway_reference


@over_a_network
def test_a_gateway_out_of_order_settles_nothing(adapter: Adapter, key: str) -> None:
    token = adapter.card("pays", key=key, amount_won=12_500)
    adapter.break_down()
    ask = gateway()
    questions: list[Callable[[], object]] = [
        lambda: ask.charge(key=key, amount_won=1, card_token=token, order_reference="O"),
        lambda: ask.charge_off_session(
            key=key, amount_won=1, tax_free_won=0, stored_card="a/b", order_reference="O"
        ),
        lambda: ask.store_card(key=key, customer_reference="CUS-1", card_token=token),
        lambda: ask.refund(key=key, gateway_reference="pi_1", amount_won=1, tax_free_won=0),
        lambda: ask.void(gateway_reference="pi_1"),
        lambda: ask.find(key),
    ]
    for question in questions:
        with pytest.raises(GatewayUnavailable):
            question()


# Found by the sweep.


@pytest.mark.parametrize("card", ["pays", "declines"])
def test_a_charge_is_found_by_its_key(adapter: Adapter, key: str, card: Card) -> None:
    outcome = _charge(adapter, card, key)
    assert gateway().find(key) == outcome


def test_a_charge_is_found_at_once_by_its_reference(adapter: Adapter, key: str) -> None:
    paid = _paid(adapter, key)
    assert gateway().find(key, gateway_reference=paid.gateway_reference) == paid


def test_a_key_never_used_is_not_found(adapter: Adapter) -> None:
    assert gateway().find("PAY-NEVER") is None


def test_money_that_moved_before_a_timeout_is_found_and_not_taken_again(
    adapter: Adapter, key: str
) -> None:
    with pytest.raises(GatewayUnavailable):
        _charge(adapter, "times_out", key)
    found = gateway().find(key)
    assert isinstance(found, Paid)
    assert _charge(adapter, "times_out", key) == found


# Refunds.


def test_a_charge_is_refunded_in_parts_up_to_its_amount(adapter: Adapter, key: str) -> None:
    charge = _paid(adapter, key)
    assert isinstance(_refund(charge, f"{key}-1", 4_000), Paid)
    assert isinstance(_refund(charge, f"{key}-2", 8_500), Paid)
    assert isinstance(_refund(charge, f"{key}-3", 1), Declined)


def test_no_more_is_refunded_than_was_charged(adapter: Adapter, key: str) -> None:
    charge = _paid(adapter, key)
    assert _refund(charge, f"{key}-1", 12_501) == Declined(Decline.MORE_THAN_CHARGED)


def test_a_refunded_charge_is_still_a_paid_one(adapter: Adapter, key: str) -> None:
    charge = _paid(adapter, key)
    _refund(charge, f"{key}-1", 12_500)
    assert gateway().find(key) == charge


def test_a_refund_key_gives_back_once(adapter: Adapter, key: str) -> None:
    charge = _paid(adapter, key)
    first = _refund(charge, f"{key}-1", 4_000)
    assert _refund(charge, f"{key}-1", 4_000) == first
    assert isinstance(_refund(charge, f"{key}-2", 8_500), Paid)


def test_a_refund_key_gives_back_once_however_much_later(adapter: Adapter, key: str) -> None:
    charge = _paid(adapter, key)
    first = _refund(charge, f"{key}-1", 4_000)
    adapter.forget_keys()
    assert _refund(charge, f"{key}-1", 4_000) == first
    assert isinstance(_refund(charge, f"{key}-2", 8_500), Paid)


def test_a_refund_key_is_not_reused_for_another_amount(adapter: Adapter, key: str) -> None:
    charge = _paid(adapter, key)
    _refund(charge, f"{key}-1", 4_000)
    with pytest.raises(KeyReused):
        _refund(charge, f"{key}-1", 4_001)


@pytest.mark.parametrize("gateway_reference", ["", "never-given-out"])
def test_a_charge_that_never_was_is_not_refunded(
    adapter: Adapter, key: str, gateway_reference: str
) -> None:
    refused = _refund(Paid(gateway_reference), key, 1)
    assert refused == Declined(Decline.NO_SUCH_CHARGE)


# Cards kept for when nobody is there.


def test_a_kept_card_pays_again_and_again(adapter: Adapter, key: str) -> None:
    stored = _kept(adapter, "pays", f"{key}-card")
    assert isinstance(stored, StoredCard)
    assert len(stored.token) <= 255
    first, second = _charge_kept(stored, key), _charge_kept(stored, f"{key}-b")
    assert isinstance(first, Paid)
    assert isinstance(second, Paid)
    assert first != second


def test_a_bad_card_is_not_kept_or_declined_later(adapter: Adapter, key: str) -> None:
    stored = _kept(adapter, "declines", f"{key}-card")
    outcome = _charge_kept(stored, key) if isinstance(stored, StoredCard) else stored
    assert outcome == Declined(Decline.CARD_DECLINED)


def test_a_kept_card_is_charged_once_for_each_key(adapter: Adapter, key: str) -> None:
    stored = _kept(adapter, "pays", f"{key}-card")
    assert isinstance(stored, StoredCard)
    assert _charge_kept(stored, key) == _charge_kept(stored, key) == gateway().find(key)
    with pytest.raises(KeyReused):
        _charge_kept(stored, key, amount_won=27_001)


# Money held, and taken when the goods were weighed.


def test_less_than_authorised_is_captured_and_no_more_can_go_back(
    adapter: Adapter, key: str
) -> None:
    held = _authorised(adapter, key)
    captured = _capture(held, f"{key}-c", 9_000)
    assert captured == Paid(held.gateway_reference) == gateway().find(key)
    assert _refund(captured, f"{key}-1", 9_001) == Declined(Decline.MORE_THAN_CHARGED)
    assert isinstance(_refund(captured, f"{key}-2", 9_000), Paid)


def test_all_that_was_authorised_may_be_captured(adapter: Adapter, key: str) -> None:
    held = _authorised(adapter, key)
    captured = _capture(held, f"{key}-c", 12_500)
    assert isinstance(captured, Paid)
    assert isinstance(_refund(captured, f"{key}-1", 12_500), Paid)


def test_no_more_is_captured_than_was_authorised(adapter: Adapter, key: str) -> None:
    held = _authorised(adapter, key)
    assert _capture(held, f"{key}-c", 12_501) == Declined(Decline.MORE_THAN_CHARGED)


def test_a_capture_happens_once(adapter: Adapter, key: str) -> None:
    held = _authorised(adapter, key)
    first = _capture(held, f"{key}-c", 9_000)
    adapter.forget_keys()
    assert _capture(held, f"{key}-c", 9_000) == first
    with pytest.raises(KeyReused):
        _capture(held, f"{key}-c", 8_000)


def test_what_was_never_authorised_is_not_captured(adapter: Adapter, key: str) -> None:
    assert _capture(Paid("never-given-out"), key, 1) == Declined(Decline.NO_SUCH_CHARGE)


def test_a_voided_authorisation_takes_nothing(adapter: Adapter, key: str) -> None:
    held = _authorised(adapter, key)
    voided = gateway().void(gateway_reference=held.gateway_reference)
    assert voided == Declined(Decline.VOIDED) == gateway().find(key)
    assert _capture(held, f"{key}-c", 9_000) == Declined(Decline.VOIDED)
    assert gateway().void(gateway_reference=held.gateway_reference) == voided


def test_a_part_captured_is_not_voided(adapter: Adapter, key: str) -> None:
    held = _authorised(adapter, key)
    captured = _capture(held, f"{key}-c", 9_000)
    assert gateway().void(gateway_reference=held.gateway_reference) == captured


# The shopper's bank.


@asking_the_bank
@pytest.mark.parametrize("approves", [True, False])
def test_a_charge_waits_for_the_shoppers_bank(adapter: Adapter, key: str, approves: bool) -> None:
    asked = _charge(adapter, "asks_bank", key)
    assert isinstance(asked, NeedsAction)
    assert asked.client_secret
    assert gateway().find(key) == asked
    adapter.bank_decides(key, approves=approves)
    told = Paid(asked.gateway_reference) if approves else Declined(Decline.AUTHENTICATION_FAILED)
    assert gateway().find(key) == told == gateway().find(key)


@asking_the_bank
def test_a_bank_waited_for_too_long_is_given_up(adapter: Adapter, key: str) -> None:
    asked = _charge(adapter, "asks_bank", key)
    assert isinstance(asked, NeedsAction)
    voided = gateway().void(gateway_reference=asked.gateway_reference)
    assert voided == Declined(Decline.VOIDED) == gateway().find(key)


@asking_the_bank
def test_an_approval_a_moment_before_counts(adapter: Adapter, key: str) -> None:
    asked = _charge(adapter, "asks_bank", key)
    assert isinstance(asked, NeedsAction)
    adapter.bank_decides(key, approves=True)
    paid = gateway().void(gateway_reference=asked.gateway_reference)
    assert paid == Paid(asked.gateway_reference)


# Webhooks.


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"\xff", b'{"eventType": 1, "data": []}'])
def test_what_is_no_webhook_makes_nobody_do_anything(adapter: Adapter, body: bytes) -> None:
    heard = None
    with suppress(WebhookRefused):
        heard = gateway().heard(body=body, headers={})
    assert heard is None
