"""A person decides to ask the gateway anew for money it would not give back."""

from datetime import datetime

from django.db import transaction

from commerce.orders.models import Order
from commerce.payments import refunds
from commerce.payments.models import Refund, RefundStatus
from commerce.settlement import actions as settlement
from commerce.settlement.queries import lines_given_back
from storefront.journeys.cancel_order import BACK, give_back

ASKED_AGAIN = "asked_again"


@transaction.atomic
def refund_again(*, refused: Refund, now: datetime) -> int:
    """The won that are set aside anew, once for each refusal; 0 where none are owed any more.

    What was cancelled is reckoned afresh. What fell short, weighed less or was brought back is the
    same won of the same lines, to the same payment. REFUND_STANDS, REFUND_ABOVE_PAID,
    REFUND_ABOVE_POSTED.
    """
    order = Order.objects.locked().get(pk=refused.payment.order_id)
    refused = Refund.objects.select_related("payment").get(pk=refused.pk)
    if refused.status != RefundStatus.REFUSED:
        raise settlement.RefundStands("refund", status=refused.status)
    if refused.key.startswith(BACK):
        return give_back(order=order, reason=ASKED_AGAIN, now=now)
    again = refunds.open_refund(
        payment=refused.payment,
        amount_won=refused.amount_won,
        tax_free_won=refused.tax_free_won,
        reason=refused.reason,
        key=refunds.again_key(refused),
        shares=[(one.share, one.won) for one in refused.shares.select_related("share")],
        now=now,
    )
    if again.status == RefundStatus.REFUSED:
        return 0
    lines = lines_given_back(refused)
    settlement.record_refund(
        refund=again,
        fulfilment=None,
        line_reference=lines[0] if len(lines) == 1 else "",
        now=now,
    )
    return again.amount_won
