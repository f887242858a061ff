"""Goods settled by weight: what was agreed is the most they cost, and what is weighed decides.

Each won is for the same weight. What weighs more than was asked for costs no more: whoever cuts it
gives that, or cuts again. Part of a won is not asked for.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from commerce.errors import CommerceError
from commerce.orders import actions
from commerce.orders.actions import InvalidTransition, LineUnknown
from commerce.orders.models import Fulfilment, FulfilmentStatus, Order, OrderLine
from commerce.orders.shortage import cost_less

# Beyond this it is a slip of the finger and not a generous hand.
MOST_TIMES = 2


class NotByWeight(CommerceError):
    """Its price does not wait for a weight."""

    code = "NOT_BY_WEIGHT"


class WeightRange(CommerceError):
    """``data``: ``least`` and ``most`` grams that can be meant."""

    code = "WEIGHT_RANGE"


@dataclass(frozen=True)
class Weighed:
    """The line as it then stands; it costs ``won`` less than was agreed."""

    line: OrderLine
    fulfilment: Fulfilment
    won: int


def price(most_won: int, most_grams: int, grams: int) -> int:
    """Whole won for ``grams``, where ``most_grams`` cost ``most_won``; never above that."""
    return min(most_won, most_won * grams // most_grams)


@transaction.atomic
def weigh_line(
    *, line_reference: str, merchant_reference: str, grams: int, now: datetime
) -> Weighed | None:
    """All of the line weighs ``grams`` and is packed; None when it was weighed before.

    LINE_UNKNOWN for another's, NOT_BY_WEIGHT, WEIGHT_RANGE, INVALID_TRANSITION unless it is
    confirmed and not packed yet, SUBSTITUTE_PENDING. Locks the order.
    """
    own = OrderLine.objects.filter(reference=line_reference, merchant_reference=merchant_reference)
    order = Order.objects.locked().filter(fulfilments__lines__in=own).first()
    if order is None:
        raise LineUnknown("line_reference")
    line = own.select_related("fulfilment__order__customer").get()
    part = line.fulfilment
    most_grams = line.most_grams
    if not most_grams:
        raise NotByWeight("line_reference")
    if line.weighed_grams is not None:
        return None
    if part.status != FulfilmentStatus.CONFIRMED or line.ready_at is not None:
        raise InvalidTransition("status", now=part.status, allowed=[FulfilmentStatus.CONFIRMED])
    actions.refuse_pending(line)
    if not 1 <= grams <= most_grams * MOST_TIMES:
        raise WeightRange("grams", least=1, most=most_grams * MOST_TIMES)
    agreed_won = line.line_won
    line.weighed_grams = grams
    line.line_won = price(agreed_won, most_grams, grams)
    line.lighter_won = agreed_won - line.line_won
    line.save(update_fields=["weighed_grams", "line_won", "lighter_won"])
    cost_less(part, line.lighter_won)
    actions.mark_line_ready(
        line_reference=line_reference, merchant_reference=merchant_reference, now=now
    )
    return Weighed(line, part, line.lighter_won)
