"""A day on a core elsewhere: it gets the world's shelf first, and has to agree afterwards."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from commerce.catalogue.models import Product
from commerce.core import shelf
from commerce.core.models import CoreStep
from commerce.core.port import CoreOrder, CoreStatus, core
from commerce.core.working_off import stopped
from commerce.orders.models import Fulfilment, FulfilmentStatus
from storefront.day.invariants import Breach
from storefront.journeys.tell_core import tell_core

# By then every pause between two tries is over.
AT_LAST = timedelta(minutes=30)
ON_ITS_WAY = ("confirmed", "ready", "out", "undelivered")
ENDED = (CoreStatus.CANCELLED, CoreStatus.EXPIRED)


def bring_shelf() -> None:
    """Without pictures, now and when something of it changes: nobody serves those of a simulated
    day, and a core refuses what it cannot fetch."""
    own = core()
    if own.immediate:
        return
    Product.objects.update(picture="")
    products, on_hand = shelf.everything()
    for product in products:
        own.publish(product)
    own.set_stock(on_hand)


def tell_the_rest(now: datetime) -> None:
    """Whatever is still to be told, as if it were half an hour later."""
    while tell_core(now=now + AT_LAST):
        pass


def breaches() -> Iterator[Breach]:
    """Where a core elsewhere says otherwise than the mall; it is asked of each part and variant."""
    if core().immediate:
        return
    for step in CoreStep.objects.filter(done_at=None) | stopped():
        yield Breach("core_is_told", str(step), step.refused or step.last_error)
    for step in CoreStep.objects.filter(operation="place", refused="", done_at__isnull=False):
        part = Fulfilment.objects.prefetch_related("lines").get(reference=step.subject)
        seen = core().read(step.subject)
        if seen is None or not _agrees(part, seen):
            yield Breach("core_agrees_with_parts", step.subject, f"{part.status}, there {seen}")
    yield from _shelves()


def _agrees(part: Fulfilment, seen: CoreOrder) -> bool:
    lines = part.lines.all()
    gone_won = sum(line.ordered_won - line.line_won for line in lines)
    if seen.quote.total.gross_won != part.total_won + gone_won:
        return False
    kept_won = seen.charged_won - seen.refunded_won
    if part.status == FulfilmentStatus.PLACED:
        return seen.status == CoreStatus.PLACED and not seen.charged_won
    if part.status in ON_ITS_WAY:
        return seen.status == CoreStatus.CONFIRMED and kept_won in (0, part.total_won)
    if part.status == FulfilmentStatus.HANDED_OVER:
        # It hears of nothing that came in place of what was ordered.
        leaves = any(line.variant_id and line.quantity and not line.instead_of for line in lines)
        ended = CoreStatus.FULFILLED if leaves else CoreStatus.CONFIRMED
        return seen.status == ended and kept_won == part.total_won
    return seen.status in ENDED and not kept_won


def _shelves() -> Iterator[Breach]:
    for product in shelf.offered():
        levels = shelf.levels([product])
        there = core().stock(list(levels))
        for variant, level in levels.items():
            seen = there.get(variant)
            if seen != level:
                yield Breach("core_agrees_with_shelf", variant, f"{level}, there {seen}")
