"""Somebody without a sign-in asks to be forgotten, by telephone or letter: found by an order of
theirs. A member's order leads to the page of that member's data."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from commerce.orders.models import Order
from commerce.phone import to_e164
from storefront.accounts import guests
from storefront.accounts.access import needs
from storefront.accounts.models import Erasure, Role
from storefront.journeys.erase_person import erase_guest
from storefront.operator_desk.desk import desk
from storefront.refusals import REFUSALS, BadInput, NotFound, as_dict, status_of
from storefront.typed import tick

SHOWN = 50


@needs(Role.OPERATOR)
@require_safe
def erasures(request: HttpRequest) -> HttpResponse:
    """``?order=`` is the number that whoever asks has in hand."""
    reference = request.GET.get("order", "").strip().upper()[:32]
    order = _order(reference) if reference else None
    return _page(request, order, {"asked": reference})


@needs(Role.OPERATOR)
@require_POST
def erase_person(request: HttpRequest, reference: str) -> HttpResponse:
    """The guest who ordered this. The telephone number of the order, as they say it, shows that it
    is them."""
    order = _order(reference)
    if order is None:
        raise NotFound("order")
    try:
        _erase(request, order)
    except REFUSALS as caught:
        return _page(request, order, {"asked": order.reference, "refusal": as_dict(caught)})
    messages.success(request, _("개인정보를 지웠습니다."))
    return redirect("operator_erasures")


def _order(reference: str) -> Order | None:
    """None also for who was forgotten already."""
    orders = Order.objects.select_related("customer").exclude(
        customer__user_reference__in=Erasure.objects.values("user_reference")
    )
    return orders.filter(reference=reference).first()


def _erase(request: HttpRequest, order: Order) -> None:
    """BAD_INPUT, PHONE_FORMAT, GUEST_UNKNOWN, and what the erasure itself refuses."""
    if not tick(request.POST, "sure"):
        raise BadInput("sure")
    if to_e164(request.POST.get("phone", "")) != order.contact_phone:
        raise guests.GuestUnknown("phone")
    erase_guest(reference=order.customer.user_reference, now=timezone.now())


def _page(request: HttpRequest, order: Order | None, facts: dict[str, object]) -> HttpResponse:
    refusal = facts.get("refusal")
    context = desk(
        order=order,
        is_guest=order is not None and order.customer.user_reference.startswith(guests.PREFIX),
        erasures=Erasure.objects.all()[:SHOWN],
        **facts,
    )
    status = status_of(refusal["code"]) if isinstance(refusal, dict) else 200
    return render(request, "operator_desk/erasures.html", context, status=status)
