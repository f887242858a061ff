"""A shopper wants less of a part than was ordered: its lines, the part and the order cost less."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from commerce.errors import CommerceError
from commerce.orders import actions, substitutes
from commerce.orders.actions import FulfilmentUnknown, InvalidTransition, LineUnknown
from commerce.orders.models import Fulfilment, FulfilmentStatus, Order, OrderLine
from commerce.orders.shortage import cost_less


class KeepRange(CommerceError):
    """More than were ordered, or fewer than none. ``data``: ``name``, ``name_en``, ``most``."""

    code = "KEEP_RANGE"


@dataclass(frozen=True)
class Fewer:
    """So many ``fewer`` of the line than before, which cost ``won`` less."""

    line: OrderLine
    fewer: int

    @property
    def won(self) -> int:
        return self.fewer * self.line.unit_price_won


@dataclass(frozen=True)
class Lessened:
    """What changed in a part. ``all_gone``: nothing else is left in it; then its lines are as they
    were, and the part is to be cancelled."""

    fulfilment: Fulfilment
    lines: tuple[Fewer, ...]
    all_gone: bool


@transaction.atomic
def want_fewer(
    *, fulfilment_reference: str, keep: Mapping[str, int], now: datetime
) -> Lessened | None:
    """Of each line in ``keep`` only so many are wanted; None when that was said before.

    FULFILMENT_UNKNOWN, LINE_UNKNOWN for a line of another part, KEEP_RANGE, INVALID_TRANSITION
    unless the part is confirmed and what is given up is not packed yet. Locks the order.
    """
    order = Order.objects.locked().filter(fulfilments__reference=fulfilment_reference).first()
    if order is None:
        raise FulfilmentUnknown("fulfilment", unknown=[fulfilment_reference])
    part = Fulfilment.objects.get(reference=fulfilment_reference)
    part.order = order
    if part.status == FulfilmentStatus.CANCELLED and not any(keep.values()):
        return None
    lines = list(part.lines.all())
    if set(keep) - {line.reference for line in lines}:
        raise LineUnknown("lines")
    given_up = tuple(
        Fewer(line, line.quantity - _kept(line, keep))
        for line in lines
        if _kept(line, keep) != line.quantity
    )
    if not given_up:
        return None
    if part.status != FulfilmentStatus.CONFIRMED or any(f.line.ready_at for f in given_up):
        raise InvalidTransition("status", now=part.status, allowed=[FulfilmentStatus.CONFIRMED])
    all_gone = not any(_kept(line, keep) for line in lines)
    if not all_gone:
        for fewer in given_up:
            _take_off(part, fewer, now)
    return Lessened(part, given_up, all_gone)


def _kept(line: OrderLine, keep: Mapping[str, int]) -> int:
    kept = keep.get(line.reference, line.quantity)
    if not 0 <= kept <= line.quantity:
        raise KeepRange(
            "lines", name=line.name, name_en=line.name_en or line.name, most=line.quantity
        )
    return kept


def _take_off(part: Fulfilment, fewer: Fewer, now: datetime) -> None:
    line = fewer.line
    line.quantity -= fewer.fewer
    line.cancelled_quantity += fewer.fewer
    line.line_won = line.quantity * line.unit_price_won
    line.save(update_fields=["quantity", "cancelled_quantity", "line_won"])
    cost_less(part, fewer.won)
    if not line.quantity:  # nothing of it is left to pack
        substitutes.ask_no_more(line=line, now=now)
        actions.mark_line_ready(
            line_reference=line.reference,
            merchant_reference=line.merchant_reference or part.hands_over,
            now=now,
        )
