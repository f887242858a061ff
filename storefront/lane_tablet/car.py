"""One booked car: what it gets, and handing over to it."""

from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from drivethrough.queue import actions as queue
from drivethrough.queue.queries import arrival_position
from storefront.accounts.access import needs
from storefront.accounts.models import Role
from storefront.journeys import serve_car
from storefront.lane_tablet.desk import (
    booking_of,
    how_taken,
    key_of,
    lane_of,
    menu,
    site_of,
    tell,
)
from storefront.lane_tablet.loads import loads_of
from storefront.refusals import REFUSALS, as_dict


@needs(Role.FARMER)
@require_safe
def car(request: HttpRequest, booking: str) -> HttpResponse:
    site = site_of(request)
    found = booking_of(site, booking)
    today = timezone.localdate(found.slot.starts_at) == timezone.localdate()
    context = {
        **menu(),
        "booking": found,
        "load": loads_of([found])[found.reference],
        "position": arrival_position(found.reference),
        "today": today,
        "key": str(uuid4()),
        "arrive_key": str(uuid4()),
    }
    return render(request, "lane_tablet/car.html", context)


@needs(Role.FARMER)
@require_POST
def call(request: HttpRequest, booking: str) -> HttpResponse:
    """This car comes to the lane, before its turn by booked time."""
    site = site_of(request)
    found = booking_of(site, booking)
    lane = lane_of(site, request.POST.get("lane", ""))
    try:
        queue.call_car(
            lane_reference=lane.reference,
            booking_reference=found.reference,
            key=key_of(request),
            now=timezone.now(),
        )
    except REFUSALS as refusal:
        messages.error(request, as_dict(refusal)["message"])
    else:
        tell(site, found.reference)
    return redirect("lane_home")


@needs(Role.FARMER)
@require_POST
def serve(request: HttpRequest, booking: str) -> HttpResponse:
    """The goods are in the car, and what was due is paid."""
    site = site_of(request)
    found = booking_of(site, booking)
    try:
        serve_car.serve(
            booking_reference=found.reference,
            site_reference=site.reference,
            key=key_of(request),
            taken_as=how_taken(request, loads_of([found])[found.reference].due_won),
            now=timezone.now(),
        )
    except REFUSALS as refusal:
        messages.error(request, as_dict(refusal)["message"])
    else:
        messages.success(request, _("%(plate)s 전달했습니다.") % {"plate": found.plate})
    return redirect("lane_home")


@needs(Role.FARMER)
@require_POST
def leave(request: HttpRequest, booking: str) -> HttpResponse:
    """The called car did not come; it may still come later and queues anew."""
    site = site_of(request)
    found = booking_of(site, booking)
    try:
        queue.leave(booking_reference=found.reference, now=timezone.now())
    except REFUSALS as refusal:
        messages.error(request, as_dict(refusal)["message"])
    else:
        tell(site, found.reference)
        said = _("%(plate)s 차를 '안 옴'으로 두었습니다. 나중에 오면 다시 도착을 눌러 주세요.")
        messages.warning(request, said % {"plate": found.plate})
    return redirect("lane_home")
