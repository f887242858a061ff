"""Giving up some of a part of an order, or all of it, before its cut-off."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commerce.orders.models import Fulfilment, FulfilmentStatus, Order
from storefront.accounts.access import signed_in_or_guest
from storefront.journeys.cancel_some import cancel_some, cut_off_of
from storefront.refusals import REFUSALS, NotFound, as_dict, status_of
from storefront.shop.order_pages import own_order
from storefront.typed import whole_number

KEEP = "keep:"


def part_of(order: Order, reference: str) -> Fulfilment:
    """One of the order's own parts. NOT_FOUND."""
    found = next((f for f in order.fulfilments.all() if f.reference == reference), None)
    if found is None:
        raise NotFound("part")
    return found


@signed_in_or_guest
@require_http_methods(["GET", "HEAD", "POST"])
def cancel_lines(request: HttpRequest, reference: str, part: str) -> HttpResponse:
    """``keep:<line>``: how many of each line are still wanted."""
    order = own_order(request, reference)
    found = part_of(order, part)
    refusal = None
    if request.method == "POST":
        try:
            _cancel(request, found)
        except REFUSALS as caught:
            refusal = as_dict(caught)
        else:
            return redirect("order", reference)
    cut_off = cut_off_of(found)
    context = {
        "order": order,
        "part": found,
        "lines": [line for line in found.lines.all() if line.quantity and not line.ready_at],
        "cut_off": cut_off,
        "open": found.status == FulfilmentStatus.CONFIRMED
        and (cut_off is None or timezone.now() < cut_off),
        "refusal": refusal,
    }
    status = status_of(refusal["code"]) if refusal else 200
    return render(request, "shop/cancel_lines.html", context, status=status)


def _cancel(request: HttpRequest, part: Fulfilment) -> None:
    asked = [name for name in request.POST if name.startswith(KEEP)]
    keep = {name.removeprefix(KEEP): whole_number(request.POST, name) for name in asked}
    if cancel_some(fulfilment=part, keep=keep, now=timezone.now()):
        messages.success(request, _("취소했습니다. 결제한 금액은 같은 수단으로 돌려드립니다."))
    else:
        messages.info(request, _("바뀐 것이 없습니다."))
