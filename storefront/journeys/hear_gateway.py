"""A payment gateway hints that something has changed: look at it, and follow what is found."""

import logging
from datetime import datetime

from django.db import transaction

from commerce.payments import chargebacks, hearing
from commerce.payments.gateway import Hint, gateway
from commerce.settlement import actions as settlement
from storefront.journeys.confirm_payment import look_and_confirm, send_refund

log = logging.getLogger(__name__)


def work_off_events(*, now: datetime, limit: int) -> int:
    """Follows what came in and is due; returns how many events that were."""
    return hearing.work_off(follow=follow, now=now, limit=limit)


def follow(hint: Hint, now: datetime) -> None:
    """Any number of hints in any order do what one does. Raises GatewayUnavailable where no sweep
    would look again by itself."""
    match hint.about:
        case "payment":
            look_and_confirm(
                payment_reference=hint.key, gateway_reference=hint.gateway_reference, now=now
            )
        case "refund":
            send_refund(refund_reference=hint.key, now=now)
        case "dispute":
            _follow_dispute(hint.gateway_reference, now)


def _follow_dispute(gateway_reference: str, now: datetime) -> None:
    dispute = gateway().dispute(gateway_reference)
    if dispute is None:
        return
    with transaction.atomic():
        kept = chargebacks.keep(gateway_reference=gateway_reference, dispute=dispute, now=now)
        if kept is None:
            log.warning("dispute %s is about no charge of ours", gateway_reference)
            return
        settlement.record_chargeback(chargeback=kept, now=now)
