"""One page, one form, one payment. Every button submits the whole form, so nothing typed is lost.

``do`` says which button: ``hold:<part>`` keeps a slot, ``extend:<booking>`` keeps it longer,
``voucher`` counts what vouchers pay, ``place`` orders. A voucher's code that was typed is looked at
before anything is ordered.
"""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from commerce import phone
from commerce.basket import actions as baskets
from commerce.basket.models import Basket
from commerce.catalogue.models import Product, Way
from commerce.customers import actions as customers
from commerce.customers.models import Address, Customer
from commerce.orders.models import WhenShort
from commerce.payments.gateway import NeedsAction
from commerce.payments.models import PaymentMethod
from commerce.stock import holding
from commerce.stock.queries import live_hold
from commerce.text import line as one_line
from drivethrough.slots import actions as slots
from logistics.network.queries import depot_for
from logistics.network.queries import localities as find_localities
from storefront.accounts import guests
from storefront.accounts.access import signed_in_or_guest
from storefront.accounts.customers import shopper
from storefront.journeys.add_door import add_door
from storefront.journeys.confirm_payment import charge_and_confirm
from storefront.journeys.keep_goods import keep_goods
from storefront.journeys.part_loads import hold_slot
from storefront.journeys.place_order import Checkout, place_order
from storefront.journeys.plan_checkout import CheckoutPlan, OutOfArea, plan_checkout
from storefront.journeys.plan_vouchers import plan_vouchers
from storefront.refusals import REFUSALS, BadInput, as_dict
from storefront.shop.basket_of import existing_basket
from storefront.shop.card_form import (
    card_entry,
    card_page,
    card_to_keep,
    card_token,
    picks_card_in_window,
    setup_entry,
)
from storefront.shop.notices_before import notices_before
from storefront.shop.voucher_form import Chosen, newly_typed, vouchers_of
from storefront.typed import one_of, whole_number

METHODS = (PaymentMethod.CARD, PaymentMethod.ON_SITE)
# Kept when the page is shown again. A card's number never is.
KEPT = (
    "contact_name",
    "contact_phone",
    "contact_email",
    "plate",
    "method",
    "address",
    "when_short",
)


@signed_in_or_guest
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache  # it may hold what lets a browser go on at the bank
@card_page
def checkout(request: HttpRequest) -> HttpResponse:
    basket = existing_basket(request)
    if basket is None or not basket.lines.exists():
        return redirect("basket")
    customer = shopper(request)
    now = timezone.now()
    if request.method != "POST":
        return _show(request, basket, customer, now)
    try:
        return _do(request, basket, customer, now)
    except REFUSALS as refusal:
        return _show(request, basket, customer, now, refusal)


def _do(request: HttpRequest, basket: Basket, customer: Customer, now: datetime) -> HttpResponse:
    verb, _colon, subject = request.POST.get("do", "").partition(":")
    if verb == "hold":
        hold_slot(
            basket=basket,
            slot_reference=request.POST.get(f"slot:{subject}", ""),
            key=_key(request, "press"),
            now=now,
        )
        return _show(request, basket, customer, now)
    if verb == "extend":
        slots.extend(booking_reference=subject, owner_reference=basket.reference, now=now)
        return _show(request, basket, customer, now)
    if verb in ("keep", "longer"):
        keep_goods(basket=basket, now=now)
    if verb == "longer":
        holding.extend(owner_reference=basket.reference, now=now)
    if verb in ("keep", "longer"):
        return _show(request, basket, customer, now)
    if verb not in ("refresh", "voucher", "place"):
        raise BadInput("do")
    if code := newly_typed(request):
        taken = vouchers_of(request, customer, now, new=code)
        return _show(request, basket, customer, now, vouchers=taken)
    if verb != "place":
        return _show(request, basket, customer, now)
    return _place(request, basket, customer, now)


def _place(request: HttpRequest, basket: Basket, customer: Customer, now: datetime) -> HttpResponse:
    asked = _asked(request, basket, customer, now)
    if isinstance(asked, NeedsAction):
        return _show(request, basket, customer, now, needed=asked)
    guest = guests.reference_of(request)
    email = guests.email_typed(request.POST.get("contact_email", ""), field="contact_email")
    customers.rename(
        customer=customer, full_name=asked.contact_name, phone=phone.shown(asked.contact_phone)
    )
    with transaction.atomic():  # a refusal leaves the basket the visitor's
        baskets.claim(basket=basket, customer=customer)
        if guest:
            guests.remember_email(reference=guest, email=email, now=now)
        placed = place_order(checkout=asked, customer=customer, key=_key(request), now=now)
    if asked.method == PaymentMethod.CARD:
        for payment in placed.payments:
            charge_and_confirm(payment_reference=payment.reference, now=timezone.now())
    return redirect("order", placed.order.reference)


def _asked(
    request: HttpRequest, basket: Basket, customer: Customer, now: datetime
) -> Checkout | NeedsAction:
    """What was typed, checked one field after the other. A card that is kept for boxes may need a
    word with the bank first; then the same form is posted again."""
    form = request.POST
    method = form.get("method", "")
    address = _chosen_address(request, list(customer.addresses.all()))
    plan, _out_of_area = _plan(basket, address, now)
    vouchers = vouchers_of(request, customer, now).in_use
    costs = plan_vouchers(plan=plan, vouchers=vouchers).rest_won
    if not costs:
        method = PaymentMethod.CARD  # of which nothing is asked
    elif method not in METHODS:
        raise BadInput("method")
    contact_phone = phone.to_e164(form.get("contact_phone", ""), field="contact_phone")
    token = ""
    if plan.boxes and method == PaymentMethod.CARD:
        kept = card_to_keep(form, customer, now)
        if isinstance(kept, NeedsAction):
            return kept
        token = kept.token
    elif costs and method == PaymentMethod.CARD:
        token = card_token(form, now)
    return Checkout(
        basket_reference=basket.reference,
        address_reference=form.get("address", ""),
        contact_name=one_line("contact_name", form.get("contact_name", ""), longest=60),
        contact_phone=contact_phone,
        windows={
            name.removeprefix("window:"): str(value)
            for name, value in form.items()
            if name.startswith("window:")
        },
        plate=form.get("plate", ""),
        method=method,
        card_token=token,
        card_follows=picks_card_in_window() and not plan.boxes,
        card_kept=bool(plan.boxes),
        when_short=_when_short(form),
        vouchers=[voucher.reference for voucher in vouchers],
        voucher_won=whole_number(form, "voucher_won") if vouchers else 0,
        delivery_won=whole_number(form, "delivery_won") if "delivery_won" in form else None,
    )


def _when_short(form: QueryDict) -> WhenShort:
    """Not asked where nothing costs anything."""
    return one_of(form, "when_short", WhenShort) if "when_short" in form else WhenShort.REFUND


def _key(request: HttpRequest, name: str = "key") -> str:
    """``key`` is made when the page is first shown and kept, so an order is placed once;
    ``press`` is made at every showing, so a hold that lapsed can be taken anew."""
    try:
        return str(UUID(request.POST.get(name, "")))
    except ValueError:
        raise BadInput(name) from None


def _show(
    request: HttpRequest,
    basket: Basket,
    customer: Customer,
    now: datetime,
    refusal: Exception | None = None,
    vouchers: Chosen | None = None,
    needed: NeedsAction | None = None,
) -> HttpResponse:
    vouchers = vouchers or vouchers_of(request, customer, now)
    addresses = list(customer.addresses.all())
    chosen = _chosen_address(request, addresses)
    plan, out_of_area = _plan(basket, chosen, now)
    problem = refusal or out_of_area
    shown = as_dict(problem) if problem else None
    typed = {name: request.POST.get(name, "") for name in KEPT}
    known_phone = phone.shown(customer.phone) if customer.phone else ""
    guest = guests.reference_of(request)
    context: dict[str, Any] = {
        "plan": plan,
        "vouchers": vouchers,
        "paying": plan_vouchers(plan=plan, vouchers=vouchers.in_use),
        "addresses": addresses,
        "chosen_address": chosen,
        "key": _shown_key(request),
        "press": str(uuid4()),
        "refusal": shown,
        "typed": typed,
        "notices_before": notices_before(plan),
        "by_car": _by_van(plan, Way.DRIVE_THROUGH) if isinstance(problem, OutOfArea) else [],
        "by_parcel": _by_van(plan, Way.PARCEL) if isinstance(problem, OutOfArea) else [],
        "windows": {k: v for k, v in request.POST.items() if k.startswith("window:")},
        "contact_name": typed["contact_name"] or customer.full_name,
        "contact_phone": typed["contact_phone"] or known_phone,
        "guest": guest,
        "contact_email": typed["contact_email"] or (guests.email_of(guest) if guest else ""),
        "card": setup_entry(request, customer, refusal=refusal, needed=needed)
        if plan.boxes
        else card_entry(),
        "goods_hold": live_hold(basket.reference, now),
        "now": now,
    }
    return render(request, "shop/checkout.html", context, status=400 if refusal else 200)


def _by_van(plan: CheckoutPlan, way: Way) -> list[Product]:
    """What was to come home by van and can be had that way instead."""
    at_home = [
        line.product
        for part in plan.parts
        if part.at_home and part.box is None
        for line in part.lines
    ]
    return [p for p in at_home if p is not None and way in p.open_ways]


def _shown_key(request: HttpRequest) -> str:
    try:
        return _key(request)
    except BadInput:
        return str(uuid4())


def _chosen_address(request: HttpRequest, addresses: list[Address]) -> Address | None:
    wanted = request.POST.get("address") or request.GET.get("address", "")
    by_reference = {address.reference: address for address in addresses}
    return by_reference.get(wanted) or (addresses[0] if addresses else None)


def _plan(
    basket: Basket, address: Address | None, now: datetime
) -> tuple[CheckoutPlan, OutOfArea | None]:
    try:
        return plan_checkout(basket=basket, address=address, now=now), None
    except OutOfArea as refusal:
        return plan_checkout(basket=basket, address=address, by_van=False, now=now), refusal


@signed_in_or_guest
@require_http_methods(["GET", "HEAD", "POST"])
def address(request: HttpRequest) -> HttpResponse:
    """Add a door. The point comes from the named dong or ri."""
    back = request.POST.get("back") or request.GET.get("back", "")
    back = back if back in ("checkout", "account", "box", "books") else "checkout"
    if request.method != "POST":
        return render(request, "shop/address.html", {"typed": {}, "back": back})
    form = request.POST
    try:
        added = _add_address(shopper(request), form)
    except REFUSALS as refusal:
        context = {"typed": form, "refusal": as_dict(refusal), "back": back}
        return render(request, "shop/address.html", context, status=400)
    messages.success(request, _("주소를 저장했습니다."))
    if depot_for(added.lat, added.lon) is None:
        messages.warning(
            request,
            _("이 주소까지는 우리 차가 가지 않아요. 택배나 차에서 받기를 골라 주세요."),
        )
    if back != "checkout":
        return redirect({"box": "boxes", "books": "books"}.get(back, "account"))
    return redirect(f"{reverse('checkout')}?address={added.reference}")


def _add_address(customer: Customer, form: Any) -> Address:
    return add_door(
        customer=customer,
        place=form.get("place", ""),
        street=form.get("street", ""),
        detail=form.get("detail", ""),
        postcode=form.get("postcode", ""),
        label=form.get("label", ""),
        door_note=form.get("door_note", ""),
        is_default=form.get("is_default") == "on",
    )


@signed_in_or_guest
@require_safe
def localities(request: HttpRequest) -> JsonResponse:
    """Names for the address form as one types: ``[{"name": "수원시 팔달구 · 지동"}]``."""
    words = request.GET.get("place", "")[:40].replace("·", " ")
    found = find_localities(words, limit=10)
    return JsonResponse({"places": [f"{spot.city} · {spot.name}" for spot in found]})
