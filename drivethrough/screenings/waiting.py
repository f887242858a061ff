"""Who waits for a bay at a screening that is full, and who is offered one that comes free.

While somebody waits nobody else gets a bay: ``actions`` sees to that. Lock order: the waiting,
its screening, tickets.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from drivethrough.screenings import actions, queries
from drivethrough.screenings.errors import BayOfferOver, CarHasBay, ScreeningHasRoom
from drivethrough.screenings.models import (
    LIVE_WAIT,
    BayWait,
    Screening,
    Ticket,
    TicketStatus,
    WaitStatus,
)
from drivethrough.slots.waiting import offer_time


@transaction.atomic
def join(*, screening_reference: str, owner_reference: str, now: datetime) -> BayWait:
    """Wait for any bay; twice is once.

    NOT_FOUND, SCREENING_CALLED_OFF, SCREENING_CLOSED, SCREENING_HAS_ROOM.
    """
    screening = actions.locked(screening_reference)
    live = queries.wait_of(screening, owner_reference)
    if live is not None:
        return live
    actions.check_open(screening, now)
    left = screening.bays - queries.with_a_bay(screening).count()
    if left and not queries.awaited(screening):
        raise ScreeningHasRoom("bay", left=left)
    return BayWait.objects.create(
        screening=screening, owner_reference=owner_reference, joined_at=now
    )


@transaction.atomic
def leave(*, screening_reference: str, owner_reference: str, now: datetime) -> None:
    """Wait no longer; a bay that was offered goes to the next. Who does not wait is left alone."""
    row = _locked(screening_reference, owner_reference)
    if row is None:
        return
    if row.ticket is not None:
        actions.release(
            ticket_reference=row.ticket.reference, owner_reference=row.reference, now=now
        )
    _end(row, WaitStatus.LEFT, now)


def to_offer(now: datetime) -> QuerySet[Screening]:
    """Screenings with a free bay that somebody waits for."""
    waiting = BayWait.objects.filter(screening=OuterRef("pk"), status=WaitStatus.WAITING)
    return queries.with_room(now).filter(Exists(waiting))


@transaction.atomic
def offer_next(*, screening: Screening, now: datetime) -> BayWait | None:
    """Hold a free bay for whoever has waited longest; None when there is none, or nobody waits.

    Two sweeps at once wait for each other at the first one's row, so the order is kept.
    """
    waiting = BayWait.objects.locked().filter(screening=screening, status=WaitStatus.WAITING)
    row = waiting.first()
    if row is None:
        return None
    screening = actions.locked(screening.reference)
    bay = queries.free_bay(screening)
    if bay is None or screening.status != "open" or screening.cut_off_at <= now:
        return None
    row.ticket = Ticket.objects.create(
        screening=screening,
        bay=bay,
        key=f"offer:{row.reference}",
        owner_reference=row.reference,
        status=TicketStatus.HELD,
        held_until=now + offer_time(screening.cut_off_at - now),
        sold_at=now,
    )
    row.status, row.offered_at = WaitStatus.OFFERED, now
    row.save(update_fields=["ticket", "status", "offered_at"])
    return row


@transaction.atomic
def take_offer(
    *,
    screening_reference: str,
    owner_reference: str,
    basket_reference: str,
    plate: str,
    phone_last4: str,
    now: datetime,
) -> Ticket:
    """The offered bay becomes the basket's hold, as if it had just been chosen; a repeat is the
    same.

    PLATE_FORMAT, PHONE_LAST4_FORMAT, CAR_HAS_BAY, BAY_OFFER_OVER.
    """
    plate = actions.checked_car(plate, phone_last4)
    row = _locked(screening_reference, owner_reference)
    if row is None or row.ticket is None:
        return _taken_before(screening_reference, owner_reference, basket_reference, now)
    screening, ticket = actions.locked_ticket(row.ticket.reference)
    if not queries.is_held_for(ticket, row.reference, now):
        raise BayOfferOver("bay")
    if queries.with_a_bay(screening).filter(plate=plate).exists():
        raise CarHasBay("plate")
    ticket.owner_reference, ticket.plate, ticket.phone_last4 = basket_reference, plate, phone_last4
    ticket.held_until = now + actions.CHECKOUT_TIME
    ticket.save(update_fields=["owner_reference", "plate", "phone_last4", "held_until"])
    _end(row, WaitStatus.TAKEN, now)
    return ticket


def _taken_before(
    screening_reference: str, owner_reference: str, basket_reference: str, now: datetime
) -> Ticket:
    ticket = Ticket.objects.filter(
        wait__screening__reference=screening_reference,
        wait__owner_reference=owner_reference,
        wait__status=WaitStatus.TAKEN,
    ).last()
    if ticket is None or not queries.is_held_for(ticket, basket_reference, now):
        raise BayOfferOver("bay")
    return ticket


def end_over(*, now: datetime) -> int:
    """Offers whose hold has ended, and waits for what is sold no longer; how many."""
    lapsed = Q(status=WaitStatus.OFFERED) & ~Q(ticket__status=TicketStatus.HELD)
    over = Q(status=WaitStatus.WAITING) & (
        Q(screening__cut_off_at__lte=now) | ~Q(screening__status="open")
    )
    return _end_all(lapsed, WaitStatus.LAPSED, now) + _end_all(over, WaitStatus.OVER, now)


@transaction.atomic
def _end_all(which: Q, status: WaitStatus, now: datetime) -> int:
    rows = BayWait.objects.filter(which)
    pks = [row.pk for row in BayWait.objects.locked().filter(pk__in=rows.values("pk"))]
    # Taken while this waited for the row: then it is no longer among them.
    still = BayWait.objects.filter(pk__in=rows.filter(pk__in=pks).values("pk"))
    return still.update(status=status, ended_at=now)


def _locked(screening_reference: str, owner_reference: str) -> BayWait | None:
    own = BayWait.objects.locked().filter(owner_reference=owner_reference, status__in=LIVE_WAIT)
    return own.filter(screening__reference=screening_reference).first()


def _end(row: BayWait, status: WaitStatus, now: datetime) -> None:
    row.status, row.ended_at = status, now
    row.save(update_fields=["status", "ended_at"])
