"""The big screen that cars see from the entrance: lane numbers and half a plate, nothing else."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from drivethrough.queue.queries import lane_board
from storefront.accounts.access import public
from storefront.lane_tablet.masking import masked

SHOWN_WAITING = 6


@public
@require_safe
def screen(request: HttpRequest, site: str) -> HttpResponse:
    board = lane_board(site, timezone.localdate())
    calls = [
        {
            "number": now.lane.number,
            "plate": masked(now.call.arrival.booking.plate) if now.call else "",
            "open": now.lane.open,
        }
        for now in board.lanes
    ]
    context = {
        "site": board.site,
        "calls": [call for call in calls if call["open"] or call["plate"]],
        "waiting": [masked(a.booking.plate) for a in board.waiting[:SHOWN_WAITING]],
        "waiting_more": max(0, len(board.waiting) - SHOWN_WAITING),
    }
    template = "lane_tablet/screen_part.html" if request.htmx else "lane_tablet/screen.html"  # type: ignore[attr-defined]
    return render(request, template, context)
