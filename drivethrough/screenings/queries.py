"""Screenings, their bays and tickets, read."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from drivethrough.errors import NotFound
from drivethrough.screenings.errors import TicketUnknown
from drivethrough.screenings.models import HAS_THE_BAY, Screening, ScreeningStatus, Ticket
from drivethrough.sites.models import Site
from drivethrough.slots.spans import business_date, business_day


@dataclass(frozen=True)
class Bay:
    number: int
    taken: bool


def screening(reference: str) -> Screening:
    """With its site. Raises NOT_FOUND."""
    found = Screening.objects.select_related("site").filter(reference=reference).first()
    if found is None:
        raise NotFound("screening")
    return found


def _counted() -> QuerySet[Screening]:
    """With ``sold``, the bays that are somebody's."""
    sold = Count("tickets", filter=Q(tickets__status__in=HAS_THE_BAY))
    return Screening.objects.select_related("site").annotate(sold=sold)


def coming(now: datetime) -> QuerySet[Screening]:
    """What can still be seen at any site, soonest first, with ``sold``."""
    return _counted().filter(status=ScreeningStatus.OPEN, starts_at__gt=now)


def at_site(site: Site, now: datetime) -> QuerySet[Screening]:
    """The site's from today on, called off or not, with ``sold``."""
    from_at, _ = business_day(business_date(now))
    return _counted().filter(site=site, starts_at__gte=from_at)


def rows_of_bays(screening: Screening) -> list[list[Bay]]:
    """Rows of bays, the one nearest the screen first."""
    taken = set(
        Ticket.objects.filter(screening=screening, status__in=HAS_THE_BAY).values_list(
            "bay", flat=True
        )
    )
    bays = [Bay(number, number in taken) for number in range(1, screening.bays + 1)]
    width = screening.bays_in_row
    return [bays[first : first + width] for first in range(0, len(bays), width)]


def ticket(reference: str) -> Ticket:
    """With its screening and site. Raises TICKET_UNKNOWN."""
    found = Ticket.objects.select_related("screening__site").filter(reference=reference).first()
    if found is None:
        raise TicketUnknown("ticket")
    return found


def tickets_of(owner_reference: str, now: datetime) -> QuerySet[Ticket]:
    """This owner's tickets for today and later, cancelled ones too."""
    from_at, _ = business_day(business_date(now))
    rows = Ticket.objects.select_related("screening__site")
    return rows.filter(owner_reference=owner_reference, screening__starts_at__gte=from_at).order_by(
        "screening__starts_at", "bay", "pk"
    )


def tickets_for(screening: Screening) -> QuerySet[Ticket]:
    """Those that have a bay, by bay."""
    return Ticket.objects.filter(screening=screening, status__in=HAS_THE_BAY)
