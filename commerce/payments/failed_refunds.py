"""A gateway said yes to a refund, and later that it failed: the bank would not take it."""

from django.db import transaction

from commerce.payments import tenders
from commerce.payments.gateway import Declined, gateway
from commerce.payments.models import Payment, PaymentMethod, Refund, RefundStatus
from commerce.payments.refunds import RefundUnknown


def look_again(*, refund_reference: str) -> Refund:
    """Somebody hints that a refund that was done has failed: the gateway is asked under its key.

    Refused when it says so, and its won can be given back anew; otherwise nothing changes. Any
    number of hints do what one does. Must not be called inside a transaction. Raises
    GatewayUnavailable, for no sweep looks at what is done. REFUND_UNKNOWN.
    """
    with transaction.atomic(durable=True):
        refund = Refund.objects.select_related("payment").filter(reference=refund_reference).first()
    if refund is None:
        raise RefundUnknown("refund_reference")
    if refund.status != RefundStatus.DONE or refund.payment.method != PaymentMethod.CARD:
        return refund
    outcome = gateway().refund(
        key=refund.reference,
        gateway_reference=refund.payment.gateway_reference,
        amount_won=refund.amount_won,
        tax_free_won=refund.tax_free_won,
    )
    return _take_back(refund) if isinstance(outcome, Declined) else refund


@transaction.atomic
def _take_back(refund: Refund) -> Refund:
    payment = Payment.objects.locked().get(pk=refund.payment_id)
    refund = Refund.objects.select_related("payment").get(pk=refund.pk)
    if refund.status != RefundStatus.DONE:  # another worker wrote the same answer down first
        return refund
    refund.status, refund.done_at = RefundStatus.REFUSED, None
    refund.save(update_fields=["status", "done_at"])
    payment.refunded_won -= refund.amount_won
    payment.tax_free_refunded_won -= refund.tax_free_won
    payment.save(update_fields=["refunded_won", "tax_free_refunded_won"])
    tenders.take_up_again(refund)
    return refund
