"""A ticket for a drive-in screening: its code, giving it up, and what instead when it is off."""

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from commerce.orders.models import Fulfilment
from drivethrough.screenings import instead, queries
from drivethrough.screenings.errors import TicketChoiceOver, TicketUnknown
from drivethrough.screenings.models import Ticket
from storefront.accounts.access import signed_in
from storefront.accounts.customers import shopper
from storefront.journeys import call_off_screening
from storefront.journeys.book_bay import gate_won
from storefront.journeys.cancel_ticket import cancel_ticket
from storefront.shop.trying import tried
from storefront.templatetags.qr import qr_svg


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
    now = timezone.now()
    may_choose = instead.may_choose(found, now)
    part = Fulfilment.objects.select_related("order").filter(ticket_reference=reference).first()
    context = {
        "ticket": found,
        "part": part,
        "gate_won": gate_won([found])[found.reference],
        "qr": qr_svg(request.build_absolute_uri(reverse("lane_ticket", args=[found.reference]))),
        "can_cancel": now < found.screening.cut_off_at,
        "may_choose": may_choose,
        "swaps": queries.swaps_for(found, now) if may_choose else [],
    }
    return render(request, "shop/ticket.html", context)


@signed_in
@require_POST
def cancel(request: HttpRequest, reference: str) -> HttpResponse:
    found = _own(request, reference)
    give_up = partial(
        cancel_ticket,
        ticket_reference=found.reference,
        owner_reference=found.owner_reference,
        now=timezone.now(),
    )
    tried(request, give_up, _("표를 취소했어요. 내신 돈이 있으면 모두 돌려드립니다."))
    return redirect("ticket", found.reference)


@signed_in
@require_POST
def swap(request: HttpRequest, reference: str) -> HttpResponse:
    """``screening``: the other one."""
    found = _own(request, reference)
    now = timezone.now()
    choose = partial(
        call_off_screening.choose_other,
        ticket_reference=found.reference,
        screening_reference=request.POST.get("screening", ""),
        now=now,
    )
    if not tried(request, choose, _("다른 상영의 표로 바꾸었어요.")):
        return redirect("ticket", found.reference)
    return redirect("ticket", choose().reference)


@signed_in
@require_POST
def money_back(request: HttpRequest, reference: str) -> HttpResponse:
    found = _own(request, reference)
    give_back = partial(_give_back, found)
    tried(request, give_back, _("내신 돈이 있으면 모두 돌려드립니다."))
    return redirect("ticket", found.reference)


def _give_back(ticket: Ticket) -> None:
    now = timezone.now()
    if not instead.may_choose(ticket, now):
        raise TicketChoiceOver("ticket")
    call_off_screening.give_money_back(ticket_reference=ticket.reference, now=now)
