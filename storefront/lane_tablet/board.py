"""The lanes today: which car is where, what it gets, who is next."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from commerce.settlement import till_queries
from drivethrough.queue import actions as queue
from drivethrough.queue.models import Arrival
from drivethrough.queue.queries import LaneBoard, lane_board
from drivethrough.sites import actions as sites
from drivethrough.sites.models import Lane, Site
from storefront.accounts.access import needs
from storefront.accounts.models import Role
from storefront.lane_tablet.desk import key_of, lane_of, menu, site_of, tell
from storefront.lane_tablet.loads import Load, loads_of
from storefront.lane_tablet.offline import day_kept
from storefront.offline import of_the_day
from storefront.refusals import REFUSALS, BadInput, as_dict

SHOWN_EXPECTED = 8


@dataclass(frozen=True)
class LaneCard:
    """A lane and the car at it, if any. ``key`` goes with its one big button."""

    lane: Lane
    load: Load | None
    called_at: datetime | None
    key: str

    @property
    def number(self) -> str:
        return str(self.lane.number)


@dataclass(frozen=True)
class WaitingCar:
    arrival: Arrival
    load: Load


@dataclass(frozen=True)
class ExpectedCar:
    load: Load
    late: bool


def board_facts(site: Site, now: datetime) -> dict[str, Any]:
    board = lane_board(site.reference, timezone.localdate(now))
    upcoming = board.upcoming
    at_lanes = [lane.call.arrival.booking for lane in board.lanes if lane.call]
    expected = [car.booking for car in upcoming[:SHOWN_EXPECTED]]
    loads = loads_of([*at_lanes, *(car.booking for car in board.cars)])
    return {
        "site": site,
        "lanes": _lane_cards(board, loads),
        "waiting": [WaitingCar(a, loads[a.booking.reference]) for a in board.waiting],
        "expected": [ExpectedCar(loads[b.reference], b.slot.ends_at < now) for b in expected],
        "expected_more": len(upcoming) - len(expected),
        "counts": {status.value: cars for status, cars in board.counts.items()},
        "cars_today": len(board.cars),
        "till": till_queries.till(site.reference),
        "day_kept": day_kept(board, loads, now),
    }


def _lane_cards(board: LaneBoard, loads: dict[str, Load]) -> list[LaneCard]:
    return [
        LaneCard(
            lane=now.lane,
            load=loads[now.call.arrival.booking.reference] if now.call else None,
            called_at=now.call.called_at if now.call else None,
            key=str(uuid4()),
        )
        for now in board.lanes
    ]


def home_page(
    request: HttpRequest, site: Site, *, status: int = 200, **arrival: Any
) -> HttpResponse:
    """The whole tablet; ``arrival`` is what its form has to say: typed, refusal, choices."""
    facts = board_facts(site, timezone.now())
    context = {**menu(), **facts, "key": str(uuid4()), **arrival}
    return render(request, "lane_tablet/board.html", context, status=status)


@needs(Role.FARMER)
@require_safe
@of_the_day
def home(request: HttpRequest) -> HttpResponse:
    """The board; asked for by a page that is open already, only its moving part."""
    site = site_of(request)
    if request.htmx:  # type: ignore[attr-defined]
        facts = board_facts(site, timezone.now())
        return render(request, "lane_tablet/board_part.html", {**facts, "part": True})
    return home_page(request, site)


@needs(Role.FARMER)
@require_POST
def call(request: HttpRequest, lane: str) -> HttpResponse:
    """The next car comes to this lane."""
    site = site_of(request)
    at = lane_of(site, lane)
    try:
        called = queue.call_next(
            lane_reference=at.reference, key=key_of(request), now=timezone.now()
        )
    except REFUSALS as refusal:
        messages.error(request, as_dict(refusal)["message"])
        return redirect("lane_home")
    if called is None:
        messages.warning(request, _("기다리는 차가 없어요."))
    else:
        tell(site, called.arrival.booking.reference)
    return redirect("lane_home")


@needs(Role.FARMER)
@require_POST
def set_open(request: HttpRequest, lane: str) -> HttpResponse:
    """Open or close a lane; said twice it is the same."""
    site = site_of(request)
    wanted = request.POST.get("open", "")
    if wanted not in ("yes", "no"):
        raise BadInput("open")
    sites.set_lane_open(lane=lane_of(site, lane), open=wanted == "yes")
    tell(site)
    return redirect("lane_home")
