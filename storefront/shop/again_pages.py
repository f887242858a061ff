"""The same again: a basket from an order of before."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from commerce.basket.again import Before, fill_again
from commerce.catalogue.models import Way
from commerce.orders.models import Order
from storefront.accounts.access import signed_in_or_guest
from storefront.journeys.part_loads import following
from storefront.refusals import REFUSALS, as_dict
from storefront.shop.basket_of import basket_for_adding
from storefront.shop.order_pages import own_order
from storefront.templatetags.words import local_name


@signed_in_or_guest
@require_POST
def order_again(request: HttpRequest, reference: str) -> HttpResponse:
    """What is still sold goes into the basket; the rest is named."""
    befores = _goods_of(own_order(request, reference))
    basket = basket_for_adding(request)
    try:
        with following(basket, now=timezone.now()):
            gone = fill_again(basket=basket, befores=befores)
    except REFUSALS as refusal:
        messages.error(request, as_dict(refusal)["message"])
        return redirect("basket")
    if len(gone) < len(befores):
        messages.success(request, _("지난 주문대로 담았습니다. 값은 지금 값입니다."))
    if gone:
        names = ", ".join(dict.fromkeys(local_name(one.variant.product) for one in gone))
        messages.warning(request, _("지금은 팔지 않아 담지 못했어요: %(names)s") % {"names": names})
    return redirect("basket")


def _goods_of(order: Order) -> list[Before]:
    """As ordered: what fell short or was given up is wanted again. Books are borrowed anew."""
    return [
        Before(
            line.variant,
            Way(part.way),
            line.quantity + line.short_quantity + line.cancelled_quantity,
        )
        for part in order.fulfilments.all()
        for line in part.lines.all()
        if line.variant is not None
    ]
