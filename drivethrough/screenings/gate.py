"""At the gate: which ticket is meant, and letting its car in, once; and who never came."""

from datetime import date, datetime

from django.db import IntegrityError, transaction

from drivethrough.errors import KeyReused
from drivethrough.screenings import queries
from drivethrough.screenings.actions import clock, locked_ticket, used
from drivethrough.screenings.errors import TicketOtherDay, TicketOver, TicketUnknown
from drivethrough.screenings.models import Ticket, TicketStatus
from drivethrough.sites.models import Site
from drivethrough.slots.plate import normalised
from drivethrough.slots.spans import business_date, business_day

# Which of a plate's tickets is meant at the gate.
MEANT = [
    TicketStatus.SOLD,
    TicketStatus.USED,
    TicketStatus.MISSED,
    TicketStatus.CALLED_OFF,
    TicketStatus.CANCELLED,
]


def check_in(*, site: Site, text: str, key: str, now: datetime) -> Ticket:
    """The car of a ticket's number, or of a plate with a bay today, is in; the same key again is
    the same press. TICKET_UNKNOWN, TICKET_USED, TICKET_OVER, TICKET_OTHER_DAY, KEY_REUSED."""
    return let_in(ticket=meant(site=site, text=text, key=key, now=now), key=key, now=now)


def meant(*, site: Site, text: str, key: str, now: datetime) -> Ticket:
    """The ticket that this press let in already, or else that the text is about.

    TICKET_UNKNOWN, KEY_REUSED.
    """
    return _let_in_before(site, key) or queries.ticket(_found(site, text, now))


def let_in(*, ticket: Ticket, key: str, now: datetime) -> Ticket:
    """Its car is in; the same key again is the same press.

    TICKET_USED, TICKET_OVER, TICKET_OTHER_DAY.
    """
    try:
        return _let_in(ticket.reference, key, now)
    except IntegrityError:
        # The other half of a double tap let this plate's earlier ticket in.
        return queries.ticket(Ticket.objects.get(used_key=key).reference)


def was_let_in_by(key: str) -> bool:
    """Whether this press let a car in already."""
    return Ticket.objects.filter(used_key=key).exists()


def _let_in_before(site: Site, key: str) -> Ticket | None:
    """What this press let in already. KEY_REUSED for another site's."""
    ticket = Ticket.objects.select_related("screening__site").filter(used_key=key).first()
    if ticket is not None and ticket.screening.site_id != site.pk:
        raise KeyReused("key")
    return ticket


def _found(site: Site, text: str, now: datetime) -> str:
    """The ticket's reference. A plate has one bay a screening; of several the next to come in."""
    ours = Ticket.objects.filter(screening__site=site)
    by_number = ours.filter(reference=text.strip().upper()).first()
    if by_number is not None:
        return by_number.reference
    from_at, _ = business_day(business_date(now))
    by_plate = ours.filter(
        plate=normalised(text), screening__starts_at__gte=from_at, status__in=MEANT
    )
    found = sorted(by_plate.exclude(plate="").select_related("screening"), key=_likelihood)
    if not found:
        raise TicketUnknown("ticket")
    return found[0].reference


def _likelihood(ticket: Ticket) -> tuple[date, int, datetime]:
    """Today before other days, and on a day whoever still has to come in before who is in."""
    starts_at = ticket.screening.starts_at
    return business_date(starts_at), MEANT.index(TicketStatus(ticket.status)), starts_at


@transaction.atomic
def _let_in(reference: str, key: str, now: datetime) -> Ticket:
    screening, ticket = locked_ticket(reference)
    if ticket.status == TicketStatus.USED and ticket.used_key == key:
        return ticket
    if ticket.status == TicketStatus.USED:
        raise used(ticket)
    if ticket.status != TicketStatus.SOLD:
        raise TicketOver("ticket")
    on_date = business_date(screening.starts_at)
    if on_date != business_date(now):
        raise TicketOtherDay("ticket", on=str(on_date), time=clock(screening.starts_at))
    ticket.status = TicketStatus.USED
    ticket.used_at = now
    ticket.used_key = key
    ticket.save(update_fields=["status", "used_at", "used_key"])
    return ticket


@transaction.atomic
def miss(*, ticket_reference: str, now: datetime) -> None:
    """Its evening is over and its car never came; what has ended otherwise stays as it is."""
    _, ticket = locked_ticket(ticket_reference)
    if ticket.status == TicketStatus.SOLD:
        ticket.status = TicketStatus.MISSED
        ticket.ended_at = now
        ticket.save(update_fields=["status", "ended_at"])
