"""Taking what a tablet kept while it had no network, once it has one again."""

import logging
from datetime import datetime
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from commerce.payments.models import TakenAs
from drivethrough.queue.replaying import Kind
from drivethrough.queue.reports import Report
from drivethrough.screenings import gate
from drivethrough.sites.models import Site
from storefront import told_later
from storefront.accounts.access import needs
from storefront.accounts.models import Role
from storefront.bodies import OurFault
from storefront.journeys import take_lane_reports
from storefront.journeys.let_car_in import let_car_in
from storefront.lane_tablet.desk import site_of
from storefront.refusals import REFUSALS, BadInput, as_dict
from storefront.told_later import ACCEPTED, ALREADY_HAD, REFUSED

log = logging.getLogger(__name__)

Answer = dict[str, Any]

# Beside the queue's own kinds.
LET_IN = "let_in"


@needs(Role.FARMER)
@require_POST
def sync(request: HttpRequest) -> JsonResponse:
    """A JSON list of events; one answer each, in the same order.

    Each event stands alone: one that is refused keeps none of the others back. Told again, an event
    is answered as the day then stands: another tablet may have told of something earlier since.
    """
    if request.content_type != "application/json":
        raise BadInput("content_type")
    site, now = site_of(request), timezone.now()
    answered = [_keep(raw, site, now) for raw in told_later.read_list(request.body)]
    kept = [report for report, _ in answered if report is not None]
    news = any(answer["answer"] == ACCEPTED for _, answer in answered)
    stands = take_lane_reports.settle(told=kept, site=site, news=news)
    return JsonResponse({"answers": [_answer(*one, stands) for one in answered]})


def _keep(raw: Any, site: Site, now: datetime) -> tuple[Report | None, Answer]:
    """The report, None when it was refused or is no matter of the queue, and its answer so far."""
    try:
        if isinstance(raw, dict) and raw.get("kind") == LET_IN:
            return None, _let_in(raw, site, now)
        report = _read(raw, now)
        taken_as = told_later.taken_as_of(raw) or TakenAs.CASH
    except REFUSALS as refusal:
        return None, {"event_id": None, "answer": REFUSED} | as_dict(refusal)
    event_id = {"event_id": report.key}
    try:
        new = take_lane_reports.keep(report=report, site=site, taken_as=taken_as, received_at=now)
    except REFUSALS as refusal:
        return None, event_id | {"answer": REFUSED} | as_dict(refusal)
    except Exception:
        # A fault of ours must not hold back the rest of the day: the tablet keeps this one and
        # tries again.
        log.exception("a tablet's report could not be taken")
        return None, event_id | {"answer": REFUSED} | as_dict(OurFault())
    return report, event_id | {"answer": ACCEPTED if new else ALREADY_HAD}


def _let_in(raw: dict[str, Any], site: Site, received_at: datetime) -> Answer:
    """A car drove in to a screening: by its ticket, at the time of the tablet. What is wrong with
    the event itself is BAD_INPUT, CLOCK_WRONG."""
    key = str(told_later.event_id_of(raw.get("event_id")))
    ticket = told_later.reference_of("ticket", raw.get("ticket"))
    happened_at = told_later.moment_of(raw.get("happened_at"), received_at)
    taken_as = told_later.taken_as_of(raw) or TakenAs.CASH
    before = gate.was_let_in_by(key)
    try:
        let_car_in(site=site, text=ticket, key=key, taken_as=taken_as, now=happened_at)
    except REFUSALS as refusal:
        return {"event_id": key, "answer": REFUSED} | as_dict(refusal)
    except Exception:
        log.exception("a car let in by a tablet could not be taken")
        return {"event_id": key, "answer": REFUSED} | as_dict(OurFault())
    return {"event_id": key, "answer": ALREADY_HAD if before else ACCEPTED}


def _read(raw: Any, received_at: datetime) -> Report:
    """One event. BAD_INPUT with the field's name, CLOCK_WRONG."""
    if not isinstance(raw, dict):
        raise BadInput("event")
    kind = raw.get("kind")
    if kind not in list(Kind):
        raise BadInput("kind")
    called = kind == Kind.CALLED
    return Report(
        key=str(told_later.event_id_of(raw.get("event_id"))),
        kind=Kind(kind),
        booking_reference=told_later.reference_of("booking", raw.get("booking")),
        lane_reference=told_later.reference_of("lane", raw.get("lane")) if called else "",
        happened_at=told_later.moment_of(raw.get("happened_at"), received_at),
    )


def _answer(
    report: Report | None, answer: Answer, stands: dict[tuple[Kind, str], Exception | None]
) -> Answer:
    """A report that something earlier outweighs is kept, and refused in its words."""
    against = stands.get((report.kind, report.key)) if report else None
    return answer if against is None else answer | {"answer": REFUSED} | as_dict(against)
