"""A stall weighs what was ordered by weight: it is packed, and only what it weighs is paid for."""

from datetime import datetime

from django.db import transaction

from commerce.orders import weighing
from commerce.orders.models import Order
from commerce.payments.models import PaymentStatus
from commerce.settlement import actions as settlement
from storefront.journeys.give_back_line import give_back_line

WEIGHED = "weighed"


@transaction.atomic
def weigh_line(*, line_reference: str, merchant_reference: str, grams: int, now: datetime) -> bool:
    """Whether this call did it; a repeat changes nothing, whatever it says.

    What the goods cost less is not taken from the card, goes back, or is not asked for at the door.
    Raises what ``weighing.weigh_line`` raises.
    """
    order = Order.objects.locked().filter(fulfilments__lines__reference=line_reference).first()
    # What was paid is written down line by line while the lines are still what was paid for.
    for payment in order.payments.filter(status=PaymentStatus.PAID) if order else ():
        settlement.record_payment(payment=payment, now=now)
    weighed = weighing.weigh_line(
        line_reference=line_reference,
        merchant_reference=merchant_reference,
        grams=grams,
        now=now,
    )
    if weighed is None:
        return False
    if weighed.won:
        give_back_line(
            line=weighed.line,
            won=weighed.won,
            reason=WEIGHED,
            key=f"weighed:{line_reference}",
            now=now,
        )
    return True
