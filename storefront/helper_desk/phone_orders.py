"""An order taken on the telephone for somebody who cannot order: goods, then the door, then when.

One page; ``do`` says which button: ``add:<variant>``, ``take_out:<line>``, ``caller``, ``place`` or
``start_over``. What was taken down so far is kept with the helper's session.
"""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from commerce.basket import actions as baskets
from commerce.basket.models import Basket
from commerce.basket.queries import guest_basket, line_of
from commerce.catalogue.models import Variant, Way
from commerce.catalogue.queries import for_sale
from commerce.customers import actions as customers
from commerce.customers.models import Address, Customer
from commerce.merchants.models import Market
from commerce.orders.models import WhenShort
from commerce.orders.queries import order as order_by_reference
from commerce.payments.models import IN_CASH, PaymentMethod
from commerce.payments.transfers import is_offered
from storefront.accounts import guests
from storefront.accounts.access import needs
from storefront.accounts.models import Role
from storefront.helper_desk.desk import desk, market_of
from storefront.journeys.add_door import add_door
from storefront.journeys.place_order import Checkout, place_order
from storefront.journeys.plan_checkout import CheckoutPlan, plan_checkout
from storefront.refusals import REFUSALS, BadInput, NotFound, as_dict, status_of
from storefront.typed import one_of, whole_number

SESSION_KEY = "phone_order"  # {"basket", "customer", "address"}: references, as far as known
TAKEN_KEY = "phone_order_taken"
SHOWN = 12
KEPT = ("contact_name", "contact_phone", "place", "street", "detail", "postcode", "door_note")


@needs(Role.HELPER)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def phone_order(request: HttpRequest) -> HttpResponse:
    own = market_of(request)
    now = timezone.now()
    if request.method != "POST":
        return _page(request, own, now)
    try:
        return _do(request, own, now)
    except REFUSALS as caught:
        refusal = as_dict(caught)
        status = status_of(refusal["code"])
        return _page(request, own, now, status=status, refusal=refusal)


def _do(request: HttpRequest, own: Market, now: datetime) -> HttpResponse:
    verb, _colon, subject = request.POST.get("do", "").partition(":")
    if verb == "place":
        return _place(request, now)
    if verb == "add":
        _add(request, own, subject, now)
    elif verb == "take_out":
        baskets.remove(line=line_of(basket=_basket(request), reference=subject))
    elif verb == "caller":
        _caller(request, now)
    elif verb == "start_over":
        request.session.pop(SESSION_KEY, None)
    else:
        raise BadInput("do")
    return redirect("helper_phone_order")


def _taken_down(request: HttpRequest) -> dict[str, str]:
    return dict(request.session.get(SESSION_KEY, {}))


def _remember(request: HttpRequest, **references: str) -> None:
    request.session[SESSION_KEY] = _taken_down(request) | references


def _basket(request: HttpRequest) -> Basket:
    """Raises NOT_FOUND before anything was put in, and once it was ordered."""
    found = guest_basket(_taken_down(request).get("basket", ""))
    if found is None:
        raise NotFound("basket")
    return found


def _add(request: HttpRequest, own: Market, variant_reference: str, now: datetime) -> None:
    variant = _goods(own).filter(reference=variant_reference).first()
    if variant is None:
        raise NotFound("variant")
    basket = guest_basket(_taken_down(request).get("basket", ""))
    if basket is None:
        basket = baskets.open_basket(customer=None, now=now)
        _remember(request, basket=basket.reference)
    baskets.add_goods(
        basket=basket,
        variant=variant,
        quantity=whole_number(request.POST, "quantity"),
        way=_way(request),
    )


def _way(request: HttpRequest) -> Way:
    """Nobody on the telephone keeps a slot at a drive-through."""
    way = one_of(request.POST, "way", Way) if "way" in request.POST else Way.DELIVERY
    if way not in (Way.DELIVERY, Way.PARCEL):
        raise BadInput("way")
    return way


def _goods(own: Market) -> Any:
    """What the market's stalls bring home or send."""
    return (
        for_sale()
        .select_related("product__merchant", "stock")
        .filter(product__merchant__market=own, product__ways__overlap=[Way.DELIVERY, Way.PARCEL])
        .order_by("product__name", "product__merchant__name", "position")
    )


@transaction.atomic
def _caller(request: HttpRequest, now: datetime) -> None:
    """Who rings and where it goes; said again, it replaces what was said."""
    form = request.POST
    customer = _customer(request) or customers.customer_for(
        user_reference=guests.new_reference(), now=now
    )
    customers.rename(
        customer=customer,
        full_name=form.get("contact_name", ""),
        phone=form.get("contact_phone", ""),
    )
    address = add_door(
        customer=customer,
        place=form.get("place", ""),
        street=form.get("street", ""),
        detail=form.get("detail", ""),
        postcode=form.get("postcode", ""),
        door_note=form.get("door_note", ""),
        is_default=True,
    )
    _remember(request, customer=customer.reference, address=address.reference)


def _customer(request: HttpRequest) -> Customer | None:
    return Customer.objects.filter(reference=_taken_down(request).get("customer", "")).first()


def _address(request: HttpRequest) -> Address | None:
    return Address.objects.filter(
        reference=_taken_down(request).get("address", ""), customer=_customer(request)
    ).first()


def _place(request: HttpRequest, now: datetime) -> HttpResponse:
    """Paid where it is handed over, or by transfer: a card's number is not to be said on the
    telephone."""
    basket, customer, address = _basket(request), _customer(request), _address(request)
    if customer is None or address is None:
        raise BadInput("contact_name")
    asked = Checkout(
        basket_reference=basket.reference,
        address_reference=address.reference,
        contact_name=customer.full_name,
        contact_phone=customer.phone,
        windows={
            name.removeprefix("window:"): str(value)
            for name, value in request.POST.items()
            if name.startswith("window:")
        },
        plate="",
        method=_method(request),
        when_short=one_of(request.POST, "when_short", WhenShort),
    )
    with transaction.atomic():  # a refusal leaves the basket as it was
        baskets.claim(basket=basket, customer=customer)
        placed = place_order(checkout=asked, customer=customer, key=_key(request), now=now)
    del request.session[SESSION_KEY]
    request.session[TAKEN_KEY] = placed.order.reference
    return redirect("helper_phone_order_taken")


def _method(request: HttpRequest) -> PaymentMethod:
    method = one_of(request.POST, "method", PaymentMethod)
    if method not in IN_CASH:
        raise BadInput("method")
    return method


def _key(request: HttpRequest) -> str:
    try:
        return str(UUID(request.POST.get("key", "")))
    except ValueError:
        raise BadInput("key") from None


def _page(
    request: HttpRequest, own: Market, now: datetime, *, status: int = 200, **said: Any
) -> HttpResponse:
    words = request.GET.get("q", "").strip()[:40]
    goods = _goods(own).filter(product__name__icontains=words) if words else _goods(own)
    basket = guest_basket(_taken_down(request).get("basket", ""))
    customer, address = _customer(request), _address(request)
    context = desk(
        own,
        q=words,
        goods=list[Variant](goods[:SHOWN]),
        plan=_plan(basket, address, now),
        customer=customer,
        address=address,
        key=str(uuid4()),
        transfer_offered=is_offered(),
        typed={name: request.POST.get(name, "") for name in KEPT},
        **said,
    )
    return render(request, "helper_desk/phone_order.html", context, status=status)


def _plan(basket: Basket | None, address: Address | None, now: datetime) -> CheckoutPlan | None:
    if basket is None or not basket.lines.exists():
        return None
    try:
        return plan_checkout(basket=basket, address=address, now=now)
    except REFUSALS:  # nobody drives to that door: the page says that no time is left
        return plan_checkout(basket=basket, address=address, by_van=False, now=now)


@needs(Role.HELPER)
@never_cache
@require_safe
def taken(request: HttpRequest) -> HttpResponse:
    """What to tell the caller: when, how much, and with which code to find it again."""
    own = market_of(request)
    order = order_by_reference(request.session.get(TAKEN_KEY, ""))
    if order is None:
        return redirect("helper_phone_order")
    awaited = order.payments.exclude(pay_until=None).first()
    context = desk(
        own,
        order=order,
        code=guests.code_of(order.customer.user_reference),
        awaited=awaited,
        account=settings.TRANSFER_ACCOUNT,
    )
    return render(request, "helper_desk/phone_order_taken.html", context)
