"""Plan a screening and call it off; sell its bays, take them back, let their cars in."""

from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction

from drivethrough.errors import KeyReused, NotFound
from drivethrough.screenings import queries
from drivethrough.screenings.errors import (
    BayTaken,
    BayUnknown,
    CarHasBay,
    ScreeningCalledOff,
    ScreeningClosed,
    ScreeningThen,
    ScreeningTimes,
    ScreeningTitle,
    TicketOtherDay,
    TicketOver,
    TicketUnknown,
    TicketUsed,
)
from drivethrough.screenings.models import (
    HAS_THE_BAY,
    LONGEST_TITLE,
    Screening,
    ScreeningStatus,
    Ticket,
    TicketStatus,
)
from drivethrough.sites.models import Site
from drivethrough.slots.plate import is_last4, is_valid, normalised
from drivethrough.slots.refusals import PhoneLast4Format, PlateFormat
from drivethrough.slots.spans import SEOUL, business_date, business_day

FURTHEST_DAYS = 365
# Which of a plate's tickets is meant at the gate.
MEANT = [TicketStatus.SOLD, TicketStatus.USED, TicketStatus.CALLED_OFF, TicketStatus.CANCELLED]


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
def call_off(*, screening_reference: str, now: datetime) -> list[Ticket]:
    """Nobody comes: the tickets whose bays are lost by it. Again: none. NOT_FOUND."""
    screening = _locked(screening_reference)
    if screening.status == ScreeningStatus.CALLED_OFF:
        return []
    screening.status = ScreeningStatus.CALLED_OFF
    screening.save(update_fields=["status"])
    lost = list(Ticket.objects.locked().filter(screening=screening, status__in=HAS_THE_BAY))
    for ticket in lost:
        _end(ticket, TicketStatus.CALLED_OFF, now)
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
    """A bay for a car, to be paid at the gate; the same key gets the ticket it got first.

    NOT_FOUND, PLATE_FORMAT, PHONE_LAST4_FORMAT, KEY_REUSED, SCREENING_CALLED_OFF,
    SCREENING_CLOSED, BAY_UNKNOWN, BAY_TAKEN, CAR_HAS_BAY.
    """
    plate = normalised(plate)
    if not is_valid(plate):
        raise PlateFormat("plate")
    if not is_last4(phone_last4):
        raise PhoneLast4Format("phone_last4")
    wanted = Ticket(
        bay=bay,
        key=key,
        owner_reference=owner_reference,
        plate=plate,
        phone_last4=phone_last4,
        sold_at=now,
    )
    try:
        return _sell(screening_reference, wanted)
    except IntegrityError:
        # All else waits at the screening's row: only the same key for another one gets here.
        raise KeyReused("key") from None


@transaction.atomic
def _sell(screening_reference: str, wanted: Ticket) -> Ticket:
    screening = _locked(screening_reference)
    before = Ticket.objects.filter(key=wanted.key).first()
    if before is not None:
        return _same(before, screening, wanted)
    _check_open(screening, wanted.sold_at)
    if not 1 <= wanted.bay <= screening.bays:
        raise BayUnknown("bay", bays=screening.bays)
    sold = queries.tickets_for(screening)
    if sold.filter(bay=wanted.bay).exists():
        raise BayTaken("bay", bay=wanted.bay)
    if sold.filter(plate=wanted.plate).exists():
        raise CarHasBay("plate")
    wanted.screening = screening
    wanted.save()
    return wanted


def _same(before: Ticket, screening: Screening, wanted: Ticket) -> Ticket:
    asked = (screening.pk, wanted.bay, wanted.owner_reference)
    if (before.screening_id, before.bay, before.owner_reference) != asked:
        raise KeyReused("key")
    return before


def _locked(screening_reference: str) -> Screening:
    screening = Screening.objects.locked().filter(reference=screening_reference).first()
    if screening is None:
        raise NotFound("screening")
    return screening


def _check_open(screening: Screening, now: datetime) -> None:
    if screening.status == ScreeningStatus.CALLED_OFF:
        raise ScreeningCalledOff("screening")
    if screening.cut_off_at <= now:
        raise ScreeningClosed("screening")


def _end(ticket: Ticket, status: TicketStatus, now: datetime) -> None:
    ticket.status = status
    ticket.ended_at = now
    ticket.save(update_fields=["status", "ended_at"])


@transaction.atomic
def cancel(*, ticket_reference: str, owner_reference: str, now: datetime) -> Ticket:
    """Until the cut-off the bay is free again; what is over stays as it is.

    TICKET_UNKNOWN, TICKET_USED, SCREENING_CLOSED.
    """
    screening, ticket = _locked_ticket(ticket_reference)
    if ticket.owner_reference != owner_reference:
        raise TicketUnknown("ticket")
    if ticket.status == TicketStatus.USED:
        raise _used(ticket)
    if ticket.status == TicketStatus.SOLD:
        _check_open(screening, now)
        _end(ticket, TicketStatus.CANCELLED, now)
    return ticket


def _locked_ticket(reference: str) -> tuple[Screening, Ticket]:
    """Screening, then ticket, as everybody locks them."""
    screening = _locked(queries.ticket(reference).screening.reference)
    return screening, Ticket.objects.locked().get(reference=reference)


def _used(ticket: Ticket) -> TicketUsed:
    at = ticket.used_at
    return TicketUsed("ticket", time=_clock(at) if at else "", bay=ticket.bay)


def _clock(at: datetime) -> str:
    return f"{at.astimezone(SEOUL):%H:%M}"


def check_in(*, site: Site, text: str, key: str, now: datetime) -> Ticket:
    """The car of a ticket's number, or of a plate with a bay today, is in; the same key again is
    the same press. TICKET_UNKNOWN, TICKET_USED, TICKET_OVER, TICKET_OTHER_DAY, KEY_REUSED."""
    before = _let_in_before(site, key)
    if before is not None:
        return before
    reference = _found(site, text, now)
    try:
        return _let_in(reference, key, now)
    except IntegrityError:
        # The other half of a double tap let this plate's earlier ticket in.
        return queries.ticket(Ticket.objects.get(used_key=key).reference)


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
    by_plate = ours.filter(plate=normalised(text), screening__starts_at__gte=from_at)
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
    screening, ticket = _locked_ticket(reference)
    if ticket.status == TicketStatus.USED and ticket.used_key == key:
        return ticket
    if ticket.status == TicketStatus.USED:
        raise _used(ticket)
    if ticket.status != TicketStatus.SOLD:
        raise TicketOver("ticket")
    on_date = business_date(screening.starts_at)
    if on_date != business_date(now):
        raise TicketOtherDay("ticket", on=str(on_date), time=_clock(screening.starts_at))
    ticket.status = TicketStatus.USED
    ticket.used_at = now
    ticket.used_key = key
    ticket.save(update_fields=["status", "used_at", "used_key"])
    return ticket


@transaction.atomic
def forget(*, owner_reference: str, now: datetime) -> None:
    """Bays not used yet are free again; which car it was, and whose telephone, goes."""
    mine = Ticket.objects.filter(owner_reference=owner_reference)
    mine.filter(status=TicketStatus.SOLD).update(status=TicketStatus.CANCELLED, ended_at=now)
    mine.update(plate="", phone_last4="")
