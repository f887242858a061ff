"""The days ahead: how full each slot is, how many cars it takes and who prepares, and new ones."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from drivethrough.openings.actions import MOST_CARS, MOST_PREPARERS
from drivethrough.sites.models import Site
from drivethrough.slots import opening, queries
from drivethrough.slots.models import Slot
from drivethrough.slots.spans import at
from storefront.accounts.access import needs
from storefront.accounts.models import Role
from storefront.journeys import displace_cars
from storefront.lane_tablet.desk import menu, site_of
from storefront.refusals import REFUSALS, BadInput, NotFound, as_dict, status_of
from storefront.typed import number_of, parsed

DAYS_SHOWN = 21
DAYS_AHEAD = 180  # no slots are opened further ahead
MINUTES = (10, 15, 20, 30, 60)
CUT_OFF_DAYS = (0, 1, 2, 3)  # days before the slots
EMPTY_FORM = {
    "start": "10:00",
    "end": "12:00",
    "minutes": "30",
    "cars": "8",
    "preparers": "",
    "cut_off_days": "1",
    "cut_off": "18:00",
}
# What a number of cars is suggested by.
EMPTY_QUESTION = {"slot_minutes": "30", "staff": "2", "wait": "5"}


# A slot that is called off: whoever booked is offered something else.
CHANGES: dict[str, Callable[[Slot], object]] = {
    "pause": lambda slot: opening.pause(slot=slot),
    "reopen": lambda slot: opening.reopen(slot=slot),
    "cancel": lambda slot: displace_cars.call_off_slot(slot=slot, now=timezone.now()),
}


@dataclass(frozen=True)
class NewSlots:
    """The form, read. Times are Seoul's wall clock."""

    on_date: date
    start: time
    end: time
    minutes: int
    cars: int
    preparers: int | None
    cut_off_at: datetime


def page(request: HttpRequest, site: Site, *, status: int = 200, **said: Any) -> HttpResponse:
    """The page; ``said`` is a form sent and refused: typed, refusal, refused_slot, open_on …"""
    today = timezone.localdate()
    days = [day for day in queries.site_days(site.reference, today, DAYS_SHOWN) if day.slots]
    tomorrow = (today + timedelta(days=1)).isoformat()
    context = {
        **menu(),
        "site": site,
        "days": days,
        "now": timezone.now(),
        "minutes_choices": [str(minutes) for minutes in MINUTES],
        "cut_off_choices": [str(days) for days in CUT_OFF_DAYS],
        "most_cars": MOST_CARS,
        "most_preparers": MOST_PREPARERS,
        "asked": EMPTY_QUESTION,
        "first_on": today.isoformat(),
        "last_on": (today + timedelta(days=DAYS_AHEAD)).isoformat(),
        "typed": {"on_date": tomorrow, **EMPTY_FORM},
        **said,
    }
    return render(request, "lane_tablet/slots.html", context, status=status)


@needs(Role.FARMER)
@require_safe
def slots(request: HttpRequest) -> HttpResponse:
    """``?day=`` is unfolded: the one just changed."""
    return page(request, site_of(request), open_on=_day_named(request.GET.get("day", "")))


def _day_named(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def back_to(slot: Slot) -> HttpResponse:
    day = timezone.localdate(slot.starts_at)
    return redirect(f"{reverse('lane_slots')}?day={day}#slot-{slot.reference}")


@needs(Role.FARMER)
@require_POST
def open_new(request: HttpRequest) -> HttpResponse:
    """A day's slots; those that are there already stay as they are."""
    site = site_of(request)
    try:
        new = _read(request.POST)
        opened = opening.open_slots(
            site=site,
            on_date=new.on_date,
            start=new.start,
            end=new.end,
            minutes=new.minutes,
            cars=new.cars,
            preparers=new.preparers,
            cut_off_at=new.cut_off_at,
        )
    except REFUSALS as caught:
        typed = {name: request.POST.get(name, "") for name in ("on_date", *EMPTY_FORM)}
        return page(request, site, status=400, typed=typed, refusal=as_dict(caught))
    said = _("예약 시간 %(n)d개를 열었습니다.") % {"n": len(opened)}
    messages.success(request, said)
    return back_to(opened[0])


def _read(form: Any) -> NewSlots:
    on_date = parsed(form, "on_date", date.fromisoformat)
    today = timezone.localdate()
    if not today <= on_date <= today + timedelta(days=DAYS_AHEAD):
        raise BadInput("on_date")
    before = number_of(form, "cut_off_days", CUT_OFF_DAYS)
    cut_off = parsed(form, "cut_off", time.fromisoformat)
    start = parsed(form, "start", time.fromisoformat)
    return NewSlots(
        on_date=on_date,
        start=start,
        end=parsed(form, "end", time.fromisoformat),
        minutes=number_of(form, "minutes", MINUTES),
        cars=number_of(form, "cars", range(1, MOST_CARS + 1)),
        preparers=preparers_of(form),
        cut_off_at=at(on_date - timedelta(days=before), cut_off),
    )


def preparers_of(form: Any, slot: Slot | None = None) -> int | None:
    """Who prepare; empty: their time does not bind. A form that does not ask leaves it as it is."""
    if "preparers" not in form:
        return slot.preparers if slot else None
    return number_of(form, "preparers", range(1, MOST_PREPARERS + 1)) if form["preparers"] else None


def own_slot(site: Site, reference: str) -> Slot:
    found = queries.slot(reference)
    if found.site_id != site.pk:
        raise NotFound("slot")
    return found


@needs(Role.FARMER)
@require_POST
def change_cars(request: HttpRequest, slot: str) -> HttpResponse:
    site = site_of(request)
    found = own_slot(site, slot)
    try:
        cars = number_of(request.POST, "cars", range(1, MOST_CARS + 1))
        opening.change_capacity(slot=found, cars=cars, preparers=preparers_of(request.POST, found))
    except REFUSALS as caught:
        refusal = as_dict(caught)
        return page(
            request,
            site,
            status=status_of(refusal["code"]),
            open_on=timezone.localdate(found.starts_at),
            slot_refusal=refusal,
            refused_slot=found.reference,
            refused_cars=request.POST.get("cars", ""),
            refused_preparers=request.POST.get("preparers", found.preparers or ""),
        )
    messages.success(request, _("받을 차를 %(n)d대로 바꿨습니다.") % {"n": cars})
    return back_to(found)


@needs(Role.FARMER)
@require_POST
def set_status(request: HttpRequest, slot: str) -> HttpResponse:
    """Take no new bookings for now, or take them again; or call the slot off for good."""
    found = own_slot(site_of(request), slot)
    change = CHANGES.get(request.POST.get("do", ""))
    if change is None:
        raise BadInput("do")
    try:
        change(found)
    except REFUSALS as refusal:
        messages.error(request, as_dict(refusal)["message"])
    return back_to(found)
