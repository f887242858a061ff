"""Ordering without signing up, finding such an order again, and being forgotten."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from commerce.orders.models import Order
from storefront.accounts import guests
from storefront.accounts.access import public
from storefront.journeys.erase_person import erase_guest
from storefront.notices.links import reference_in
from storefront.refusals import (
    REFUSALS,
    BadInput,
    NotFound,
    StorefrontError,
    as_dict,
    status_of,
)
from storefront.shop.basket_pages import on_to_checkout
from storefront.typed import tick


class GuestSignedIn(StorefrontError):
    """Whoever is signed in orders as a member, and sees a member's orders."""

    code = "GUEST_SIGNED_IN"


@public
@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """On to the checkout; whoever is signed in goes there as themselves."""
    if not request.user.is_authenticated:
        guests.begin(request)
    return on_to_checkout(request)


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def look_up(request: HttpRequest) -> HttpResponse:
    """By telephone number and the code that was shown after ordering."""
    if request.method != "POST":
        return render(request, "shop/guest_order.html", {"typed": {}})
    form = request.POST
    try:
        guests.look_up(request, phone=form.get("phone", ""), code=form.get("code", ""))
    except REFUSALS as caught:
        refusal = as_dict(caught)
        context = {"typed": form, "refusal": refusal}
        return render(request, "shop/guest_order.html", context, status=status_of(refusal["code"]))
    return redirect("orders")


@public
@never_cache
@require_safe
def by_link(request: HttpRequest, token: str) -> HttpResponse:
    """The link of a message to a guest, on to the order. NOT_FOUND, GUEST_SIGNED_IN."""
    reference = reference_in(token, "guest_link")
    orders = Order.objects.filter(customer__user_reference__startswith=guests.PREFIX)
    order = orders.select_related("customer").filter(reference=reference).first()
    if order is None:
        raise NotFound("link")
    if request.user.is_authenticated:
        raise GuestSignedIn("link")
    guests.come_back(request, order.customer.user_reference)
    return redirect("order", reference)


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def erase_me(request: HttpRequest) -> HttpResponse:
    """For good: number and code say that it is them, and it is ticked that this is known."""
    if request.method != "POST":
        return render(request, "shop/guest_erase.html", {"typed": {}})
    form = request.POST
    try:
        if not tick(form, "sure"):
            raise BadInput("sure")
        guest = guests.guest_with(phone=form.get("phone", ""), code=form.get("code", ""))
        erase_guest(reference=guest.user_reference, now=timezone.now())
    except REFUSALS as caught:
        refusal = as_dict(caught)
        context = {"typed": form, "refusal": refusal}
        return render(request, "shop/guest_erase.html", context, status=status_of(refusal["code"]))
    guests.leave(request)
    messages.success(request, _("개인정보를 지웠습니다."))
    return redirect("home")
