"""Plan a screening and call it off; hold and sell its bays, and take them back."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q

from drivethrough.errors import KeyReused, NotFound
from drivethrough.screenings import queries
from drivethrough.screenings.errors import (
    BayHoldOver,
    BaysAwaited,
    BayTaken,
    BayUnknown,
    CarHasBay,
    ScreeningCalledOff,
    ScreeningClosed,
    ScreeningThen,
    ScreeningTimes,
    ScreeningTitle,
    TicketUnknown,
    TicketUsed,
)
from drivethrough.screenings.models import (
    HAS_THE_BAY,
    LONGEST_TITLE,
    BayWait,
    Screening,
    ScreeningStatus,
    Ticket,
    TicketStatus,
    WaitStatus,
)
from drivethrough.sites.models import Site
from drivethrough.slots.plate import is_last4, is_valid, normalised
from drivethrough.slots.refusals import PhoneLast4Format, PlateFormat
from drivethrough.slots.spans import SEOUL

FURTHEST_DAYS = 365
CHECKOUT_TIME = timedelta(minutes=15)


def plan(
    *,
    site: Site,
    title: str,
    title_en: str,
    starts_at: datetime,
    cut_off_at: datetime,
    price_won: int,
    bays: int,
    bays_in_row: int,
    key: str,
    now: datetime,
) -> Screening:
    """A new screening; the same key gets the one it made.

    SCREENING_TITLE, SCREENING_TIMES, SCREENING_THEN, KEY_REUSED (another site's key).
    """
    title, title_en = title.strip(), title_en.strip()
    for field, text in (("title", title), ("title_en", title_en)):
        if not 0 < len(text) <= LONGEST_TITLE:
            raise ScreeningTitle(field, longest=LONGEST_TITLE)
    if not now < cut_off_at <= starts_at <= now + timedelta(days=FURTHEST_DAYS):
        raise ScreeningTimes("starts_at", most=FURTHEST_DAYS)
    wanted = Screening(
        site=site,
        title=title,
        title_en=title_en,
        starts_at=starts_at,
        cut_off_at=cut_off_at,
        price_won=price_won,
        bays=bays,
        bays_in_row=bays_in_row,
        key=key,
    )
    try:
        with transaction.atomic():
            wanted.save()
    except IntegrityError:
        return _planned_before(site, key)
    return wanted


def _planned_before(site: Site, key: str) -> Screening:
    before = Screening.objects.filter(key=key).first()
    if before is None:
        raise ScreeningThen("starts_at") from None
    if before.site_id != site.pk:
        raise KeyReused("key") from None
    return before


@transaction.atomic
def call_off(*, screening_reference: str, answer_until: datetime, now: datetime) -> list[Ticket]:
    """Nobody comes: the tickets that were sold, ended by it. Again: none. NOT_FOUND.

    Who has not driven in yet may choose ``instead`` until then; who has gets the money back.
    """
    screening = locked(screening_reference)
    if screening.status == ScreeningStatus.CALLED_OFF:
        return []
    screening.status = ScreeningStatus.CALLED_OFF
    screening.save(update_fields=["status"])
    lost = []
    for ticket in Ticket.objects.locked().filter(screening=screening, status__in=HAS_THE_BAY):
        if ticket.status == TicketStatus.HELD:
            _let_go(ticket, now)
            continue
        ticket.answer_until = now if ticket.used_at else answer_until
        ticket.save(update_fields=["answer_until"])
        _end(ticket, TicketStatus.CALLED_OFF, now)
        lost.append(ticket)
    return lost


def buy(
    *,
    screening_reference: str,
    bay: int,
    owner_reference: str,
    plate: str,
    phone_last4: str,
    key: str,
    now: datetime,
) -> Ticket:
    """A bay for a car; the same key gets the ticket it got first.

    NOT_FOUND, PLATE_FORMAT, PHONE_LAST4_FORMAT, KEY_REUSED, SCREENING_CALLED_OFF,
    SCREENING_CLOSED, BAY_UNKNOWN, BAY_TAKEN, BAYS_AWAITED, CAR_HAS_BAY.
    """
    plate = checked_car(plate, phone_last4)
    wanted = Ticket(
        bay=bay,
        key=key,
        owner_reference=owner_reference,
        plate=plate,
        phone_last4=phone_last4,
        sold_at=now,
    )
    return _sold(screening_reference, wanted)


def hold(
    *,
    screening_reference: str,
    bay: int,
    owner_reference: str,
    plate: str,
    phone_last4: str,
    key: str,
    now: datetime,
) -> Ticket:
    """Keep a bay for a basket while it is paid for; another bay for the same car lets go of the
    first. What ``buy`` raises, and BAY_HOLD_OVER for the key of a hold that has ended."""
    plate = checked_car(plate, phone_last4)
    wanted = Ticket(
        bay=bay,
        key=key,
        owner_reference=owner_reference,
        plate=plate,
        phone_last4=phone_last4,
        status=TicketStatus.HELD,
        held_until=now + CHECKOUT_TIME,
        sold_at=now,
    )
    held = _sold(screening_reference, wanted)
    if held.status != TicketStatus.HELD:
        raise BayHoldOver("bay", bay=held.bay)
    return held


def checked_car(plate: str, phone_last4: str) -> str:
    """The plate as it is written down. PLATE_FORMAT, PHONE_LAST4_FORMAT."""
    plate = normalised(plate)
    if not is_valid(plate):
        raise PlateFormat("plate")
    if not is_last4(phone_last4):
        raise PhoneLast4Format("phone_last4")
    return plate


def _sold(screening_reference: str, wanted: Ticket) -> Ticket:
    try:
        return _sell(screening_reference, wanted)
    except IntegrityError:
        # All else waits at the screening's row: only the same key for another one gets here.
        raise KeyReused("key") from None


@transaction.atomic
def _sell(screening_reference: str, wanted: Ticket) -> Ticket:
    screening = locked(screening_reference)
    before = Ticket.objects.filter(key=wanted.key).first()
    if before is not None:
        return _same(before, screening, wanted)
    check_open(screening, wanted.sold_at)
    if not 1 <= wanted.bay <= screening.bays:
        raise BayUnknown("bay", bays=screening.bays)
    _end_lapsed(screening, wanted)
    if queries.awaited(screening):
        raise BaysAwaited("bay")
    taken = queries.with_a_bay(screening)
    if taken.filter(bay=wanted.bay).exists():
        raise BayTaken("bay", bay=wanted.bay)
    if taken.filter(plate=wanted.plate).exists():
        raise CarHasBay("plate")
    wanted.screening = screening
    wanted.save()
    return wanted


def _end_lapsed(screening: Screening, wanted: Ticket) -> None:
    """Holds whose time is over, and what this basket has held for the same car."""
    held = Ticket.objects.locked().filter(screening=screening, status=TicketStatus.HELD)
    own = Q(plate=wanted.plate, owner_reference=wanted.owner_reference)
    for ticket in held.filter(Q(held_until__lte=wanted.sold_at) | own):
        _let_go(ticket, wanted.sold_at)


def _same(before: Ticket, screening: Screening, wanted: Ticket) -> Ticket:
    asked = (screening.pk, wanted.bay, wanted.owner_reference)
    if (before.screening_id, before.bay, before.owner_reference) != asked:
        raise KeyReused("key")
    return before


def locked(screening_reference: str) -> Screening:
    screening = Screening.objects.locked().filter(reference=screening_reference).first()
    if screening is None:
        raise NotFound("screening")
    return screening


def check_open(screening: Screening, now: datetime) -> None:
    if screening.status == ScreeningStatus.CALLED_OFF:
        raise ScreeningCalledOff("screening")
    if screening.cut_off_at <= now:
        raise ScreeningClosed("screening")


def _end(ticket: Ticket, status: TicketStatus, now: datetime) -> None:
    ticket.status = status
    ticket.ended_at = now
    ticket.save(update_fields=["status", "ended_at"])


def _let_go(ticket: Ticket, now: datetime) -> None:
    """A hold that ends unbought keeps no trace of whose car it was."""
    ticket.plate = ticket.phone_last4 = ""
    ticket.save(update_fields=["plate", "phone_last4"])
    _end(ticket, TicketStatus.EXPIRED, now)


@transaction.atomic
def confirm(
    *, ticket_reference: str, owner_reference: str, new_owner_reference: str, now: datetime
) -> Ticket:
    """What a basket holds is sold to whoever orders it; a repeat changes nothing.

    TICKET_UNKNOWN, SCREENING_CALLED_OFF, BAY_HOLD_OVER.
    """
    screening, ticket = locked_ticket(ticket_reference)
    if ticket.status == TicketStatus.SOLD and ticket.owner_reference == new_owner_reference:
        return ticket
    if screening.status == ScreeningStatus.CALLED_OFF:
        raise ScreeningCalledOff("screening")
    if not queries.is_held_for(ticket, owner_reference, now):
        raise BayHoldOver("bay", bay=ticket.bay)
    ticket.status = TicketStatus.SOLD
    ticket.owner_reference = new_owner_reference
    ticket.sold_at = now
    ticket.save(update_fields=["status", "owner_reference", "sold_at"])
    return ticket


@transaction.atomic
def release(*, ticket_reference: str, owner_reference: str, now: datetime) -> None:
    """A hold ends before its time; what is nobody's hold any more stays as it is."""
    _, ticket = locked_ticket(ticket_reference)
    if ticket.status == TicketStatus.HELD and ticket.owner_reference == owner_reference:
        _let_go(ticket, now)


@transaction.atomic
def give_up(*, ticket_reference: str, now: datetime) -> None:
    """Its order ended: the bay is free, whatever the hour. What is over stays as it is."""
    _, ticket = locked_ticket(ticket_reference)
    if ticket.status == TicketStatus.SOLD:
        _end(ticket, TicketStatus.CANCELLED, now)


def expire_holds(*, now: datetime) -> int:
    """End holds whose time is over; how many bays came free. Each in its own transaction."""
    lapsed = Ticket.objects.filter(status=TicketStatus.HELD, held_until__lte=now)
    return sum(_expire(ticket.reference, now) for ticket in lapsed.order_by("pk"))


@transaction.atomic
def _expire(reference: str, now: datetime) -> bool:
    _, ticket = locked_ticket(reference)
    over = ticket.status == TicketStatus.HELD and queries.is_lapsed(ticket, now)
    if over:
        _let_go(ticket, now)
    return over


@transaction.atomic
def cancel(*, ticket_reference: str, owner_reference: str, now: datetime) -> Ticket:
    """Until the cut-off the bay is free again; what is over stays as it is.

    TICKET_UNKNOWN, TICKET_USED, SCREENING_CLOSED.
    """
    screening, ticket = locked_ticket(ticket_reference)
    if ticket.owner_reference != owner_reference:
        raise TicketUnknown("ticket")
    if ticket.status == TicketStatus.USED:
        raise used(ticket)
    if ticket.status == TicketStatus.SOLD:
        check_open(screening, now)
        _end(ticket, TicketStatus.CANCELLED, now)
    return ticket


def locked_ticket(reference: str) -> tuple[Screening, Ticket]:
    """Screening, then ticket, as everybody locks them."""
    screening = locked(queries.ticket(reference).screening.reference)
    return screening, Ticket.objects.locked().get(reference=reference)


def used(ticket: Ticket) -> TicketUsed:
    at = ticket.used_at
    return TicketUsed("ticket", time=clock(at) if at else "", bay=ticket.bay)


def clock(at: datetime) -> str:
    return f"{at.astimezone(SEOUL):%H:%M}"


@transaction.atomic
def forget(*, owner_reference: str, now: datetime) -> None:
    """Bays not used yet are free again, and so is a place in a line; which car it was, and whose
    telephone, goes."""
    mine = Ticket.objects.filter(owner_reference=owner_reference)
    mine.filter(status=TicketStatus.SOLD).update(status=TicketStatus.CANCELLED, ended_at=now)
    mine.update(plate="", phone_last4="")
    waits = BayWait.objects.filter(owner_reference=owner_reference, status=WaitStatus.WAITING)
    waits.update(status=WaitStatus.LEFT, ended_at=now)
