"""The rest of the day: how long the queue will be, and whose turn comes when, and why."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import dropwhile
from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from drivethrough.planning import LeftOut, Visit, Words, drawing
from drivethrough.queue.queries import CarStatus
from drivethrough.sites.models import Lane, Site
from drivethrough.slots.models import Booking
from drivethrough.slots.queries import site_days
from storefront.accounts.access import needs
from storefront.accounts.models import Role
from storefront.journeys.foresee_queue import QueueAhead, foresee_queue
from storefront.lane_tablet.desk import menu, site_of
from storefront.lane_tablet.reasons import told
from storefront.typed import number_of

STAFF = range(1, 21)
# The table beside the picture has a row for each.
ROW_SECONDS = 900
DONE = (LeftOut.SERVED, LeftOut.MISSED)


@dataclass(frozen=True)
class CarAhead:
    """``visit`` is None for a car that cannot be called any more; ``call_to`` is the lane that it
    could come to at once, with the ``key`` of the button."""

    booking: Booking
    visit: Visit | None
    called_at: datetime | None
    wait_minutes: int
    here: bool
    why: list[str]
    call_to: Lane | None
    key: str


@dataclass(frozen=True)
class QueueRow:
    at: datetime
    mean: float
    high: int


@needs(Role.FARMER)
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """``?staff=`` people prepare; asked for by a page that is open already, only its moving part.

    Raises BAD_INPUT.
    """
    site = site_of(request)
    preparers = _preparers(request, site)
    facts = _facts(site, preparers, timezone.now())
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "lane_tablet/queue_part.html", facts)
    context = {**menu(), **facts, "staff_choices": STAFF}
    return render(request, "lane_tablet/queue.html", context)


def _preparers(request: HttpRequest, site: Site) -> int:
    """The most that a slot of today has, or as many as there are lanes, until somebody says how
    many."""
    if "staff" in request.GET:
        return number_of(request.GET, "staff", STAFF)
    (today,) = site_days(site.reference, timezone.localdate(), 1)
    said = max((slot.preparers or 0 for slot in today.slots), default=0)
    return min(said or max(1, site.lanes.count()), max(STAFF))


def _facts(site: Site, preparers: int, now: datetime) -> dict[str, Any]:
    ahead = foresee_queue(site_reference=site.reference, preparers=preparers, now=now)
    return {
        "site": site,
        "preparers": preparers,
        "picture": _picture(ahead),
        "cars": list(_cars(site, ahead)),
        "rows": _rows(ahead),
        "handover_seconds": ahead.handover_seconds,
        "measured": ahead.measured,
    }


def _picture(ahead: QueueAhead) -> str:
    words = Words(
        title=_("예상 줄"),
        waiting=_("기다리는 차 (0~{most}대)"),
        lane=_("{number}번 창구"),
        told=_("차 {cars}대. 줄이 가장 긴 때는 {at}, 평균 {mean}대, 열에 아홉은 {high}대까지예요."),
        told_of_lanes=_("차 {cars}대"),
    )
    plates = {reference: car.booking.plate for reference, car in ahead.cars.items()}
    svg = drawing(ahead.day, ahead.plan, ahead.waiting, name="queue", words=words, plates=plates)
    # ElementTree has escaped the plates.
    return mark_safe(svg)  # noqa: S308


def _cars(site: Site, ahead: QueueAhead) -> Iterator[CarAhead]:
    """In the order of their calls; last who cannot be called."""
    here = {car.reference for car in ahead.day.cars if car.is_here}
    plates = {reference: car.booking.plate for reference, car in ahead.cars.items()}
    lanes = {lane.number: lane for lane in site.lanes.all()}
    visits: dict[str, Visit | None] = {visit.car: visit for visit in ahead.plan.visits}
    visits |= {car: None for car, cause in ahead.plan.left_out.items() if cause not in DONE}
    for reference, visit in visits.items():
        yield CarAhead(
            booking=ahead.cars[reference].booking,
            visit=visit,
            called_at=ahead.at(visit.called) if visit else None,
            wait_minutes=round(visit.wait_seconds / 60) if visit else 0,
            here=reference in here,
            why=[told(reason, plates, ahead.at) for reason in ahead.reasons[reference]],
            call_to=lanes[visit.lane] if visit and _at_once(ahead, visit) else None,
            key=str(uuid4()),
        )


def _at_once(ahead: QueueAhead, visit: Visit) -> bool:
    state = ahead.cars[visit.car].status
    return state == CarStatus.WAITING and visit.called == ahead.plan.now


def _rows(ahead: QueueAhead) -> list[QueueRow]:
    """From the first quarter of an hour in which somebody may wait."""
    first, *later = ahead.waiting
    minutes = [first, *(minute for minute in later if minute.at % ROW_SECONDS == 0)]
    rows = [QueueRow(ahead.at(minute.at), minute.mean, minute.high) for minute in minutes]
    return list(dropwhile(lambda row: row.high == 0, rows)) or rows[:1]
