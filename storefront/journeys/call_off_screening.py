"""A drive-in screening is called off: whoever has a ticket is told, and chooses another screening
or the money. Who does not choose gets the money back."""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from commerce.business_days import business_date, end_of
from commerce.orders.models import Fulfilment, FulfilmentStatus
from drivethrough.openings.models import SiteClosing
from drivethrough.screenings import actions, instead
from drivethrough.screenings import queries as screenings
from drivethrough.screenings.errors import TicketChoiceOver
from drivethrough.screenings.models import Screening, Ticket
from storefront.journeys.book_bay import part_of_ticket
from storefront.journeys.cancel_order import cancel_part
from storefront.journeys.give_back_line import give_back_line
from storefront.live import channels
from storefront.live.publish import changed
from storefront.notices.actions import queue
from storefront.refusals import REFUSALS
from storefront.templatetags.words import clock

log = logging.getLogger(__name__)

TIME_TO_CHOOSE = timedelta(hours=24)
CALLED_OFF = "screening_called_off"


@transaction.atomic
def call_off_screening(*, screening: Screening, now: datetime) -> int:
    """How many tickets ended; again: none. NOT_FOUND."""
    # Never later than the day's end: then the night gives back what was not used.
    until = min(now + TIME_TO_CHOOSE, end_of(business_date(screening.starts_at)))
    lost = actions.call_off(
        screening_reference=screening.reference, answer_until=max(until, now), now=now
    )
    for ticket in lost:
        _tell(screening, ticket, now)
    changed(channels.lane(screening.site.reference))
    return len(lost)


def _tell(screening: Screening, ticket: Ticket, now: datetime) -> None:
    until = ticket.answer_until or now
    queue(
        key=f"screening_called_off:{ticket.reference}",
        user_reference=ticket.owner_reference,
        kind="screening_called_off" if until > now else "screening_broken_off",
        facts={
            "site": screening.site.name,
            "day": str(business_date(screening.starts_at)),
            "time": clock(screening.starts_at),
            "ticket": ticket.reference,
            "until_day": str(business_date(until)),
            "until": clock(until),
            "link": settings.PUBLIC_URL + reverse("ticket", args=[ticket.reference]),
        },
        now=now,
    )


def follow_closings(*, now: datetime) -> int:
    """Screenings on a day on which their site is shut (snow) are called off too; how many."""
    found = list(_on_closed_days(now))
    for screening in found:
        call_off_screening(screening=screening, now=now)
    return len(found)


def _on_closed_days(now: datetime) -> Iterator[Screening]:
    shut = SiteClosing.objects.filter(on_date__gte=business_date(now)).select_related("site")
    for closing in shut.order_by("on_date", "pk"):
        yield from screenings.open_on(closing.site, closing.on_date)


@transaction.atomic
def choose_other(*, ticket_reference: str, screening_reference: str, now: datetime) -> Ticket:
    """The order's part is for the other screening from now on; a repeat gets the same ticket.

    TICKET_CHOICE_OVER, SCREENING_NO_SWAP.
    """
    part = part_of_ticket(ticket_reference)
    if part is not None and part.status == FulfilmentStatus.CANCELLED:
        raise TicketChoiceOver("ticket")  # its money has gone back with its order
    ticket = instead.choose_other(
        ticket_reference=ticket_reference, screening_reference=screening_reference, now=now
    )
    if part is not None:
        _move(part, ticket)
    return ticket


def _move(part: Fulfilment, ticket: Ticket) -> None:
    screening = ticket.screening
    part.ticket_reference = ticket.reference
    part.hands_over = screening.site.reference
    part.hands_over_name = part.place_name = screening.site.name
    part.hands_over_name_en = screening.site.name_en
    part.promised_from = part.promised_until = screening.starts_at
    part.save()
    part.lines.update(name=screening.title, name_en=screening.title_en)


@transaction.atomic
def give_money_back(*, ticket_reference: str, now: datetime) -> bool:
    """What was paid for a ticket that was called off goes back, once; False when it was answered.

    Who had driven in already has paid for a film that was broken off.
    """
    part = part_of_ticket(ticket_reference)
    if not instead.choose_refund(ticket_reference=ticket_reference):
        return False
    if part is None:
        return True
    if part.status != FulfilmentStatus.HANDED_OVER:
        cancel_part(fulfilment=part, reason=CALLED_OFF, now=now)
        return True
    for line in part.lines.select_related("fulfilment__order"):
        key = f"called_off:{line.reference}"
        give_back_line(line=line, won=line.line_won, reason=CALLED_OFF, key=key, now=now)
    return True


def end_unanswered(*, now: datetime) -> int:
    """Whoever has not chosen in time gets the money back; each in its own transaction."""
    late = list(screenings.unanswered(now))
    return sum(_end(ticket, now) for ticket in late)


def _end(ticket: Ticket, now: datetime) -> bool:
    try:
        return give_money_back(ticket_reference=ticket.reference, now=now)
    except REFUSALS:
        log.exception("the money of %s could not be given back", ticket)
        return False
