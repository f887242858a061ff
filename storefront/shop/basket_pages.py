"""The basket: what is in it, how each part will be handed over, what it costs."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from commerce.basket import actions as baskets
from commerce.basket.queries import line_of
from commerce.catalogue.models import Way
from commerce.catalogue.queries import variants_by_reference
from commerce.stock import holding
from commerce.stock.queries import live_hold
from drivethrough.screenings import actions as screenings
from storefront.accounts.access import public
from storefront.journeys.keep_goods import change_quantity, keep_goods
from storefront.journeys.part_loads import following
from storefront.journeys.plan_checkout import plan_checkout
from storefront.refusals import REFUSALS, BadInput, NotFound, as_dict
from storefront.shop.basket_of import basket_for_adding, existing_basket
from storefront.typed import one_of

LONGEST_NUMBER = 4


def whole_number(field: str, text: str) -> int:
    """A small number as people type it. Raises BAD_INPUT."""
    if not text.isascii() or not text.isdigit() or len(text) > LONGEST_NUMBER:
        raise BadInput(field)
    return int(text)


@public
@require_safe
def basket(request: HttpRequest) -> HttpResponse:
    found = existing_basket(request)
    if found is None or not found.lines.exists():
        return render(request, "shop/basket_empty.html")
    now = timezone.now()
    plan = plan_checkout(basket=found, address=None, now=now)
    context = {"plan": plan, "goods_hold": live_hold(found.reference, now)}
    return render(request, "shop/basket.html", context)


@public
@require_POST
def begin_checkout(request: HttpRequest) -> HttpResponse:
    return on_to_checkout(request)


def on_to_checkout(request: HttpRequest) -> HttpResponse:
    """With the goods kept meanwhile; what is not there any more is said first."""
    found = existing_basket(request)
    if found is None:
        return redirect("basket")
    try:
        keep_goods(basket=found, now=timezone.now())
    except REFUSALS as refusal:
        messages.error(request, as_dict(refusal)["message"])
        return redirect("basket")
    return redirect("checkout")


@public
@require_POST
def keep_longer(request: HttpRequest) -> HttpResponse:
    """Once."""
    found = existing_basket(request)
    kept = found and holding.extend(owner_reference=found.reference, now=timezone.now())
    if kept is None:
        messages.error(request, _("잡아 둔 시간이 지났어요. 다시 잡아 주세요."))
    return redirect("basket")


@public
@require_POST
def add(request: HttpRequest) -> HttpResponse:
    wanted = request.POST.get("variant", "")
    variant = variants_by_reference([wanted]).get(wanted)
    if variant is None:
        raise NotFound("variant")
    way = request.POST.get("way", "")
    if way not in Way.values:
        raise BadInput("way")
    try:
        quantity = whole_number("quantity", request.POST.get("quantity", ""))
        found = basket_for_adding(request)
        with following(found, now=timezone.now()):
            baskets.add_goods(basket=found, variant=variant, quantity=quantity, way=Way(way))
    except REFUSALS as refusal:
        messages.error(request, as_dict(refusal)["message"])
        return redirect("product", variant.product.reference)
    messages.success(request, _("장바구니에 담았습니다."))
    return redirect("basket")


@public
@require_POST
def change(request: HttpRequest, reference: str) -> HttpResponse:
    found = existing_basket(request)
    if found is None:
        raise NotFound("line")
    line = line_of(basket=found, reference=reference)
    try:
        quantity = whole_number("quantity", request.POST.get("quantity", ""))
        left = change_quantity(line=line, quantity=quantity, now=timezone.now())
        if left is None and line.ticket_reference:
            screenings.release(
                ticket_reference=line.ticket_reference,
                owner_reference=found.reference,
                now=timezone.now(),
            )
    except REFUSALS as refusal:
        messages.error(request, as_dict(refusal)["message"])
    return redirect("basket")


@public
@require_POST
def change_line_way(request: HttpRequest, reference: str) -> HttpResponse:
    """One thing another way; a slot that is held follows, or nothing changes."""
    found = existing_basket(request)
    if found is None:
        raise NotFound("line")
    line = line_of(basket=found, reference=reference)
    try:
        with following(found, now=timezone.now()):
            baskets.change_line_way(line=line, way=one_of(request.POST, "way", Way))
    except REFUSALS as refusal:
        messages.error(request, as_dict(refusal)["message"])
    return redirect("basket")


@public
@require_POST
def accept_prices(request: HttpRequest) -> HttpResponse:
    found = existing_basket(request)
    if found is not None:
        baskets.accept_prices(basket=found)
    return redirect("basket")


@public
@require_POST
def by_car(request: HttpRequest) -> HttpResponse:
    """Whatever can be picked up by car is, since no van comes to the door."""
    if _change_from_van(request, Way.DRIVE_THROUGH):
        messages.success(request, _("차에서 받기로 바꾸었습니다. 받을 시간을 골라 주세요."))
    return redirect("checkout")


@public
@require_POST
def by_parcel(request: HttpRequest) -> HttpResponse:
    """Whatever its merchant sends comes by parcel, since no van comes to the door."""
    if _change_from_van(request, Way.PARCEL):
        messages.success(request, _("택배로 받기로 바꾸었습니다. 택배비를 확인해 주세요."))
    door = urlencode({"address": request.POST.get("address", "")[:32]})
    return redirect(f"{reverse('checkout')}?{door}")


def _change_from_van(request: HttpRequest, way: Way) -> int:
    """How many lines changed; none where a slot that is held for the basket has no room for them,
    which is said."""
    found = existing_basket(request)
    if found is None:
        raise NotFound("basket")
    try:
        with following(found, now=timezone.now()):
            return baskets.change_way(basket=found, instead_of=Way.DELIVERY, way=way)
    except REFUSALS as refusal:
        messages.error(request, as_dict(refusal)["message"])
        return 0
