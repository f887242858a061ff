"""The shelf: what is on it, how many are left, and taking things off or putting them back."""

from datetime import datetime

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from commerce.catalogue import actions as catalogue
from commerce.catalogue.models import Product, Variant
from commerce.catalogue.queries import product_of, products_of
from commerce.core import shelf
from commerce.errors import NotFound
from commerce.stock import actions as stock
from commerce.stock import daily
from commerce.stock.models import StockKind
from storefront.accounts.access import needs
from storefront.accounts.models import Role
from storefront.merchant_desk.desk import desk, scope_of
from storefront.refusals import REFUSALS, as_dict
from storefront.typed import one_of, page_of, tick, whole_number

PER_PAGE = 40


@needs(Role.MERCHANT)
@require_safe
def products(request: HttpRequest) -> HttpResponse:
    """Drafts first, then what is on the shelf, then what was taken off."""
    own = products_of(scope_of(request)).order_by("status", "-created_at", "-pk")
    page = page_of(request.GET, own, PER_PAGE)
    return render(request, "merchant_desk/products.html", desk(request, page=page))


@needs(Role.MERCHANT)
@require_POST
def publish(request: HttpRequest, reference: str) -> HttpResponse:
    found = product_of(scope_of(request), reference)
    try:
        _publish(found, timezone.now())
    except REFUSALS as refusal:
        messages.error(request, as_dict(refusal)["message"])
        return redirect("merchant_product", reference)
    messages.success(request, _("‘%(name)s’을(를) 팔기 시작했습니다.") % {"name": found.name})
    return redirect("merchant_products")


@needs(Role.MERCHANT)
@require_POST
def withdraw(request: HttpRequest, reference: str) -> HttpResponse:
    found = product_of(scope_of(request), reference)
    _withdraw(found, timezone.now())
    messages.success(
        request,
        _("‘%(name)s’을(를) 마감했습니다. 받은 주문은 그대로입니다.") % {"name": found.name},
    )
    return redirect("merchant_products")


@needs(Role.MERCHANT)
@require_POST
def count(request: HttpRequest, reference: str, variant: str) -> HttpResponse:
    """How many are there now, those already ordered included; and the price when it is sent."""
    found = product_of(scope_of(request), reference)
    try:
        _count(request.POST, _variant(found, variant), timezone.now())
    except REFUSALS as refusal:
        messages.error(request, as_dict(refusal)["message"])
    else:
        messages.success(request, _("‘%(name)s’을(를) 고쳤습니다.") % {"name": found.name})
    return _back(request, reference)


@needs(Role.MERCHANT)
@require_POST
def stock_kind(request: HttpRequest, reference: str, variant: str) -> HttpResponse:
    """Whether it is counted, comes new every day, or is made to order."""
    found = product_of(scope_of(request), reference)
    own = _variant(found, variant)
    try:
        kind = one_of(request.POST, "kind", StockKind)
        per_day = 0 if kind == StockKind.COUNTED else whole_number(request.POST, "per_day")
        _set_kind(own, kind, per_day, timezone.now())
    except REFUSALS as refusal:
        messages.error(request, as_dict(refusal)["message"])
    else:
        messages.success(request, _("‘%(name)s’을(를) 고쳤습니다.") % {"name": found.name})
    return redirect("merchant_product", reference)


@needs(Role.MERCHANT)
@require_POST
def by_weight(request: HttpRequest, reference: str, variant: str) -> HttpResponse:
    """Whether what is weighed decides its price; orders that are there already stay as agreed."""
    found = product_of(scope_of(request), reference)
    catalogue.settle_by_weight(
        variant=_variant(found, variant), by_weight=tick(request.POST, "by_weight")
    )
    messages.success(request, _("‘%(name)s’을(를) 고쳤습니다.") % {"name": found.name})
    return redirect("merchant_product", reference)


@transaction.atomic
def _publish(product: Product, now: datetime) -> None:
    catalogue.publish(product=product, now=now)
    shelf.changed([product.reference], now=now)


@transaction.atomic
def _withdraw(product: Product, now: datetime) -> None:
    catalogue.withdraw(product=product, now=now)
    shelf.changed([product.reference], now=now)


@transaction.atomic
def _set_kind(variant: Variant, kind: StockKind, per_day: int, now: datetime) -> None:
    daily.set_kind(variant=variant, kind=kind, per_day=per_day, now=now)
    shelf.changed([variant.product.reference], now=now)


@transaction.atomic
def _count(form: QueryDict, variant: Variant, now: datetime) -> None:
    stock.set_on_hand(variant=variant, quantity=whole_number(form, "quantity"), now=now)
    if "order_step" in form:
        step = whole_number(form, "order_step", unit="개")
        catalogue.set_order_step(variant=variant, order_step=step)
    if "price_won" in form:
        catalogue.change_price(variant=variant, price_won=whole_number(form, "price_won"))
    shelf.changed([variant.product.reference], now=now)


def _variant(product: Product, reference: str) -> Variant:
    for variant in product.variants.all():
        if variant.reference == reference:
            return variant
    raise NotFound("variant")


def _back(request: HttpRequest, reference: str) -> HttpResponse:
    """To the page the form was on."""
    if request.POST.get("back") == "home":
        return redirect("merchant_home")
    if request.POST.get("back") == "product":
        return redirect("merchant_product", reference)
    return redirect("merchant_products")
