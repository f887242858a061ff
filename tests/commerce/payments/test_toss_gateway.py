"""What is Toss Payments' alone; what all share is in tests/ports/test_payment_gateway.py."""

from typing import Any

import httpx
import pytest
from pytest_django import Settings

from commerce.payments.declines import Decline
from commerce.payments.gateway import (
    Declined,
    GatewayUnavailable,
    Hint,
    Outcome,
    Paid,
    StoredCard,
    WebhookRefused,
    payouts,
)
from commerce.payments.toss_gateway import TossGateway
from tests.ports.fakes.toss_api import TossApi, TossOnTheFake, webhook
from tests.ports.payment_adapters import TOSS

KEY = "PAY-7Q4KM2XB9T"


@pytest.fixture(autouse=True)
def api(settings: Settings) -> TossApi:
    TOSS.use(settings)
    return TOSS.api


@pytest.fixture
def gateway() -> TossGateway:
    return TossOnTheFake()


def _charge(api: TossApi, card: str = "pays", *, tax_free_won: int = 0) -> Outcome:
    token = api.window(order_id=KEY, amount_won=12_500, card=card, tax_free_won=tax_free_won)
    return _confirm(token)


def _confirm(token: str) -> Outcome:
    return TossOnTheFake().charge(
        key=KEY, amount_won=12_500, card_token=token, order_reference="ORD-1"
    )


def _payment(api: TossApi, paid: Outcome) -> dict[str, Any]:
    assert isinstance(paid, Paid)
    return api.payments[paid.gateway_reference]


def _refund(
    paid: Outcome, *, amount_won: int, tax_free_won: int, key: str = "REF-1"
) -> Paid | Declined:
    assert isinstance(paid, Paid)
    return TossOnTheFake().refund(
        key=key,
        gateway_reference=paid.gateway_reference,
        amount_won=amount_won,
        tax_free_won=tax_free_won,
    )


# What ends a payment, and what does not.


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (400, "PROVIDER_ERROR"),
        (403, "FORBIDDEN_CONSECUTIVE_REQUEST"),
        (409, "IDEMPOTENT_REQUEST_PROCESSING"),
        (401, "UNAUTHORIZED_KEY"),
        (500, "FAILED_INTERNAL_SYSTEM_PROCESSING"),
        (400, "A_CODE_OF_NEXT_YEAR"),
    ],
)
def test_only_a_documented_refusal_ends_a_payment(api: TossApi, status: int, code: str) -> None:
    token = api.window(order_id=KEY, amount_won=12_500, card="pays")
    api.broken = (status, code)
    with pytest.raises(GatewayUnavailable):
        _confirm(token)


def test_limit_or_balance_reached_is_told_as_such(api: TossApi) -> None:
    assert _charge(api, "empty") == Declined(Decline.INSUFFICIENT_FUNDS)


def test_a_payment_confirmed_before_is_not_taken_for_a_refusal(api: TossApi) -> None:
    token = api.window(order_id=KEY, amount_won=12_500, card="pays")
    paid = _confirm(token)
    api.forget_keys()  # Toss now says ALREADY_PROCESSED_PAYMENT
    assert _confirm(token) == paid == Paid(token)


def test_a_window_nobody_confirmed_is_no_charge(api: TossApi, gateway: TossGateway) -> None:
    api.window(order_id=KEY, amount_won=12_500, card="pays")
    assert gateway.find(KEY) is None


def test_a_window_confirmed_too_late_took_nothing(api: TossApi, gateway: TossGateway) -> None:
    token = api.window(order_id=KEY, amount_won=12_500, card="pays")
    api.expire(KEY)
    assert _confirm(token) == Declined(Decline.NOT_FINISHED) == gateway.find(KEY)


def test_another_amount_than_the_windows_takes_nothing(api: TossApi) -> None:
    token = api.window(order_id=KEY, amount_won=100, card="pays")
    assert _confirm(token) == Declined(Decline.REJECTED)


def test_a_payment_that_waits_for_a_deposit_settles_nothing(
    api: TossApi, gateway: TossGateway
) -> None:
    token = api.window(order_id=KEY, amount_won=12_500, card="pays")
    api.payments[token]["status"] = "WAITING_FOR_DEPOSIT"
    with pytest.raises(GatewayUnavailable):
        gateway.find(KEY)


def test_a_wrong_secret_settles_nothing(api: TossApi, settings: Settings) -> None:
    token = api.window(order_id=KEY, amount_won=12_500, card="pays")
    settings.TOSS_SECRET_KEY = "test_sk_of_somebody_else"
    with pytest.raises(GatewayUnavailable):
        _confirm(token)


@pytest.mark.parametrize(
    "answer", [httpx.Response(200, text="<html>"), httpx.Response(200, json=[])]
)
def test_an_answer_in_strange_words_settles_nothing(answer: httpx.Response) -> None:
    gateway = TossGateway(transport=httpx.MockTransport(lambda request: answer))
    with pytest.raises(GatewayUnavailable):
        gateway.find(KEY)


def test_the_key_to_a_stored_card_is_never_told() -> None:
    def nobody(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    gateway = TossGateway(transport=httpx.MockTransport(nobody))
    with pytest.raises(GatewayUnavailable) as unknown:
        gateway.charge_off_session(
            key=KEY,
            amount_won=27_000,
            tax_free_won=0,
            stored_card="CUS-1/the-billing-key",
            order_reference="ORD-1",
        )
    assert "the-billing-key" not in str(unknown.value)


# Parts free of VAT.


def test_what_goes_back_says_how_much_of_it_bears_no_vat(api: TossApi) -> None:
    paid = _charge(api, tax_free_won=8_500)
    _refund(paid, amount_won=6_000, tax_free_won=5_000)
    payment = _payment(api, paid)
    assert (payment["balanceAmount"], payment["taxFreeAmount"]) == (6_500, 3_500)


def test_no_more_goes_back_without_vat_than_came_without(api: TossApi) -> None:
    refused = _refund(_charge(api, tax_free_won=500), amount_won=600, tax_free_won=600)
    assert refused == Declined(Decline.MORE_THAN_CHARGED)


def test_a_box_says_how_much_of_it_bears_no_vat(api: TossApi, gateway: TossGateway) -> None:
    stored = gateway.store_card(
        key="SUB-7Q4KM2XB9T",
        customer_reference="CUS-7Q4KM2XB9T",
        card_token=api.billing_window(card="pays"),
    )
    assert isinstance(stored, StoredCard)
    paid = gateway.charge_off_session(
        key=KEY,
        amount_won=27_000,
        tax_free_won=23_000,
        stored_card=stored.token,
        order_reference="ORD-1",
    )
    assert _payment(api, paid)["taxFreeAmount"] == 23_000


def test_a_capture_keeps_its_own_part_without_vat(api: TossApi, gateway: TossGateway) -> None:
    paid = _charge(api, tax_free_won=12_500)
    assert isinstance(paid, Paid)
    gateway.capture(
        key="CAP-1",
        gateway_reference=paid.gateway_reference,
        amount_won=9_000,
        tax_free_won=9_000,
    )
    payment = _payment(api, paid)
    assert (payment["balanceAmount"], payment["taxFreeAmount"]) == (9_000, 9_000)


def test_a_window_that_was_used_keeps_no_second_card(api: TossApi, gateway: TossGateway) -> None:
    used = api.billing_window(card="pays")
    asked = {"customer_reference": "CUS-7Q4KM2XB9T", "card_token": used}
    gateway.store_card(key="SUB-7Q4KM2XB9T", **asked)
    assert gateway.store_card(key="SUB-OTHER", **asked) == Declined(Decline.REJECTED)


def test_nothing_is_voided_before_it_is_confirmed(api: TossApi, gateway: TossGateway) -> None:
    token = api.window(order_id=KEY, amount_won=12_500, card="pays")
    assert gateway.void(gateway_reference=token) == Declined(Decline.VOIDED)
    assert gateway.void(gateway_reference="") == Declined(Decline.NO_SUCH_CHARGE)


def test_merchants_are_paid_by_bank_transfer() -> None:
    assert payouts() is None


# Webhooks.


CHANGED = {
    "eventType": "PAYMENT_STATUS_CHANGED",
    "createdAt": "2026-11-26T12:00:00.000000",
    "data": {"paymentKey": "tviva1", "orderId": KEY, "status": "DONE"},
}


def _heard(event: dict[str, Any], **sending: Any) -> Hint | None:
    body, headers = webhook(event, **sending)
    return TossOnTheFake().heard(body=body, headers=headers)


def test_a_changed_payment_is_hinted_at(gateway: TossGateway) -> None:
    assert _heard(CHANGED) == Hint("whtrans_1", "payment", KEY, "tviva1")


def test_a_webhook_sent_again_is_the_same_event(gateway: TossGateway) -> None:
    assert _heard(CHANGED) == _heard(CHANGED) != _heard(CHANGED, transmission="whtrans_2")


def test_a_webhook_claims_nothing_about_money(api: TossApi, gateway: TossGateway) -> None:
    api.window(order_id=KEY, amount_won=12_500, card="pays")
    hint = _heard(CHANGED)
    assert hint is not None
    assert gateway.find(hint.key) is None


def test_a_stored_card_that_was_deleted_is_hinted_at() -> None:
    deleted = {"eventType": "BILLING_DELETED", "data": {"billingKey": "CUS-1/1=", "reason": None}}
    assert _heard(deleted) == Hint("whtrans_1", "card", "", "CUS-1/1=")


def test_a_deposit_is_nothing_that_was_asked_for() -> None:
    assert _heard({"secret": "ps_1", "status": "DONE", "orderId": KEY}) is None


@pytest.mark.parametrize("data", [{}, [], None, "x", {"orderId": KEY}])
def test_a_changed_payment_without_a_name_is_refused(data: Any) -> None:
    with pytest.raises(WebhookRefused):
        _heard({"eventType": "PAYMENT_STATUS_CHANGED", "data": data})


def test_a_webhook_that_cannot_be_told_from_its_repeat_is_refused() -> None:
    with pytest.raises(WebhookRefused):
        _heard(CHANGED, transmission="")
