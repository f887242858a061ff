"""Cars that come without showing their code: by plate, or four digits of plate or phone."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from drivethrough.queue import actions as queue
from drivethrough.queue.actions import BookingAmbiguous
from drivethrough.queue.models import Arrival
from drivethrough.sites.models import Site
from storefront.accounts.access import needs
from storefront.accounts.models import Role
from storefront.lane_tablet.board import home_page
from storefront.lane_tablet.desk import booking_of, key_of, site_of, tell
from storefront.lane_tablet.loads import loads_of
from storefront.refusals import REFUSALS, NotFound, as_dict, status_of
from storefront.templatetags.words import clock, won


@needs(Role.FARMER)
@require_POST
def arrive(request: HttpRequest) -> HttpResponse:
    """Found: it queues. Several fit: the tablet asks which."""
    site = site_of(request)
    typed = request.POST.get("text", "")
    try:
        arrival = _arrive(request, site, typed, timezone.now())
    except BookingAmbiguous as several:
        choices = several.data["bookings"]
        return home_page(
            request, site, status=400, typed=typed, refusal=as_dict(several), choices=choices
        )
    except REFUSALS as caught:
        refusal = as_dict(caught)
        status = status_of(refusal["code"])
        return home_page(request, site, status=status, typed=typed, refusal=refusal)
    tell(site, arrival.booking.reference)
    messages.success(request, _greeting(arrival))
    return redirect("lane_home")


def _arrive(request: HttpRequest, site: Site, typed: str, now: datetime) -> Arrival:
    key = key_of(request)
    chosen = request.POST.get("booking", "")
    if chosen:
        booking = booking_of(site, chosen)
        return queue.arrive(key=key, booking_reference=booking.reference, now=now)
    arrival = queue.arrive_by_plate_or_phone(
        site_reference=site.reference, text=typed, key=key, now=now
    )
    if arrival.site_id != site.pk:  # somebody else's key
        raise NotFound("booking")
    return arrival


def _greeting(arrival: Arrival) -> str:
    booking = arrival.booking
    due_won = loads_of([booking])[booking.reference].due_won
    pay = _("받을 돈 %(won)s") % {"won": won(due_won)} if due_won else _("결제 완료")
    facts = {"plate": booking.plate, "time": clock(booking.slot.starts_at), "pay": pay}
    return _("%(plate)s 도착 · %(time)s 예약 · %(pay)s") % facts
