"""Disputes: what a shopper's bank took back, kept as the gateway tells it."""

from datetime import datetime

from django.db import transaction

from commerce.payments.gateway import Dispute
from commerce.payments.models import Chargeback, ChargebackStatus, Payment

# It only ever goes on: what was read before another worker wrote may be older.
STAGES = {
    ChargebackStatus.WARNING: 0,
    ChargebackStatus.OPEN: 1,
    ChargebackStatus.WON: 2,
    ChargebackStatus.LOST: 2,
}
ENDED = 2


@transaction.atomic
def keep(*, gateway_reference: str, dispute: Dispute, now: datetime) -> Chargeback | None:
    """The row as it then stands; None for a charge that is not ours.

    ``gateway_reference``: the dispute's own. Any number of times and in any order.
    """
    charge = Payment.objects.filter(gateway_reference=dispute.gateway_reference)
    payment = charge.exclude(gateway_reference="").locked().first()
    if payment is None:
        return None
    status = ChargebackStatus(dispute.status)
    chargeback, created = Chargeback.objects.get_or_create(
        gateway_reference=gateway_reference,
        defaults={
            "payment": payment,
            "amount_won": dispute.amount_won,
            "status": status,
            "opened_at": now,
            "ended_at": now if STAGES[status] == ENDED else None,
        },
    )
    if not created and STAGES[status] > STAGES[ChargebackStatus(chargeback.status)]:
        chargeback.status = status
        chargeback.ended_at = now if STAGES[status] == ENDED else None
        chargeback.save(update_fields=["status", "ended_at"])
    return chargeback
