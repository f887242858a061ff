"""A stall has fewer than were ordered: the line, its part and its order cost less from then on."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F

from commerce.errors import CommerceError
from commerce.orders import actions
from commerce.orders.actions import InvalidTransition, LineUnknown
from commerce.orders.models import Fulfilment, FulfilmentStatus, Order, OrderLine, ShortReason


class ShortRange(CommerceError):
    """``data``: ``least`` and ``most`` that can be there of a short line."""

    code = "SHORT_RANGE"


@dataclass(frozen=True)
class Short:
    """``missing`` of the line's goods are not there, and cost ``won`` less. ``all_gone``: nothing
    else is left in its part; then the line is as it was, and the part is to be cancelled."""

    line: OrderLine
    fulfilment: Fulfilment
    missing: int
    won: int
    all_gone: bool


@transaction.atomic
def shorten_line(
    *,
    line_reference: str,
    merchant_reference: str,
    there: int,
    reason: ShortReason,
    now: datetime,
) -> Short | None:
    """Only ``there`` are there; None when that was said before.

    LINE_UNKNOWN for another's, INVALID_TRANSITION unless it is confirmed and not packed yet,
    SUBSTITUTE_PENDING, SHORT_RANGE. Locks the order.
    """
    own = OrderLine.objects.filter(
        reference=line_reference, merchant_reference=merchant_reference, variant__isnull=False
    )
    order = Order.objects.locked().filter(fulfilments__lines__in=own).first()
    if order is None:
        raise LineUnknown("line_reference")
    line = own.select_related("fulfilment__order__customer").get()
    if line.short_quantity and there == line.quantity:
        return None
    part = line.fulfilment
    if part.status != FulfilmentStatus.CONFIRMED or line.ready_at is not None:
        raise InvalidTransition("status", now=part.status, allowed=[FulfilmentStatus.CONFIRMED])
    actions.refuse_pending(line)
    if not 0 <= there < line.quantity:
        raise ShortRange("there", least=0, most=line.quantity - 1)
    missing = line.quantity - there
    others = part.lines.exclude(pk=line.pk).filter(quantity__gte=1)
    all_gone = not there and not others.exists()
    short = Short(line, part, missing, missing * line.unit_price_won, all_gone)
    line.short_reason = reason
    if all_gone:
        line.save(update_fields=["short_reason"])
        return short
    line.quantity = there
    line.short_quantity += missing
    line.line_won = there * line.unit_price_won
    line.save(update_fields=["quantity", "short_quantity", "line_won", "short_reason"])
    cost_less(part, short.won)
    if not there:  # nothing of it is left to pack
        actions.mark_line_ready(
            line_reference=line_reference, merchant_reference=merchant_reference, now=now
        )
    return short


def cost_less(part: Fulfilment, won: int) -> None:
    """The part and its order cost so many won less. Under the order's lock."""
    Fulfilment.objects.filter(pk=part.pk).update(goods_won=F("goods_won") - won)
    Order.objects.filter(pk=part.order_id).update(
        goods_won=F("goods_won") - won, total_won=F("total_won") - won
    )
