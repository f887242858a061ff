"""Cards charged: never twice, never lost.

The row comes first and carries the key. The gateway is asked outside any transaction, so no lock is
held while it thinks and no rollback can forget what it did; its answer is then written down. What
goes wrong in between leaves a row that ``sweep`` finds.
"""

from datetime import datetime
from functools import partial

from django.db import transaction

from commerce.payments import asking
from commerce.payments.actions import the_payment
from commerce.payments.gateway import GatewayUnavailable, NeedsAction
from commerce.payments.models import Payment, PaymentMethod, PaymentStatus
from commerce.payments.sweeping import STALE_AFTER, tried


@transaction.atomic
def bring_card(*, payment_reference: str, card_token: str) -> Payment:
    """The shopper is back from the gateway's window with a card; the first one counts.

    Nothing changes where the payment was called off or is being charged. PAYMENT_UNKNOWN.
    """
    waiting = Payment.objects.filter(reference=payment_reference, method=PaymentMethod.CARD)
    waiting.filter(status=PaymentStatus.OPEN, card_token="").update(card_token=card_token)
    return the_payment(payment_reference)


def charge(*, payment_reference: str, now: datetime) -> Payment:
    """Asks the gateway once however many workers call; returns the payment as it then stands.

    Paid or declined; open while its card is still to come; still charging when the gateway did not
    answer, the shopper's bank wants to hear from the shopper (``action_needed``), or another worker
    is asking.
    A success that comes after the order was cancelled is kept as paid: ``queries.owed_back``
    reports it. Must not be called inside a transaction. PAYMENT_UNKNOWN.
    """
    # durable: the claim is committed before any money moves, so two workers cannot both hold it
    # and a crash leaves "charging" for the sweep.
    with transaction.atomic(durable=True):
        ready = Payment.objects.filter(
            reference=payment_reference, method=PaymentMethod.CARD, status=PaymentStatus.OPEN
        ).exclude(card_token="")
        claimed = ready.update(status=PaymentStatus.CHARGING, asked_at=now)
    payment = the_payment(payment_reference)
    return asking.ask(payment, asking.charge, now) if claimed else payment


def action_needed(*, payment_reference: str) -> NeedsAction | None:
    """What the shopper's browser has to do before a payment still charging goes on; None when
    nothing, or when the gateway is silent. Must not be called inside a transaction.
    PAYMENT_UNKNOWN."""
    with transaction.atomic(durable=True):
        payment = the_payment(payment_reference)
    if payment.status != PaymentStatus.CHARGING or not payment.gateway_reference:
        return None
    try:
        found = asking.find(payment)
    except GatewayUnavailable:
        return None
    return found if isinstance(found, NeedsAction) else None


def look_again(*, payment_reference: str, gateway_reference: str = "", now: datetime) -> Payment:
    """Somebody hints that a payment still charging has ended: a webhook, or the shopper who is
    back from the bank. The gateway is asked, and only what it says counts.

    ``gateway_reference``: which of its charges a webhook means; it spares a search. Any number of
    hints in any order do what one does. Must not be called inside a transaction. PAYMENT_UNKNOWN.
    """
    with transaction.atomic(durable=True):
        payment = the_payment(payment_reference)
    if payment.status != PaymentStatus.CHARGING:
        return payment
    question = partial(asking.find, gateway_reference=gateway_reference)
    return asking.ask(payment, question, now)


def sweep(*, now: datetime) -> list[Payment]:
    """Finds out what became of charges that a crash, a silent gateway or a bank left open.

    Asks the gateway before it does anything, and gives a bank up after ``asking.ACTION_WITHIN``.
    Returns those now paid or declined, for the journey to follow. One that fails is logged and
    tried again by the next sweep; it never stops the others.
    """
    stale = Payment.objects.filter(
        status=PaymentStatus.CHARGING, asked_at__lte=now - STALE_AFTER
    ).order_by("pk")
    references = list(stale.values_list("reference", flat=True))
    answers = [tried(partial(_ask_again, payment_reference=r, now=now), r) for r in references]
    return [p for p in answers if p is not None and p.status != PaymentStatus.CHARGING]


def _ask_again(*, payment_reference: str, now: datetime) -> Payment:
    """Whether the first question moved money is asked before the same key is charged again."""
    with transaction.atomic(durable=True):
        claimed = Payment.objects.filter(
            reference=payment_reference,
            status=PaymentStatus.CHARGING,
            asked_at__lte=now - STALE_AFTER,
        ).update(asked_at=now)
    payment = the_payment(payment_reference)
    if not claimed:  # another sweep was here first
        return payment
    return asking.ask(payment, partial(asking.find_out, now=now), now)
