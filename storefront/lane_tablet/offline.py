"""The tablet without a network: its worker, a page for "offline", and the day it keeps."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from drivethrough.queue.queries import LaneBoard
from drivethrough.screenings.queries import tickets_of_day
from drivethrough.sites.models import Site
from drivethrough.slots.spans import business_date
from storefront import offline as offline_app
from storefront.accounts.access import public
from storefront.journeys.book_bay import gate_won
from storefront.lane_tablet.loads import Load
from storefront.templatetags.words import clock, local_name, won

ASSETS = (
    "css/jangteo.css",
    "icons.svg",
    "mark.svg",
    "js/kept_events.js",
    "js/lane_awake.js",
    "js/lane_board.js",
    "js/lane_offline.js",
    "js/live.js",
    "django_htmx/htmx-2.min.js",
)


@public
@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    return offline_app.worker(
        app="lane",
        scope=reverse("lane_home"),
        assets=ASSETS,
        offline_page=reverse("lane_offline"),
    )


@public
@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """Shown for a page the tablet has not kept. It names nobody."""
    return render(request, "lane_tablet/offline.html")


def day_kept(board: LaneBoard, loads: dict[str, Load], now: datetime) -> dict[str, Any]:
    """All of the day's cars as the tablet needs them to go on alone, ready for JSON."""
    arrivals = {arrival.booking_id: arrival for arrival in board.waiting}
    calls = {lane.call.arrival.booking_id: lane.call for lane in board.lanes if lane.call}
    cars = []
    for car in board.cars:
        booking, load = car.booking, loads[car.booking.reference]
        call = calls.get(booking.pk)
        arrival = call.arrival if call else arrivals.get(booking.pk)
        cars.append(
            {
                "booking": booking.reference,
                "plate": booking.plate,
                "last4": booking.phone_last4,
                "starts_at": booking.slot.starts_at.isoformat(),
                "ends_at": booking.slot.ends_at.isoformat(),
                "time": clock(booking.slot.starts_at),
                "goods": _goods(load),
                "due": _due(load.due_won),
                "status": car.status.value,
                "lane": call.lane.reference if call else "",
                "arrived_at": arrival.arrived_at.isoformat() if arrival else "",
            }
        )
    lanes = [
        {"reference": lane.lane.reference, "number": lane.lane.number, "open": lane.lane.open}
        for lane in board.lanes
    ]
    return {
        "site": board.site.reference,
        "at": now.isoformat(),
        "lanes": lanes,
        "cars": cars,
        "tickets": _tickets(board.site, now),
    }


def _tickets(site: Site, now: datetime) -> list[dict[str, Any]]:
    """Who may drive in to the day's screenings, and what is to be taken."""
    tickets = tickets_of_day(site, business_date(now))
    due = gate_won(tickets)
    return [
        {
            "ticket": ticket.reference,
            "plate": ticket.plate,
            "bay": ticket.bay,
            "due": _due(due[ticket.reference]),
            "used": ticket.used_at is not None,
        }
        for ticket in tickets
    ]


def _due(due_won: int) -> str:
    return _("받을 돈 %(won)s") % {"won": won(due_won)} if due_won else ""


def _goods(load: Load) -> str:
    return ", ".join(f"{local_name(line)} {line.unit} × {line.quantity}" for line in load.lines)
