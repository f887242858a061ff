"""A stall has fewer than were ordered: the rest comes, its money goes back, the shopper is told."""

from datetime import datetime

from django.db import transaction

from commerce.core import shelf
from commerce.core import steps as core_steps
from commerce.orders import shortage, substitutes
from commerce.orders.models import Order, ShortReason
from commerce.orders.shortage import Short
from commerce.payments.models import PaymentStatus
from commerce.settlement import actions as settlement
from commerce.stock import actions as stock
from commerce.stock.queries import came_instead
from storefront.journeys.cancel_order import cancel_part
from storefront.journeys.give_back_line import give_back_line
from storefront.journeys.part_loads import give_back
from storefront.notices.actions import queue

SHORT = "short"


@transaction.atomic
def shorten_line(
    *,
    line_reference: str,
    merchant_reference: str,
    there: int,
    reason: ShortReason,
    now: datetime,
) -> bool:
    """Whether this call did it; a repeat changes nothing. A part of which nothing is left is
    cancelled, its delivery fee included. Raises what ``shortage.shorten_line`` raises."""
    order = Order.objects.locked().filter(fulfilments__lines__reference=line_reference).first()
    # What was paid is written down line by line while the lines are still what was paid for.
    for payment in order.payments.filter(status=PaymentStatus.PAID) if order else ():
        settlement.record_payment(payment=payment, now=now)
    short = shortage.shorten_line(
        line_reference=line_reference,
        merchant_reference=merchant_reference,
        there=there,
        reason=reason,
        now=now,
    )
    if short is None:
        return False
    if short.all_gone:
        # The window is freed before the shelf is locked, as it is everywhere.
        cancel_part(fulfilment=short.fulfilment, reason=SHORT, now=now)
        stock.write_off(line_reference=line_reference, quantity=short.missing)
        _tell_core_of_the_shelf(short, now)
        return True
    give_back(short.fulfilment.booking_reference, now=now)
    for_nothing = substitutes.kept_for_nothing(short.line.substitutions.all())
    stock.shorten(
        line_reference=line_reference, quantity=there, kept_for_nothing=for_nothing, now=now
    )
    shelf.freed(for_nothing, now=now)
    _tell_core(short, now)
    _tell_core_of_the_shelf(short, now)
    paid = give_back_line(
        line=short.line, won=short.won, reason=SHORT, key=f"short:{_key(short)}", now=now
    )
    queue(
        key=f"short:{_key(short)}",
        user_reference=short.fulfilment.order.customer.user_reference,
        kind="line_short" if paid else "line_short_on_site",
        facts={
            "order": short.fulfilment.order.reference,
            "goods": f"{short.line.name} {short.line.unit}",
            "missing": short.missing,
            "won": f"{short.won:,}",
        },
        now=now,
    )
    return True


def _tell_core(short: Short, now: datetime) -> None:
    """Of what came instead it was told that nothing of what was ordered will leave."""
    line = short.line.reference
    if came_instead([line]):
        return
    fewer = core_steps.shortening(
        short.fulfilment.reference, key=f"short:{_key(short)}", lines={line: short.missing}
    )
    core_steps.take([fewer], now=now)


def _tell_core_of_the_shelf(short: Short, now: datetime) -> None:
    """There are fewer, whatever became of the order."""
    variant = short.line.variant
    if variant is not None:
        shelf.changed([variant.product.reference], now=now)


def _key(short: Short) -> str:
    """A line can fall short again; each time fewer are left."""
    return f"{short.line.reference}:{short.line.quantity}"
