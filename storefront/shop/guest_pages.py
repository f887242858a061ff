"""Ordering without signing up, and finding such an order again."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from storefront.accounts import guests
from storefront.accounts.access import public
from storefront.refusals import REFUSALS, as_dict, status_of


@public
@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """On to the checkout; whoever is signed in goes there as themselves."""
    if not request.user.is_authenticated:
        guests.begin(request)
    return redirect("checkout")


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
