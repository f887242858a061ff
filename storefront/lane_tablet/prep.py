"""What to pack before the cars come: for the day, and slot by slot."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from commerce.orders.models import OrderLine
from drivethrough.slots.models import BookingStatus, Slot
from drivethrough.slots.queries import bookings_for_site_day, site_days
from storefront.accounts.access import needs
from storefront.accounts.models import Role
from storefront.lane_tablet.desk import menu, site_of
from storefront.lane_tablet.loads import Load, loads_of
from storefront.refusals import BadInput

DAYS_AHEAD = 14


@dataclass(frozen=True)
class PrepRow:
    """So many of one thing; ``line`` is any order line of it, for its names and picture."""

    line: OrderLine
    quantity: int


@dataclass(frozen=True)
class SlotPrep:
    slot: Slot
    loads: list[Load]
    rows: list[PrepRow]


def summed(lines: Iterable[OrderLine]) -> list[PrepRow]:
    """Same name and unit together, most first."""
    first: dict[tuple[str, str], OrderLine] = {}
    total: dict[tuple[str, str], int] = {}
    for line in lines:
        thing = (line.name, line.unit)
        first.setdefault(thing, line)
        total[thing] = total.get(thing, 0) + line.quantity
    rows = [PrepRow(first[thing], quantity) for thing, quantity in total.items()]
    return sorted(rows, key=lambda row: (-row.quantity, row.line.name))


@needs(Role.FARMER)
@require_safe
def prep(request: HttpRequest) -> HttpResponse:
    site = site_of(request)
    today = timezone.localdate()
    days = [day for day in site_days(site.reference, today, DAYS_AHEAD) if day.taken_cars]
    on_date = _date(request.GET.get("on", ""), default=days[0].on_date if days else today)
    context = {**menu(), "days": days, "on_date": on_date, **_day(site.reference, on_date)}
    return render(request, "lane_tablet/prep.html", context)


def _date(text: str, *, default: date) -> date:
    """A day the list can show: today and what is ahead."""
    if not text:
        return default
    try:
        on_date = date.fromisoformat(text)
    except ValueError:
        raise BadInput("on") from None
    today = timezone.localdate()
    if not today <= on_date <= today + timedelta(days=DAYS_AHEAD):
        raise BadInput("on")
    return on_date


def _day(site_reference: str, on_date: date) -> dict[str, Any]:
    """Cars that were handed over, or were given up on, need no more packing."""
    bookings = bookings_for_site_day(site_reference, on_date)
    loads = loads_of(bookings.filter(status=BookingStatus.CONFIRMED))
    by_slot: dict[int, list[Load]] = {}
    for load in loads.values():
        by_slot.setdefault(load.booking.slot_id, []).append(load)
    return {
        "slots": [
            SlotPrep(of[0].booking.slot, of, summed(line for load in of for line in load.lines))
            for of in by_slot.values()
        ],
        "total": summed(line for load in loads.values() for line in load.lines),
        "cars": len(loads),
    }
