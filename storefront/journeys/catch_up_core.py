"""What has changed in a commerce core elsewhere is looked at every few minutes, told of or not.

Events may be lost, doubled and late, so only what the core says now counts, and a second look
changes nothing. What its changes do not show, the nightly comparison finds.
"""

import logging
from datetime import datetime, timedelta

from django.conf import settings

from commerce.core.comparing import compare
from commerce.core.errors import CoreUnavailable
from commerce.core.models import CoreCursor
from commerce.core.port import CommerceCore, CoreStatus, core
from commerce.orders.models import Fulfilment, FulfilmentStatus
from storefront.journeys.cancel_order import cancel_part
from storefront.refusals import REFUSALS

log = logging.getLogger(__name__)

REASON = "core"
# Of a core that was never asked. The comparison and the orders' own steps know what was before.
AT_FIRST = timedelta(hours=1)
OVER = (CoreStatus.CANCELLED, CoreStatus.EXPIRED)
ENDED = (FulfilmentStatus.HANDED_OVER, FulfilmentStatus.CANCELLED)


def catch_up(*, now: datetime) -> int:
    """Follows what has changed since the last time; returns how many orders ended by it.

    A core that is silent is asked again from the same point. Must not be called inside a
    transaction.
    """
    own = core()
    if own.immediate:
        return 0
    cursor, _created = CoreCursor.objects.get_or_create(
        core=settings.COMMERCE_CORE, defaults={"read_until": now - AT_FIRST}
    )
    try:
        changes = own.changed_since(cursor.read_until)
        ended = _end_what_ended_there(own, changes.orders, now)
        if changes.products:
            compare(now=now, only=changes.products)
    except CoreUnavailable as silence:
        log.warning("the core does not say what has changed: %s", silence)
        return 0
    # Whoever asked at the same time may have come further.
    CoreCursor.objects.filter(pk=cursor.pk, read_until__lt=changes.until).update(
        read_until=changes.until
    )
    return ended


def _end_what_ended_there(own: CommerceCore, references: frozenset[str], now: datetime) -> int:
    """Ours that go on although the core's staff, or its clock, ended them."""
    parts = Fulfilment.objects.filter(reference__in=references).exclude(status__in=ENDED)
    return sum(_end(own, part, now) for part in parts.order_by("pk"))


def _end(own: CommerceCore, part: Fulfilment, now: datetime) -> bool:
    there = own.read(part.reference)
    if there is None or there.status not in OVER:
        return False
    try:
        cancel_part(fulfilment=part, reason=REASON, now=now)
    except REFUSALS as refusal:
        log.error("%s is %s in the core, and goes on here: %s", part, there.status, refusal.code)
        return False
    return True
