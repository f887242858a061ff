"""What is Stripe's alone; what all gateways share is in tests/ports/test_payment_gateway.py."""

import time
from typing import Any

import pytest
import stripe
from pytest_django import Settings

from commerce.payments.declines import Decline
from commerce.payments.gateway import (
    Declined,
    Dispute,
    GatewayUnavailable,
    Hint,
    KeyReused,
    NeedsAction,
    Outcome,
    Paid,
    StoredCard,
    WebhookRefused,
)
from commerce.payments.stripe_gateway import TOLERANCE, StripeGateway
from tests.ports.fakes.stripe_api import StripeApi, StripeOnTheFake
from tests.ports.fakes.stripe_books import AUTHENTICATES, DISPUTED, SILENT
from tests.ports.payment_adapters import STRIPE

KEY = "PAY-7Q4KM2XB9T"


@pytest.fixture(autouse=True)
def api(settings: Settings) -> StripeApi:
    STRIPE.use(settings)
    return STRIPE.api


@pytest.fixture
def gateway() -> StripeGateway:
    return StripeOnTheFake()


def _charge(card: str = "pm_card_visa", *, key: str = KEY) -> Outcome:
    return StripeOnTheFake().charge(
        key=key, amount_won=12_500, card_token=card, order_reference="ORD-1"
    )


def _refund(paid: Outcome, key: str = "REF-1", amount_won: int = 4_000) -> Paid | Declined:
    assert isinstance(paid, Paid)
    return StripeOnTheFake().refund(
        key=key,
        gateway_reference=paid.gateway_reference,
        amount_won=amount_won,
        tax_free_won=0,
    )


def _kept(card: str) -> StoredCard | NeedsAction | Declined:
    return StripeOnTheFake().store_card(
        key="SUB-7Q4KM2XB9T", customer_reference="CUS-1", card_token=card
    )


def _intent(api: StripeApi) -> dict[str, Any]:
    (intent,) = api.books.of("payment_intent")
    return intent


def test_won_are_sent_as_they_are(api: StripeApi) -> None:
    _charge()
    intent = _intent(api)
    assert (intent["amount"], intent["currency"]) == (12_500, "krw")
    assert intent["metadata"] == {"key": KEY, "order": "ORD-1"}


def test_a_charge_not_searchable_yet_is_not_made_again(
    api: StripeApi, gateway: StripeGateway
) -> None:
    with pytest.raises(GatewayUnavailable):
        _charge(SILENT)
    api.books.searchable = False
    assert gateway.find(KEY) is None
    assert _charge(SILENT) == Paid(_intent(api)["id"])


def test_a_charge_whose_key_is_forgotten_is_found_by_search(
    api: StripeApi, gateway: StripeGateway
) -> None:
    with pytest.raises(GatewayUnavailable):
        _charge(SILENT)
    api.forget_keys()
    assert gateway.find(KEY) == Paid(_intent(api)["id"])


def test_a_key_used_in_other_words_settles_nothing_before_it_can_be_searched(
    api: StripeApi,
) -> None:
    paid = _charge()
    api.books.searchable = False
    with pytest.raises(GatewayUnavailable):
        _charge(api.books.confirmation_token("pm_card_visa"))
    api.books.searchable = True
    assert _charge(api.books.confirmation_token("pm_card_visa")) == paid


def test_a_lost_answer_is_asked_for_again_at_once(api: StripeApi) -> None:
    with pytest.raises(GatewayUnavailable):
        _charge(SILENT)
    assert api.asked == ["post /v1/payment_intents"] * 2
    assert len(api.books.of("payment_intent")) == 1


@pytest.mark.parametrize(
    ("card", "why"),
    [
        ("pm_card_chargeDeclined", Decline.CARD_DECLINED),
        ("pm_card_chargeDeclinedExpiredCard", Decline.CARD_EXPIRED),
        ("pm_card_chargeDeclinedInsufficientFunds", Decline.INSUFFICIENT_FUNDS),
        # Whoever holds a lost card is not told that it is known to be lost.
        ("pm_card_chargeDeclinedLostCard", Decline.CARD_DECLINED),
    ],
)
def test_a_banks_reason_becomes_one_of_ours(card: str, why: Decline) -> None:
    assert _charge(card) == Declined(why)


def test_a_declined_intent_cannot_be_paid_by_a_browser_later(
    api: StripeApi, gateway: StripeGateway
) -> None:
    _charge(AUTHENTICATES)
    api.books.bank_decides(_intent(api), approves=False)
    assert gateway.find(KEY) == Declined(Decline.AUTHENTICATION_FAILED)
    assert _intent(api)["status"] == "canceled"


def test_a_question_that_makes_no_sense_moves_no_money(api: StripeApi) -> None:
    used = api.books.confirmation_token("pm_card_visa")
    _charge(used, key="PAY-FIRST")
    assert _charge(used) == Declined(Decline.REJECTED)


def test_a_wrong_secret_settles_nothing(settings: Settings) -> None:
    settings.STRIPE_SECRET_KEY = "sk_test_of_somebody_else"
    with pytest.raises(GatewayUnavailable):
        _charge()


def test_another_charge_under_that_reference_is_not_this_one(gateway: StripeGateway) -> None:
    paid = _charge(key="PAY-OTHER")
    assert isinstance(paid, Paid)
    assert gateway.find(KEY, gateway_reference=paid.gateway_reference) is None


# Cards kept for boxes.


def test_a_card_that_its_bank_approved_is_kept(api: StripeApi) -> None:
    asked = _kept(AUTHENTICATES)
    assert isinstance(asked, NeedsAction)
    (intent,) = api.books.of("setup_intent")
    api.books.bank_decides(intent, approves=True)
    assert isinstance(_kept(AUTHENTICATES), StoredCard)
    assert len(api.books.of("setup_intent")) == 1


def test_a_card_that_its_bank_refused_is_not_kept(api: StripeApi) -> None:
    _kept(AUTHENTICATES)
    (intent,) = api.books.of("setup_intent")
    api.books.bank_decides(intent, approves=False)
    assert _kept(AUTHENTICATES) == Declined(Decline.AUTHENTICATION_FAILED)


@pytest.mark.parametrize(
    ("card", "why"),
    [
        (AUTHENTICATES, Decline.AUTHENTICATION_REQUIRED),
        ("pm_card_chargeCustomerFail", Decline.CARD_DECLINED),
    ],
)
def test_a_kept_card_may_be_declined_when_nobody_is_there(
    api: StripeApi, gateway: StripeGateway, card: str, why: Decline
) -> None:
    stored = _kept(card)
    if isinstance(stored, NeedsAction):
        (intent,) = api.books.of("setup_intent")
        api.books.bank_decides(intent, approves=True)
        stored = _kept(card)
    assert isinstance(stored, StoredCard)
    outcome = gateway.charge_off_session(
        key=KEY,
        amount_won=27_000,
        tax_free_won=0,
        stored_card=stored.token,
        order_reference="ORD-1",
    )
    assert outcome == Declined(why)


# Refunds and transfers.


def test_a_refund_under_way_is_asked_about_until_it_is_done(api: StripeApi) -> None:
    paid = _charge()
    api.books.refund_status = "pending"
    with pytest.raises(GatewayUnavailable):
        _refund(paid)
    (refund,) = api.books.of("refund")
    refund["status"] = "succeeded"
    assert _refund(paid) == Paid(refund["id"])


def test_a_refund_that_failed_in_the_end_is_declined(api: StripeApi) -> None:
    api.books.refund_status = "failed"
    assert _refund(_charge()) == Declined(Decline.REFUND_REFUSED)


def test_a_refund_key_is_not_reused_for_another_charge() -> None:
    _refund(_charge())
    with pytest.raises(KeyReused):
        _refund(_charge(key="PAY-OTHER"))


def test_a_declined_charge_is_not_refunded(api: StripeApi) -> None:
    _charge("pm_card_chargeDeclined")
    refused = _refund(Paid(_intent(api)["id"]))
    assert refused == Declined(Decline.REFUND_REFUSED)


def test_no_more_is_transferred_than_there_is(api: StripeApi, gateway: StripeGateway) -> None:
    api.books.balance = 1_000
    sent = gateway.transfer(key="SET-1", account_reference="acct_greens", amount_won=1_001)
    assert sent == Declined(Decline.BALANCE_TOO_LOW)
    assert api.books.balance == 1_000


# Webhooks and disputes.


def _heard(api: StripeApi, **signing: Any) -> Hint | None:
    body, headers = api.signed(api.books.events[-1], **signing)
    return StripeOnTheFake().heard(body=body, headers=headers)


def test_a_signed_webhook_hints_at_our_payment(api: StripeApi) -> None:
    paid = _charge()
    assert isinstance(paid, Paid)
    event_id = api.books.events[-1]["id"]
    assert _heard(api) == Hint(event_id, "payment", KEY, paid.gateway_reference)


def test_a_webhook_sent_twice_is_one_event(api: StripeApi) -> None:
    _charge()
    assert _heard(api) == _heard(api)


def test_a_refund_is_hinted_at_by_its_own_key(api: StripeApi) -> None:
    refund = _refund(_charge())
    assert isinstance(refund, Paid)
    hint = _heard(api)
    assert hint == Hint(hint.event_id if hint else "", "refund", "REF-1", refund.gateway_reference)


def test_a_webhook_signed_by_somebody_else_is_refused(api: StripeApi) -> None:
    _charge()
    with pytest.raises(WebhookRefused):
        _heard(api, secret="whsec_of_somebody_else")


def test_a_webhook_of_long_ago_is_refused(api: StripeApi) -> None:
    _charge()
    with pytest.raises(WebhookRefused):
        _heard(api, at=int(time.time()) - TOLERANCE - 60)


def test_a_webhook_changed_on_its_way_is_refused(api: StripeApi, gateway: StripeGateway) -> None:
    _charge()
    body, headers = api.signed(api.books.events[-1])
    with pytest.raises(WebhookRefused):
        gateway.heard(body=body.replace(KEY.encode(), b"PAY-MINE"), headers=headers)


def test_nothing_is_believed_without_a_secret_to_check_it(
    api: StripeApi, settings: Settings
) -> None:
    _charge()
    settings.STRIPE_WEBHOOK_SECRET = ""
    with pytest.raises(WebhookRefused):
        _heard(api, secret="")


def test_an_event_nobody_follows_is_no_hint(api: StripeApi) -> None:
    api.books.events.append(
        {
            "id": "evt_1",
            "object": "event",
            "type": "customer.created",
            "data": {"object": {"id": "cus_1", "object": "customer"}},
        }
    )
    assert _heard(api) is None


@pytest.mark.parametrize(
    ("status", "told"),
    [
        ("warning_needs_response", "warning"),
        ("needs_response", "open"),
        ("won", "won"),
        ("lost", "lost"),
    ],
)
def test_a_dispute_is_hinted_at_and_read_back(
    api: StripeApi, gateway: StripeGateway, status: str, told: Any
) -> None:
    paid = _charge(DISPUTED)
    assert isinstance(paid, Paid)
    hint = _heard(api)
    assert hint is not None
    assert hint.about == "dispute"
    api.books.things[hint.gateway_reference]["status"] = status
    dispute = gateway.dispute(hint.gateway_reference)
    assert dispute == Dispute(paid.gateway_reference, 12_500, told)


def test_a_dispute_nobody_opened_is_none(gateway: StripeGateway) -> None:
    assert gateway.dispute("du_never") is None


def test_the_package_tells_stripe_nothing_about_this_machine() -> None:
    assert stripe.enable_telemetry is False
