"""What the gateway is asked about a payment, and what its answer makes of the row.

Called outside any transaction, for a row that was committed as charging before.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from commerce.payments.gateway import (
    Authorised,
    Declined,
    GatewayUnavailable,
    NeedsAction,
    Outcome,
    Paid,
    gateway,
)
from commerce.payments.models import Payment, PaymentStatus

log = logging.getLogger(__name__)

# How long a shopper's bank is waited for; the order itself waits a little longer.
ACTION_WITHIN = timedelta(minutes=20)


def ask(payment: Payment, question: Callable[[Payment], Outcome | None], now: datetime) -> Payment:
    """Writes the answer down; the payment as it then stands, still charging when there is none."""
    try:
        outcome = question(payment)
    except GatewayUnavailable:
        log.warning("no answer from the gateway on payment %s", payment.reference)
        return payment
    if outcome is not None:
        # Whoever else asked meanwhile may have been first; the answers are alike.
        charging = Payment.objects.filter(pk=payment.pk, status=PaymentStatus.CHARGING)
        charging.update(**_told(payment, outcome, now))
    return Payment.objects.select_related("order").get(pk=payment.pk)


def charge(payment: Payment) -> Outcome:
    if payment.off_session:
        return gateway().charge_off_session(
            key=payment.reference,
            amount_won=payment.amount_won,
            tax_free_won=payment.tax_free_won,
            stored_card=payment.card_token,
            order_reference=payment.order.reference,
        )
    ask_card = gateway().authorise if payment.holds else gateway().charge
    return ask_card(
        key=payment.reference,
        amount_won=payment.amount_won,
        card_token=payment.card_token,
        order_reference=payment.order.reference,
    )


def find(payment: Payment, *, gateway_reference: str = "") -> Outcome | None:
    known = payment.gateway_reference or gateway_reference
    return gateway().find(payment.reference, gateway_reference=known)


def find_out(payment: Payment, now: datetime) -> Outcome:
    """Whether the first question moved money is asked before the same key is charged again."""
    found = find(payment)
    if found is None:
        return charge(payment)
    if isinstance(found, NeedsAction) and payment.opened_at < now - ACTION_WITHIN:
        return gateway().void(gateway_reference=found.gateway_reference)
    return found


def _told(payment: Payment, outcome: Outcome, now: datetime) -> dict[str, Any]:
    match outcome:
        # Paid too: a gateway that cannot hold has taken all of it, and gives the rest back.
        case Authorised() | Paid() if payment.holds:
            return {
                "status": "authorised",
                "gateway_reference": outcome.gateway_reference,
                "held_won": payment.amount_won,
                "authorised_at": now,
            }
        case Paid(gateway_reference=reference):
            return {"status": "paid", "gateway_reference": reference, "paid_at": now}
        case Declined(code=code):
            return {"status": "declined", "decline_code": code}
        case NeedsAction(gateway_reference=reference) | Authorised(gateway_reference=reference):
            return {"gateway_reference": reference}
