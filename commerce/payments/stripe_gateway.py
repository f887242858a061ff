"""Cards by Stripe: PaymentIntents confirmed from here, SetupIntents, Connect transfers.

The browser's Payment Element gives a ConfirmationToken (``ctoken_…``) for a card, which is
``card_token`` here; a PaymentMethod (``pm_…``) will do too. Won have no smaller unit, so amounts
are sent as they are: https://docs.stripe.com/currencies#zero-decimal

Stripe remembers an idempotency key for a day and compares what is asked with it
(https://docs.stripe.com/api/idempotent_requests). Our key is in the object's metadata too, so that
it counts for ever: refunds and transfers are looked for in lists before they are made, and a charge
is searched. The search may be an hour late (https://docs.stripe.com/search#data-freshness); until
then the idempotency key still answers, so between the two nothing is charged twice.

``payment_method_types`` is refused since API version 2026-09-30.endive: cards alone are asked for
by ``allowed_payment_method_types``.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal, TypedDict

import stripe
from django.conf import settings

from commerce.payments import stripe_answers as answers
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
from commerce.payments.stripe_answers import key_of, settled

if TYPE_CHECKING:
    from stripe.params import PaymentIntentCreateParams

# Written down, so that a new version of the package changes nothing that Stripe answers.
API_VERSION = "2026-10-28.endive"
# To connect, and to answer. Two tries take less time than the sweep leaves a charge alone. The
# package repeats only what is safe, after a lost connection or at Stripe's wish, with the same key.
SECONDS = (5.0, 30.0)
RETRIES = 1
# How old a webhook's signature may be, in seconds.
TOLERANCE = 300

# It would write an id into the home folder and send it with every question.
stripe.enable_telemetry = False


class _Card(TypedDict, total=False):
    confirmation_token: str
    payment_method: str


class StripeGateway:
    """Needs STRIPE_SECRET_KEY, and STRIPE_WEBHOOK_SECRET for ``heard``."""

    name = "stripe"

    def __init__(self, http_client: stripe.HTTPClient | None = None) -> None:
        self._stripe = stripe.StripeClient(
            settings.STRIPE_SECRET_KEY,
            stripe_version=API_VERSION,
            max_network_retries=RETRIES,
            http_client=http_client or stripe.RequestsClient(timeout=SECONDS),
        ).v1

    def charge(
        self, *, key: str, amount_won: int, card_token: str, order_reference: str
    ) -> Outcome:
        return self._ask_card(key, amount_won, card_token, order_reference, "automatic")

    def authorise(
        self, *, key: str, amount_won: int, card_token: str, order_reference: str
    ) -> Outcome:
        return self._ask_card(key, amount_won, card_token, order_reference, "manual")

    def charge_off_session(
        self,
        *,
        key: str,
        amount_won: int,
        tax_free_won: int,
        stored_card: str,
        order_reference: str,
    ) -> Outcome:
        customer, _, payment_method = stored_card.partition("/")
        return self._make(
            {
                "amount": amount_won,
                "currency": "krw",
                "allowed_payment_method_types": ["card"],
                "confirm": True,
                "off_session": True,
                "customer": customer,
                "payment_method": payment_method,
                "description": order_reference,
                "metadata": {"key": key, "order": order_reference},
            },
            key,
        )

    def store_card(
        self, *, key: str, customer_reference: str, card_token: str
    ) -> StoredCard | NeedsAction | Declined:
        try:
            with settled(key):
                # Made anew a day later, which does no harm: the card is charged with its own.
                customer = self._stripe.customers.create(
                    {"metadata": {"key": customer_reference}},
                    {"idempotency_key": f"customer-{customer_reference}"},
                )
                intent = self._stripe.setup_intents.create(
                    {
                        "allowed_payment_method_types": ["card"],
                        "confirm": True,
                        "usage": "off_session",
                        "use_stripe_sdk": True,
                        "customer": customer.id,
                        "metadata": {"key": key},
                        **_card(card_token),
                    },
                    {"idempotency_key": key},
                )
                if intent.status != "succeeded":  # a repeated key gets the first answer
                    intent = self._stripe.setup_intents.retrieve(intent.id)
        except stripe.CardError as refusal:
            return Declined(answers.why(refusal.error))
        except stripe.IdempotencyError:
            raise KeyReused("key") from None
        except stripe.InvalidRequestError as error:
            return answers.rejected(key, error)
        if intent.status == "succeeded":
            return StoredCard(f"{intent.customer}/{intent.payment_method}")
        if intent.status == "requires_action":
            return NeedsAction(intent.id, intent.client_secret or "")
        return Declined(answers.why(intent.last_setup_error))

    def capture(
        self, *, key: str, gateway_reference: str, amount_won: int, tax_free_won: int
    ) -> Paid | Declined:
        intent = self._read(gateway_reference)
        if intent is None:
            return Declined(Decline.NO_SUCH_CHARGE)
        if intent.status == "requires_capture":
            intent = self._capture(intent, key, amount_won)
        match intent.status:
            case "succeeded" if intent.amount_received == amount_won:
                return Paid(intent.id)
            case "succeeded":
                raise KeyReused("key")
            case "requires_capture":
                return Declined(Decline.MORE_THAN_CHARGED)
            case _:
                return Declined(answers.why_not_paid(intent))

    def void(self, *, gateway_reference: str) -> Outcome:
        intent = self._read(gateway_reference)
        if intent is None:
            return Declined(Decline.NO_SUCH_CHARGE)
        return answers.outcome(self._closed(intent))

    def refund(
        self, *, key: str, gateway_reference: str, amount_won: int, tax_free_won: int
    ) -> Paid | Declined:
        if not gateway_reference:
            return Declined(Decline.NO_SUCH_CHARGE)
        try:
            with settled(key):
                refund = self._refund_made(key, gateway_reference) or self._stripe.refunds.create(
                    {
                        "payment_intent": gateway_reference,
                        "amount": amount_won,
                        "metadata": {"key": key, "tax_free_won": str(tax_free_won)},
                    },
                    {"idempotency_key": key},
                )
        except stripe.IdempotencyError:
            raise KeyReused("key") from None
        except stripe.InvalidRequestError as error:
            return answers.not_refunded(key, error)
        if refund.amount != amount_won:
            raise KeyReused("key")
        if refund.status == "succeeded":
            return Paid(refund.id)
        if refund.status in ("failed", "canceled"):
            return Declined(Decline.REFUND_REFUSED)
        raise GatewayUnavailable(key)  # under way: the sweep asks again

    def find(self, key: str, *, gateway_reference: str = "") -> Outcome | None:
        intent = self._read(gateway_reference) if gateway_reference else self._search(key)
        if intent is None or key_of(intent) != key:
            return None
        return self._final(intent)

    def transfer(self, *, key: str, account_reference: str, amount_won: int) -> Paid | Declined:
        try:
            with settled(key):
                made = self._stripe.transfers.list({"transfer_group": key, "limit": 1}).data
                transfer = next(iter(made), None) or self._stripe.transfers.create(
                    {
                        "amount": amount_won,
                        "currency": "krw",
                        "destination": account_reference,
                        "transfer_group": key,
                        "metadata": {"key": key},
                    },
                    {"idempotency_key": key},
                )
        except stripe.IdempotencyError:
            raise KeyReused("key") from None
        except stripe.InvalidRequestError as error:
            return answers.not_transferred(key, error)
        if (transfer.destination, transfer.amount) != (account_reference, amount_won):
            raise KeyReused("key")
        return Paid(transfer.id)

    def dispute(self, gateway_reference: str) -> Dispute | None:
        try:
            with settled(gateway_reference):
                found = self._stripe.disputes.retrieve(gateway_reference)
        except stripe.InvalidRequestError:
            return None
        status = answers.DISPUTES.get(found.status, "open")
        return Dispute(str(found.payment_intent or ""), found.amount, status)

    def heard(self, *, body: bytes, headers: Mapping[str, str]) -> Hint | None:
        signature = {name.lower(): value for name, value in headers.items()}.get("stripe-signature")
        try:
            event = stripe.Webhook.construct_event(
                body, signature, settings.STRIPE_WEBHOOK_SECRET, TOLERANCE
            )
        except (stripe.SignatureVerificationError, ValueError) as error:
            raise WebhookRefused from error
        return answers.hint(event)

    def _ask_card(
        self,
        key: str,
        amount_won: int,
        card_token: str,
        order_reference: str,
        capture_method: Literal["automatic", "manual"],
    ) -> Outcome:
        return self._make(
            {
                "amount": amount_won,
                "currency": "krw",
                "allowed_payment_method_types": ["card"],
                "capture_method": capture_method,
                "confirm": True,
                "use_stripe_sdk": True,  # Stripe.js shows the bank's page inside ours
                "description": order_reference,
                "metadata": {"key": key, "order": order_reference},
                **_card(card_token),
            },
            key,
        )

    def _make(self, params: "PaymentIntentCreateParams", key: str) -> Outcome:
        try:
            with settled(key):
                intent = self._stripe.payment_intents.create(params, {"idempotency_key": key})
                if intent.status != "succeeded":  # a repeated key gets the first answer
                    intent = self._stripe.payment_intents.retrieve(intent.id)
        except stripe.CardError as refusal:
            return Declined(answers.why(refusal.error))
        except stripe.IdempotencyError:
            return self._first(key, params["amount"])
        except stripe.InvalidRequestError as error:
            return answers.rejected(key, error)
        return answers.outcome(intent)

    def _first(self, key: str, amount_won: int) -> Outcome:
        """The charge that this key was used for before, with a word or two different."""
        intent = self._search(key)
        if intent is None:  # made a moment ago
            raise GatewayUnavailable(key)
        if intent.amount != amount_won:
            raise KeyReused("key")
        return self._final(intent)

    def _final(self, intent: stripe.PaymentIntent) -> Outcome:
        """The browser may hold the secret of a declined intent, and could pay it later: closed."""
        if intent.status != "requires_payment_method":
            return answers.outcome(intent)
        why = answers.why_not_paid(intent)
        closed = answers.outcome(self._closed(intent))
        return Declined(why) if isinstance(closed, Declined) else closed

    def _closed(self, intent: stripe.PaymentIntent) -> stripe.PaymentIntent:
        try:
            with settled(intent.id):
                return self._stripe.payment_intents.cancel(intent.id)
        except stripe.InvalidRequestError:  # it has ended, this way or the other
            return self._read(intent.id) or intent

    def _capture(
        self, intent: stripe.PaymentIntent, key: str, amount_won: int
    ) -> stripe.PaymentIntent:
        try:
            with settled(key):
                return self._stripe.payment_intents.capture(
                    intent.id, {"amount_to_capture": amount_won}, {"idempotency_key": key}
                )
        except (stripe.InvalidRequestError, stripe.IdempotencyError):
            return self._read(intent.id) or intent

    def _refund_made(self, key: str, intent_id: str) -> stripe.Refund | None:
        made = self._stripe.refunds.list({"payment_intent": intent_id, "limit": 100})
        return next((x for x in made.auto_paging_iter() if key_of(x) == key), None)

    def _read(self, intent_id: str) -> stripe.PaymentIntent | None:
        if not intent_id:
            return None
        try:
            with settled(intent_id):
                return self._stripe.payment_intents.retrieve(intent_id)
        except stripe.InvalidRequestError:
            return None

    def _search(self, key: str) -> stripe.PaymentIntent | None:
        """What is found may be an hour old: it is read again."""
        with settled(key):
            found = self._stripe.payment_intents.search(
                {"query": f"metadata['key']:'{key}'", "limit": 1}
            ).data
        return self._read(found[0].id) if found else None


def _card(token: str) -> _Card:
    if token.startswith("ctoken_"):
        return {"confirmation_token": token}
    return {"payment_method": token}
