"""Screenings, their bays and tickets, read."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from drivethrough.errors import NotFound
from drivethrough.screenings.errors import TicketUnknown
from drivethrough.screenings.models import (
    HAS_THE_BAY,
    LIVE_WAIT,
    BayWait,
    Screening,
    ScreeningStatus,
    Ticket,
    TicketStatus,
    WaitStatus,
)
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
    taken = set(with_a_bay(screening).values_list("bay", flat=True))
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


def tickets(references: Iterable[str]) -> dict[str, Ticket]:
    """With screening and site, by reference; unknown ones are absent."""
    rows = Ticket.objects.select_related("screening__site").filter(reference__in=list(references))
    return {row.reference: row for row in rows}


def with_a_bay(screening: Screening) -> QuerySet[Ticket]:
    """Those whose bay nobody else can have, by bay; holds too."""
    return Ticket.objects.filter(screening=screening, status__in=HAS_THE_BAY)


def tickets_for(screening: Screening) -> QuerySet[Ticket]:
    """Those that were sold, by bay: who is to come, who is in."""
    return with_a_bay(screening).exclude(status=TicketStatus.HELD)


def is_lapsed(ticket: Ticket, now: datetime) -> bool:
    return ticket.held_until is not None and ticket.held_until <= now


def is_held_for(ticket: Ticket, owner_reference: str, now: datetime) -> bool:
    """Kept for this basket or waiting, and still in time."""
    held = ticket.status == TicketStatus.HELD and ticket.owner_reference == owner_reference
    return held and not is_lapsed(ticket, now)


def free_bay(screening: Screening) -> int | None:
    """The free one nearest the screen, the lowest number."""
    taken = set(with_a_bay(screening).values_list("bay", flat=True))
    return next((bay for bay in range(1, screening.bays + 1) if bay not in taken), None)


def awaited(screening: Screening) -> bool:
    """Whether somebody waits for the next bay that comes free."""
    return BayWait.objects.filter(screening=screening, status=WaitStatus.WAITING).exists()


def wait_of(screening: Screening, owner_reference: str) -> BayWait | None:
    """Their live waiting, with the bay that is offered."""
    live = BayWait.objects.filter(status__in=LIVE_WAIT, owner_reference=owner_reference)
    return live.select_related("ticket").filter(screening=screening).first()


def before_in_line(wait: BayWait) -> int:
    """How many wait longer."""
    waiting = BayWait.objects.filter(screening=wait.screening_id, status=WaitStatus.WAITING)
    return waiting.filter(
        Q(joined_at__lt=wait.joined_at) | Q(joined_at=wait.joined_at, pk__lt=wait.pk)
    ).count()


def with_room(now: datetime) -> QuerySet[Screening]:
    """What is still sold and has a free bay, soonest first, with ``sold``."""
    free = Q(sold__lt=F("bays"))
    return coming(now).filter(free, cut_off_at__gt=now)


def swaps_for(ticket: Ticket, now: datetime) -> QuerySet[Screening]:
    """What a ticket that was called off may be swapped for: same price, any site."""
    waited = BayWait.objects.filter(screening=OuterRef("pk"), status=WaitStatus.WAITING)
    return with_room(now).filter(~Exists(waited), price_won=ticket.screening.price_won)


def open_on(site: Site, on_date: date) -> QuerySet[Screening]:
    """The site's of that day that were not called off."""
    from_at, until_at = business_day(on_date)
    day = Screening.objects.select_related("site").filter(
        site=site, starts_at__gte=from_at, starts_at__lt=until_at
    )
    return day.filter(status=ScreeningStatus.OPEN)


def tickets_of_day(site: Site, on_date: date) -> list[Ticket]:
    """Who may come to the site's screenings of that day, or is in: by screening, then bay."""
    rows = Ticket.objects.select_related("screening").filter(
        screening__in=open_on(site, on_date), status__in=[TicketStatus.SOLD, TicketStatus.USED]
    )
    return list(rows.order_by("screening__starts_at", "bay"))


def unanswered(now: datetime) -> QuerySet[Ticket]:
    """Called off, and nobody has chosen what instead in time."""
    return Ticket.objects.filter(instead="", answer_until__lte=now).order_by("pk")
