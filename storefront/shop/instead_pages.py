"""What to have instead of a slot that was called off, and another time of one's own choice."""

from datetime import date, datetime
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commerce.business_days import business_date
from commerce.merchants.queries import openings
from commerce.orders.models import Fulfilment
from drivethrough.slots.fitting import fitting_slots
from drivethrough.slots.loads import Load
from drivethrough.slots.queries import booking as booking_by_reference
from storefront.accounts.access import public, signed_in_or_guest
from storefront.journeys import change_slot as changing
from storefront.journeys import choose_instead as choosing
from storefront.journeys.closing_times import products_in
from storefront.notices.links import reference_in
from storefront.refusals import REFUSALS, BadInput, NotFound, as_dict, status_of
from storefront.shop.order_pages import own_order

LONGEST_KEY = 64
TIMES_SHOWN = 60


@public
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind the link of the message: it opens without signing in, and names nobody."""
    reference = reference_in(token, "choose_instead")
    now = timezone.now()
    refusal = None
    if request.method == "POST":
        try:
            _choose(reference, request, now)
        except REFUSALS as caught:
            refusal = as_dict(caught)
        else:
            messages.success(request, _("고르신 대로 바꾸었습니다."))
            return redirect("choose_instead", token)
    context = {
        "token": token,
        "choices": choosing.choices(reference=reference, now=now),
        "now": now,
        "key": str(uuid4()),
        "refusal": refusal,
    }
    status = status_of(refusal["code"]) if refusal else 200
    return render(request, "shop/instead.html", context, status=status)


def _choose(reference: str, request: HttpRequest, now: datetime) -> None:
    """``do``: ``slot:<slot>``, ``home:<window>`` or ``refund``. BAD_INPUT."""
    verb, _colon, subject = request.POST.get("do", "").partition(":")
    key = request.POST.get("key", "")
    if not 0 < len(key) <= LONGEST_KEY:
        raise BadInput("key")
    if verb == "slot":
        choosing.choose_slot(reference=reference, slot_reference=subject, key=key, now=now)
    elif verb == "home":
        choosing.choose_home(reference=reference, window_reference=subject, key=key, now=now)
    elif verb == "refund":
        choosing.choose_refund(reference=reference, key=key, now=now)
    else:
        raise BadInput("do")


@signed_in_or_guest
@require_http_methods(["GET", "HEAD", "POST"])
def change_slot(request: HttpRequest, reference: str, part: str) -> HttpResponse:
    """Another time at the same site, until the booked one's cut-off."""
    order = own_order(request, reference)
    found = next((f for f in order.fulfilments.all() if f.reference == part), None)
    if found is None or not found.booking_reference:
        raise NotFound("part")
    now = timezone.now()
    refusal = None
    if request.method == "POST":
        try:
            slot = request.POST.get("slot", "")
            changing.change_slot(fulfilment=found, slot_reference=slot, now=now)
        except REFUSALS as caught:
            refusal = as_dict(caught)
        else:
            messages.success(request, _("받으실 시간을 바꾸었습니다."))
            return redirect("order", reference)
    context = {"order": order, "part": found, "refusal": refusal, **_times(found, now)}
    status = status_of(refusal["code"]) if refusal else 200
    return render(request, "shop/change_slot.html", context, status=status)


def _times(part: Fulfilment, now: datetime) -> dict[str, object]:
    booking = booking_by_reference(part.booking_reference)
    free = fitting_slots(booking.site.reference, Load.of(booking), now, booking)
    sellers = {line.merchant_reference for line in part.lines.all() if line.merchant_reference}
    there = openings(sellers, business_date(now)).values()
    cut_offs = [product.own_cut_off for product in products_in(part) if product.own_cut_off]

    def can_be(on: date) -> bool:
        return all(one.is_open(on) for one in there) and all(c.takes(on, now) for c in cut_offs)

    slots = [
        slot
        for slot in free
        if slot.pk != booking.slot_id and can_be(business_date(slot.starts_at))
    ]
    return {
        "booking": booking,
        "slots": slots[:TIMES_SHOWN],
        "fixed": booking.slot.cut_off_at <= now,
    }
