"""After the order: where each part is, cancelling, and coming to the gate."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from commerce.catalogue.models import Way
from commerce.orders.models import Fulfilment, FulfilmentStatus, Order, OrderStatus
from commerce.orders.substitutes import open_offers
from commerce.parcels.models import Parcel
from commerce.parcels.queries import parcels_of
from commerce.payments.models import (
    ACTIVE_PAYMENTS,
    HELD,
    Payment,
    PaymentMethod,
    PaymentStatus,
)
from commerce.payments.queries import order_with_payments, orders_with_payments
from commerce.receipts.actions import paid_in_cash
from commerce.returns.models import ReturnRequest
from commerce.returns.queries import returns_of
from drivethrough.queue import actions as queue
from drivethrough.queue.queries import arrival_position
from drivethrough.queue.turns import call_at
from drivethrough.rebooking.models import Displacement
from drivethrough.rebooking.queries import open_ones
from drivethrough.slots.models import SlotStatus
from drivethrough.slots.queries import booking as booking_by_reference
from logistics.consignments.models import Consignment
from logistics.consignments.queries import by_owner
from storefront.accounts import guests
from storefront.accounts.access import public, signed_in_or_guest
from storefront.accounts.customers import shopper
from storefront.journeys import cancel_order as cancelling
from storefront.journeys.substitute import PAGE as SUBSTITUTE
from storefront.live import channels
from storefront.live.publish import changed
from storefront.notices.links import token_of
from storefront.refusals import REFUSALS, NotFound, as_dict
from storefront.shop.card_form import card_entry, card_page
from storefront.shop.paying import still_to_do
from storefront.shop.timeline import timeline_of
from storefront.templatetags.qr import qr_svg

# What the shopper sees happen to a part, in order.
STEPS = (
    FulfilmentStatus.CONFIRMED,
    FulfilmentStatus.READY,
    FulfilmentStatus.OUT,
    FulfilmentStatus.HANDED_OVER,
)

EARLY = (FulfilmentStatus.PLACED, FulfilmentStatus.CONFIRMED)

# While these, the van is still to come.
EXPECTED = (FulfilmentStatus.CONFIRMED, FulfilmentStatus.READY, FulfilmentStatus.OUT)


def own_order(request: HttpRequest, reference: str) -> Order:
    """The signed-in shopper's own order; anybody else's is NOT_FOUND."""
    customer = shopper(request)
    found = order_with_payments(reference)
    if found is None or found.customer_id != customer.pk:
        raise NotFound("order")
    return found


@signed_in_or_guest
@require_safe
def orders(request: HttpRequest) -> HttpResponse:
    mine = orders_with_payments(shopper(request))[:50]
    return render(request, "shop/orders.html", {"orders": mine})


@signed_in_or_guest
@require_safe
@never_cache  # it may hold what lets a browser go on paying
@card_page
def order(request: HttpRequest, reference: str) -> HttpResponse:
    found = own_order(request, reference)
    facts = _order_facts(found) | {
        "paying": still_to_do(found),
        "pay_until": cancelling.paid_until(found),
        "card": card_entry(),
        "guest_code": _guest_code(request),
    }
    return render(request, "shop/order.html", facts)


def _guest_code(request: HttpRequest) -> str:
    """What opens the order again, for who has no account; "" for anybody else."""
    guest = guests.reference_of(request)
    return guests.code_of(guest) if guest else ""


@signed_in_or_guest
@require_safe
def live_part(request: HttpRequest, reference: str) -> HttpResponse:
    """The parts alone, for a page that is open already."""
    return render(request, "shop/order_parts.html", _order_facts(own_order(request, reference)))


def _order_facts(order: Order) -> dict[str, Any]:
    paid = [p for p in order.payments.all() if p.status == PaymentStatus.PAID]
    asking = any(p.status == PaymentStatus.CHARGING for p in order.payments.all())
    declined = [p for p in order.payments.all() if p.status == PaymentStatus.DECLINED]
    awaited = next((p for p in order.payments.all() if p.pay_until and p.status == "open"), None)
    lines = [line for f in order.fulfilments.all() for line in f.lines.all()]
    returns = returns_of(order)
    parcels = parcels_of(f.reference for f in order.fulfilments.all() if f.way == Way.PARCEL)
    voucher_won = sum(p.amount_won for p in _standing(order, PaymentMethod.VOUCHER))
    return {
        "order": order,
        "parts": _parts(order, returns, parcels),
        "happenings": timeline_of(order, returns, parcels),
        "paid_won": sum(p.amount_won for p in paid),
        "refunded_won": sum(p.refunded_won for p in paid),
        "held": next((p for p in order.payments.all() if p.status in HELD), None),
        "voucher_won": voucher_won,
        "pay_won": order.total_won - voucher_won,
        "due_on_site_won": sum(
            p.amount_won
            for p in _standing(order, PaymentMethod.ON_SITE)
            if p.status == PaymentStatus.OPEN
        ),
        "on_site": any(p.method == PaymentMethod.ON_SITE for p in order.payments.all()),
        "in_cash": paid_in_cash(order),
        "asking": asking,
        "declined": declined[-1] if declined and order.status == OrderStatus.PLACED else None,
        "to_pay": order.status == OrderStatus.PLACED and not asking and awaited is None,
        "awaited": awaited,
        "transfer_account": settings.TRANSFER_ACCOUNT,
        "may_cancel": _may_cancel(order),
        "goods_again": any(line.variant_id for line in lines),
        "offers": [(offer, token_of(offer.reference, SUBSTITUTE)) for offer in open_offers(order)],
    }


def _standing(order: Order, method: PaymentMethod) -> list[Payment]:
    """Of this method, and under way or paid."""
    return [p for p in order.payments.all() if p.method == method and p.status in ACTIVE_PAYMENTS]


def _may_cancel(order: Order) -> bool:
    under_way = order.status in (OrderStatus.PLACED, OrderStatus.CONFIRMED)
    return under_way and all(f.status in EARLY for f in order.fulfilments.all())


def _parts(
    order: Order,
    returns: Mapping[int, Sequence[ReturnRequest]],
    parcels: Mapping[str, Parcel],
) -> list[dict[str, Any]]:
    parts = list(order.fulfilments.all())
    on_the_way = [f.reference for f in parts if f.status in EXPECTED]
    moves = by_owner(on_the_way)
    displaced = open_ones([f.booking_reference for f in parts])
    return [
        _part_facts(f)
        | {
            "expected_at": _expected_at(moves.get(f.reference)),
            "instead": _instead(displaced.get(f.booking_reference)),
            "returns": returns.get(f.pk, []),
            "parcel": parcels.get(f.reference),
        }
        for f in parts
    ]


def _instead(displaced: Displacement | None) -> str:
    """Where to choose another slot; "" where nothing was called off."""
    if displaced is None:
        return ""
    return reverse("choose_instead", args=[token_of(displaced.reference, "choose_instead")])


def _expected_at(moves: list[Consignment] | None) -> datetime | None:
    """When the van was promised at the door; None before its route is planned."""
    return moves[-1].promised_at if moves else None


def _part_facts(fulfilment: Fulfilment) -> dict[str, Any]:
    steps = _steps(fulfilment)
    reached = steps.index(fulfilment.status) if fulfilment.status in steps else -1
    return {
        "fulfilment": fulfilment,
        "steps": [(step, n <= reached, n == reached) for n, step in enumerate(steps)],
        "at_gate": bool(fulfilment.booking_reference),
        "may_change": bool(fulfilment.booking_reference) and fulfilment.status in EARLY,
        # A bay is given up on its ticket's page.
        "may_cancel": fulfilment.status == FulfilmentStatus.CONFIRMED
        and not fulfilment.ticket_reference,
        "books": any(line.bundle_reference for line in fulfilment.lines.all()),
    }


def _steps(fulfilment: Fulfilment) -> list[str]:
    if fulfilment.ticket_reference:
        return [FulfilmentStatus.CONFIRMED, FulfilmentStatus.HANDED_OVER]
    return [
        step for step in STEPS if step != FulfilmentStatus.OUT or not fulfilment.booking_reference
    ]


@signed_in_or_guest
@require_POST
def cancel(request: HttpRequest, reference: str) -> HttpResponse:
    found = own_order(request, reference)
    try:
        cancelling.cancel_order(order=found, reason=cancelling.SHOPPER, now=timezone.now())
    except REFUSALS as refusal:
        messages.error(request, as_dict(refusal)["message"])
    else:
        messages.success(request, _("주문을 취소했습니다. 결제한 금액은 돌려드립니다."))
    return redirect("order", reference)


@public
@require_http_methods(["GET", "HEAD", "POST"])
def arrive(request: HttpRequest, booking: str) -> HttpResponse:
    """The page behind the QR code: "I am here", then how many cars are before me.

    Who holds the reference may say that the car has come; the page names nobody.
    """
    found = booking_by_reference(booking)
    if request.method == "POST":
        _say_arrived(request, found.reference, timezone.now())
        return redirect("arrive", found.reference)
    context = {
        "booking": found,
        "position": arrival_position(found.reference),
        "call_at": call_at(found.reference),
        "called_off": found.slot.status == SlotStatus.CANCELLED,
        "qr": qr_svg(request.build_absolute_uri(reverse("arrive", args=[found.reference]))),
        "key": str(uuid4()),
    }
    template = "shop/arrive_part.html" if request.htmx else "shop/arrive.html"  # type: ignore[attr-defined]
    return render(request, template, context)


def _say_arrived(request: HttpRequest, booking_reference: str, now: datetime) -> None:
    key = request.POST.get("key", "")[:64] or booking_reference
    try:
        arrival = queue.arrive(key=key, booking_reference=booking_reference, now=now)
    except REFUSALS as refusal:
        messages.error(request, as_dict(refusal)["message"])
        return
    for channel in channels.at_site(arrival.site.reference):
        changed(channel)
    changed(channels.booking(booking_reference))
