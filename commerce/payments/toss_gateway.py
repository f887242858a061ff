"""Cards by Toss Payments: the REST API of version 2022-11-16, asked over HTTP.

Sources, read in November 2026:
https://docs.tosspayments.com/reference (endpoints, Payment and Billing objects),
https://docs.tosspayments.com/reference/using-api/authorization (secret key, idempotency key),
https://docs.tosspayments.com/reference/using-api/webhook-events (webhooks, states of a payment),
https://docs.tosspayments.com/reference/error-codes.

The shopper pays in Toss's own window, opened by the page with our key as ``orderId`` and with the
amount and its tax-free part; it gives the ``paymentKey`` that is ``card_token`` here. The bank has
been asked by then, so nothing ever needs the shopper again. A card is kept by the ``authKey`` that
the window for standing payments gives (``requestBillingAuth``, with the customer's reference as
``customerKey``). Money cannot be held: ``authorise`` takes it, ``capture`` gives the rest back.

Toss remembers an idempotency key for 15 days by key, address and method, refusals too, and does not
compare what is asked: the answer is compared here. Cancellations carry our key as their reason, so
that it counts for ever. Only documented refusals end a payment (``declines``); what else comes is
settled by what Toss has written down, or stays open.
"""

import json
import logging
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import httpx
from django.conf import settings

from commerce.payments.declines import TOSS_CANCEL, TOSS_CHARGE, Decline
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

log = logging.getLogger(__name__)

URL = "https://api.tosspayments.com"
# A standing payment takes up to a minute, says Toss. Nothing is asked twice here: the sweep does.
TIMEOUT = httpx.Timeout(65, connect=5)
# It was confirmed at some time; what went back since is in ``cancels``.
CONFIRMED = ("DONE", "PARTIAL_CANCELED", "CANCELED")
NOT_ASKED_YET = ("READY", "IN_PROGRESS")
ENDED = ("ABORTED", "EXPIRED")
# The reason of a cancellation that leaves nothing of an authorisation.
VOID = "void"


class _Refused(Exception):
    """Toss answered with an error; ``code``: its own."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class TossGateway:
    """Needs TOSS_SECRET_KEY."""

    name = "toss"

    def __init__(self, transport: httpx.BaseTransport | None = None) -> None:
        self._transport = transport

    def charge(
        self, *, key: str, amount_won: int, card_token: str, order_reference: str
    ) -> Outcome:
        asked = {"paymentKey": card_token, "orderId": key, "amount": amount_won}
        return self._charge("/v1/payments/confirm", asked, key, amount_won)

    def charge_off_session(
        self,
        *,
        key: str,
        amount_won: int,
        tax_free_won: int,
        stored_card: str,
        order_reference: str,
    ) -> Outcome:
        customer_key, _, billing_key = stored_card.partition("/")
        asked = {
            "customerKey": customer_key,
            "orderId": key,
            "orderName": order_reference,
            "amount": amount_won,
            "taxFreeAmount": tax_free_won,
        }
        return self._charge(f"/v1/billing/{quote(billing_key, safe='')}", asked, key, amount_won)

    def store_card(
        self, *, key: str, customer_reference: str, card_token: str
    ) -> StoredCard | NeedsAction | Declined:
        asked = {"authKey": card_token, "customerKey": customer_reference}
        try:
            billing = self._post("/v1/billing/authorizations/issue", asked, key)
        except _Refused as refusal:
            log.warning("Toss kept no card for %s: %s", key, refusal.code)
            return Declined(TOSS_CHARGE.get(refusal.code, Decline.REJECTED))
        if billing["customerKey"] != customer_reference:
            raise KeyReused("key")
        return StoredCard(f"{customer_reference}/{billing['billingKey']}")

    def authorise(
        self, *, key: str, amount_won: int, card_token: str, order_reference: str
    ) -> Outcome:
        return self.charge(
            key=key, amount_won=amount_won, card_token=card_token, order_reference=order_reference
        )

    def capture(
        self, *, key: str, gateway_reference: str, amount_won: int, tax_free_won: int
    ) -> Paid | Declined:
        payment = self._payment(gateway_reference)
        taken = None if payment is None else _outcome(payment)
        if payment is None or taken is None:
            return Declined(Decline.NO_SUCH_CHARGE)
        if not isinstance(taken, Paid):
            return Declined(Decline.VOIDED)
        reason = f"capture {key}"
        over_won = int(payment["totalAmount"]) - amount_won
        captured = _captured(payment)
        if captured and (captured["cancelReason"], captured["cancelAmount"]) != (reason, over_won):
            raise KeyReused("key")
        if over_won < 0:
            return Declined(Decline.MORE_THAN_CHARGED)
        if over_won:
            over_tax_free_won = int(payment["taxFreeAmount"]) - tax_free_won
            let_go = self._cancel(payment, reason, key, over_won, over_tax_free_won)
            return let_go if isinstance(let_go, Declined) else taken
        return taken

    def void(self, *, gateway_reference: str) -> Outcome:
        """Toss cannot tell what was meant as an authorisation: a charge in full goes back whole."""
        payment = self._payment(gateway_reference)
        if payment is None:
            return Declined(Decline.NO_SUCH_CHARGE)
        if payment["status"] != "DONE":
            # Not confirmed, it ends by itself within minutes: only we could confirm it.
            return _outcome(payment) or Declined(Decline.VOIDED)
        won, tax_free_won = int(payment["balanceAmount"]), int(payment["taxFreeAmount"])
        key = f"void-{payment['orderId']}"
        gone = self._cancel(payment, VOID, key, won, tax_free_won)
        return Declined(Decline.VOIDED) if isinstance(gone, Paid) else Paid(gateway_reference)

    def refund(
        self, *, key: str, gateway_reference: str, amount_won: int, tax_free_won: int
    ) -> Paid | Declined:
        payment = self._payment(gateway_reference)
        if payment is None:
            return Declined(Decline.NO_SUCH_CHARGE)
        return self._cancel(payment, f"refund {key}", key, amount_won, tax_free_won)

    def find(self, key: str, *, gateway_reference: str = "") -> Outcome | None:
        payment = self._read(f"/v1/payments/orders/{quote(key, safe='')}")
        return None if payment is None else _outcome(payment)

    def dispute(self, gateway_reference: str) -> Dispute | None:
        """Toss tells of objections outside its API."""
        return None

    def heard(self, *, body: bytes, headers: Mapping[str, str]) -> Hint | None:
        """Webhooks about payments are not signed: whoever sends one makes us read, no more."""
        event_id = {name.lower(): value for name, value in headers.items()}.get(
            "tosspayments-webhook-transmission-id", ""
        )
        try:
            event = json.loads(body)
            kind, data = event.get("eventType"), event.get("data", {})
            if kind == "PAYMENT_STATUS_CHANGED":
                hint = Hint(event_id, "payment", str(data["orderId"]), str(data["paymentKey"]))
            elif kind == "BILLING_DELETED":
                hint = Hint(event_id, "card", "", str(data["billingKey"]))
            else:
                return None
        except (ValueError, AttributeError, LookupError, TypeError) as error:
            raise WebhookRefused from error
        if not event_id:
            raise WebhookRefused
        return hint

    def _charge(self, path: str, asked: dict[str, Any], key: str, amount_won: int) -> Outcome:
        try:
            payment = self._post(path, asked, key)
        except _Refused as refusal:
            why = TOSS_CHARGE.get(refusal.code)
            if why is not None:
                return Declined(why)
            found = self._read(f"/v1/payments/orders/{quote(key, safe='')}")
            if found is None:
                raise GatewayUnavailable(f"{key}: {refusal.code}") from refusal
            payment = found
        if (payment["orderId"], int(payment["totalAmount"])) != (key, amount_won):
            raise KeyReused("key")
        outcome = _outcome(payment)
        if outcome is None:
            raise GatewayUnavailable(f"{key} is {payment['status']}")
        return outcome

    def _cancel(
        self, payment: dict[str, Any], reason: str, key: str, amount_won: int, tax_free_won: int
    ) -> Paid | Declined:
        """Gives money back once for each ``reason``, however long ago that was."""
        made = _cancelled(payment, reason)
        if made is None:
            asked = {
                "cancelReason": reason,
                "cancelAmount": amount_won,
                "taxFreeAmount": tax_free_won,
            }
            path = f"/v1/payments/{quote(payment['paymentKey'], safe='')}/cancel"
            try:
                made = _cancelled(self._post(path, asked, key), reason)
            except _Refused as refusal:
                why = TOSS_CANCEL.get(refusal.code)
                if why is None:
                    raise GatewayUnavailable(f"{key}: {refusal.code}") from refusal
                log.warning("Toss refused to give back %s: %s", key, refusal.code)
                return Declined(why)
        if made is None or int(made["cancelAmount"]) != amount_won:
            raise KeyReused("key")
        return Paid(str(made["transactionKey"]))

    def _payment(self, payment_key: str) -> dict[str, Any] | None:
        return self._read(f"/v1/payments/{quote(payment_key, safe='')}") if payment_key else None

    def _read(self, path: str) -> dict[str, Any] | None:
        try:
            return self._ask("GET", path)
        except _Refused as refusal:
            if refusal.code in ("NOT_FOUND_PAYMENT", "NOT_FOUND"):
                return None
            raise GatewayUnavailable(refusal.code) from refusal

    def _post(self, path: str, asked: dict[str, Any], key: str) -> dict[str, Any]:
        return self._ask("POST", path, json=asked, headers={"Idempotency-Key": key})

    def _ask(self, method: str, path: str, **asked: Any) -> dict[str, Any]:
        """Raises _Refused, and GatewayUnavailable where nobody can tell what was done.

        Neither tells the address, which may hold the key to a stored card.
        """
        client = httpx.Client(
            base_url=URL,
            auth=(settings.TOSS_SECRET_KEY, ""),
            timeout=TIMEOUT,
            transport=self._transport,
        )
        try:
            with client:
                response = client.request(method, path, **asked)
            told: Any = response.json()
        except (httpx.HTTPError, ValueError) as error:
            raise GatewayUnavailable(type(error).__name__) from error
        if not isinstance(told, dict) or response.status_code >= 500:
            raise GatewayUnavailable(f"HTTP {response.status_code}")
        if response.status_code != 200:
            raise _Refused(str(told.get("code", f"HTTP {response.status_code}")))
        return told


def _outcome(payment: dict[str, Any]) -> Outcome | None:
    """None while Toss waits to be asked; GatewayUnavailable for what is never asked for here."""
    status = payment["status"]
    if status in CONFIRMED:
        voided = _cancelled(payment, VOID) is not None
        return Declined(Decline.VOIDED) if voided else Paid(str(payment["paymentKey"]))
    if status in ENDED:
        code = (payment.get("failure") or {}).get("code", "EXPIRED_PAYMENT")
        return Declined(TOSS_CHARGE.get(code, Decline.CARD_DECLINED))
    if status in NOT_ASKED_YET:
        return None
    raise GatewayUnavailable(f"{payment['orderId']} is {status}")


def _cancelled(payment: dict[str, Any], reason: str) -> dict[str, Any] | None:
    made = payment.get("cancels") or []
    return next((cancel for cancel in made if cancel["cancelReason"] == reason), None)


def _captured(payment: dict[str, Any]) -> dict[str, Any] | None:
    made = payment.get("cancels") or []
    return next((x for x in made if x["cancelReason"].startswith("capture ")), None)
