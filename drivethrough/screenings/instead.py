"""A ticket that was called off: its owner chooses another screening, or the money, once."""

from datetime import datetime

from django.db import transaction

from drivethrough.screenings import queries
from drivethrough.screenings.errors import ScreeningNoSwap, TicketChoiceOver
from drivethrough.screenings.models import Instead, Screening, Ticket, TicketStatus


def may_choose(ticket: Ticket, now: datetime) -> bool:
    until = ticket.answer_until
    return until is not None and now < until and not ticket.instead


@transaction.atomic
def choose_other(*, ticket_reference: str, screening_reference: str, now: datetime) -> Ticket:
    """The bay nearest the screen that is free there; a repeat gets the same one.

    TICKET_UNKNOWN, TICKET_CHOICE_OVER, SCREENING_NO_SWAP.
    """
    old = queries.ticket(ticket_reference)
    both = {old.screening.reference, screening_reference}
    # Both rows in their order: two that swap into each other's screening must not deadlock.
    wanted = {row.reference: row for row in Screening.objects.locked().filter(reference__in=both)}
    old = Ticket.objects.locked().get(reference=ticket_reference)
    key = f"instead:{old.reference}"
    before = Ticket.objects.filter(key=key).first()
    if before is not None:
        return before
    if not may_choose(old, now):
        raise TicketChoiceOver("ticket")
    there = wanted.get(screening_reference)
    swaps = queries.swaps_for(queries.ticket(ticket_reference), now)
    bay = queries.free_bay(there) if there is not None else None
    if there is None or bay is None or not swaps.filter(pk=there.pk).exists():
        raise ScreeningNoSwap("screening")
    if queries.with_a_bay(there).filter(plate=old.plate).exclude(plate="").exists():
        raise ScreeningNoSwap("screening")
    old.instead = Instead.OTHER
    old.save(update_fields=["instead"])
    return Ticket.objects.create(
        screening=there,
        bay=bay,
        key=key,
        owner_reference=old.owner_reference,
        plate=old.plate,
        phone_last4=old.phone_last4,
        status=TicketStatus.SOLD,
        sold_at=now,
    )


@transaction.atomic
def choose_refund(*, ticket_reference: str) -> bool:
    """Whether this call decided it; a choice made before stands."""
    ticket = Ticket.objects.locked().get(reference=ticket_reference)
    if ticket.answer_until is None or ticket.instead:
        return False
    ticket.instead = Instead.REFUND
    ticket.save(update_fields=["instead"])
    return True
