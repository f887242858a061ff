"""Drive-in screenings: what is coming, a bay for a car, its ticket."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from drivethrough.screenings import actions, queries
from drivethrough.screenings.errors import TicketUnknown
from drivethrough.screenings.models import Screening, ScreeningStatus, Ticket
from storefront.accounts.access import public, signed_in
from storefront.accounts.customers import shopper
from storefront.refusals import REFUSALS, BadInput, as_dict, status_of
from storefront.templatetags.qr import qr_svg
from storefront.typed import number_of

LONGEST_KEY = 64


@public
@require_safe
def screenings(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    user = request.user
    context = {
        "coming": queries.coming(now),
        "tickets": queries.tickets_of(user.reference, now) if user.is_authenticated else [],
        "now": now,
    }
    return render(request, "shop/screenings.html", context)


@public
@require_safe
def screening(request: HttpRequest, reference: str) -> HttpResponse:
    """The plan of the bays; ``bay``: the one that was pressed, then asked a plate for."""
    found = queries.screening(reference)
    chosen = 0
    if "bay" in request.GET:
        chosen = number_of(request.GET, "bay", range(1, found.bays + 1))
    return _page(request, found, chosen=chosen)


def _page(
    request: HttpRequest, screening: Screening, *, chosen: int, status: int = 200, **said: Any
) -> HttpResponse:
    rows = queries.rows_of_bays(screening)
    free = {bay.number for row in rows for bay in row if not bay.taken}
    now = timezone.now()
    context = {
        "screening": screening,
        "rows": rows,
        "left": len(free),
        "on_sale": screening.status == ScreeningStatus.OPEN and now < screening.cut_off_at,
        "chosen": chosen if chosen in free else 0,
        "key": str(uuid4()),
        **said,
    }
    return render(request, "shop/screening.html", context, status=status)


@signed_in
@require_POST
def buy(request: HttpRequest, reference: str) -> HttpResponse:
    found = queries.screening(reference)
    bay = number_of(request.POST, "bay", range(1, found.bays + 1))
    try:
        ticket = actions.buy(
            screening_reference=reference,
            bay=bay,
            owner_reference=shopper(request).user_reference,
            plate=request.POST.get("plate", ""),
            phone_last4=request.POST.get("phone_last4", ""),
            key=_key(request),
            now=timezone.now(),
        )
    except REFUSALS as caught:
        refusal = as_dict(caught)
        said = {"refusal": refusal, "typed": request.POST}
        return _page(request, found, chosen=bay, status=status_of(refusal["code"]), **said)
    return redirect("ticket", ticket.reference)


def _key(request: HttpRequest) -> str:
    key = request.POST.get("key", "")
    if not 0 < len(key) <= LONGEST_KEY:
        raise BadInput("key")
    return key


def _own(request: HttpRequest, reference: str) -> Ticket:
    found = queries.ticket(reference)
    if found.owner_reference != shopper(request).user_reference:
        raise TicketUnknown("ticket")
    return found


@signed_in
@require_safe
def ticket(request: HttpRequest, reference: str) -> HttpResponse:
    """Its code opens the ticket on the gate's tablet, and on nothing else."""
    found = _own(request, reference)
    at_the_gate = reverse("lane_ticket", args=[found.reference])
    context = {
        "ticket": found,
        "qr": qr_svg(request.build_absolute_uri(at_the_gate)),
        "can_cancel": timezone.now() < found.screening.cut_off_at,
    }
    return render(request, "shop/ticket.html", context)


@signed_in
@require_POST
def cancel(request: HttpRequest, reference: str) -> HttpResponse:
    found = _own(request, reference)
    try:
        actions.cancel(
            ticket_reference=found.reference,
            owner_reference=found.owner_reference,
            now=timezone.now(),
        )
    except REFUSALS as refusal:
        messages.error(request, as_dict(refusal)["message"])
    else:
        messages.success(request, _("표를 취소했어요. 낼 돈은 없습니다."))
    return redirect("ticket", found.reference)
