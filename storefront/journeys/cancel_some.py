"""A shopper gives up some of a part, or all of it, before its cut-off: the money goes back."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from commerce.core import shelf
from commerce.core import steps as core_steps
from commerce.orders import fewer, substitutes
from commerce.orders.fewer import Lessened
from commerce.orders.models import Fulfilment, Order
from commerce.payments.models import PaymentStatus
from commerce.settlement import actions as settlement
from commerce.stock import actions as stock
from commerce.stock.queries import came_instead
from drivethrough.screenings import queries as screenings
from drivethrough.slots.models import Booking
from logistics.delivery_windows.models import DeliveryWindow
from storefront.journeys.cancel_order import SHOPPER, cancel_part
from storefront.journeys.give_back_line import give_back_line
from storefront.journeys.part_loads import give_back
from storefront.notices.actions import queue
from storefront.refusals import StorefrontError


class CancelTooLate(StorefrontError):
    """``data``: ``cut_off``, the instant until which it could be cancelled."""

    code = "CANCEL_TOO_LATE"


def cut_off_of(fulfilment: Fulfilment) -> datetime | None:
    """Until when a part may change: its slot's, its screening's or its window's cut-off."""
    if fulfilment.booking_reference:
        booking = Booking.objects.select_related("slot").filter(
            reference=fulfilment.booking_reference
        )
        return booking.get().slot.cut_off_at
    if fulfilment.ticket_reference:
        return screenings.ticket(fulfilment.ticket_reference).screening.cut_off_at
    window = DeliveryWindow.objects.filter(reference=fulfilment.window_reference).first()
    return window.cut_off_at if window else None


@transaction.atomic
def cancel_some(*, fulfilment: Fulfilment, keep: Mapping[str, int], now: datetime) -> bool:
    """``keep``: how many are still wanted, by line. Whether this call changed anything.

    Goods given up are on the shelf again at once. A part of which nothing is kept is cancelled,
    its slot or window and its delivery fee included; a delivery that was free stays free.
    CANCEL_TOO_LATE after the cut-off, and what ``fewer.want_fewer`` raises.
    """
    # The parts' own rows hang on the order's: what is read from here on is as it stands.
    order = Order.objects.locked().get(pk=fulfilment.order_id)
    # What was paid is written down line by line while the lines are still what was paid for.
    for payment in order.payments.filter(status=PaymentStatus.PAID):
        settlement.record_payment(payment=payment, now=now)
    done = fewer.want_fewer(fulfilment_reference=fulfilment.reference, keep=keep, now=now)
    if done is None:
        return False
    cut_off = cut_off_of(done.fulfilment)
    if cut_off is not None and now >= cut_off:
        raise CancelTooLate("fulfilment", cut_off=cut_off.isoformat())
    if done.all_gone:
        cancel_part(fulfilment=done.fulfilment, reason=SHOPPER, now=now)
    else:
        _take_less(done, now)
    return True


def _take_less(done: Lessened, now: datetime) -> None:
    give_back(done.fulfilment.booking_reference, now=now)
    # Whoever is asked about something instead is still asked: nothing else may be there.
    instead = substitutes.kept_for([f.line for f in done.lines])
    wanted = {f.line.reference: f.line.quantity for f in done.lines}
    stock.lessen(quantities=wanted | instead, now=now)
    key = f"fewer:{done.lines[0].line.reference}:{done.lines[0].line.quantity}"
    _tell_core(done, key, now)
    shelf.freed([*instead, *(f.line.reference for f in done.lines)], now=now)
    paid = [
        give_back_line(
            line=f.line,
            won=f.won,
            reason=SHOPPER,
            # Each time fewer are left, so no two have the same key.
            key=f"fewer:{f.line.reference}:{f.line.quantity}",
            now=now,
        )
        for f in done.lines
    ]
    order = done.fulfilment.order
    queue(
        key=key,
        user_reference=order.customer.user_reference,
        kind="lines_cancelled" if any(paid) else "lines_cancelled_on_site",
        facts={"order": order.reference, "won": f"{sum(f.won for f in done.lines):,}"},
        now=now,
    )


def _tell_core(done: Lessened, key: str, now: datetime) -> None:
    """Of what came instead it was told that nothing of what was ordered will leave."""
    given_up = {f.line.reference: f.fewer for f in done.lines}
    ordered = {line: n for line, n in given_up.items() if line not in came_instead(given_up)}
    if ordered:
        shortened = core_steps.shortening(done.fulfilment.reference, key=key, lines=ordered)
        core_steps.take([shortened], now=now)
