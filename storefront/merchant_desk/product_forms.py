"""Listing a product from a phone, and changing what is said about it."""

from datetime import datetime, time
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.core.cache import cache
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from commerce.catalogue import actions as catalogue
from commerce.catalogue import pictures
from commerce.catalogue.cut_off import MOST_DAYS, CutOff
from commerce.catalogue.models import Product, Storage, TaxClass, Way
from commerce.catalogue.preparation import in_minutes, seconds_of
from commerce.catalogue.queries import categories, product_of, products_of, shelf_size
from commerce.catalogue.usual_sizes import usual_size
from commerce.core import shelf
from commerce.merchants.models import Merchant
from commerce.stock import actions as stock
from storefront.accounts.access import needs
from storefront.accounts.models import Role
from storefront.merchant_desk.desk import desk, own_merchant, scope_of
from storefront.refusals import REFUSALS, BadInput, as_dict
from storefront.typed import number_of, one_of, parsed, whole_number

SAID = ("name", "name_en", "description", "description_en", "origin", "certification")
LISTED = (
    *SAID,
    "merchant_code",
    "category",
    "storage",
    "tax_class",
    "unit",
    "price_won",
    "quantity",
    "order_step",
)
SIZES = ("weight_grams", "volume_ml")
READINESS = ("preparation", "cut_off_days", "cut_off")
BEHIND_MORE = (
    *("name_en", "description", "description_en", "certification", "merchant_code"),
    *SIZES,
    *READINESS,
    "order_step",
)
MOST_DAYS_OFFERED = 7
KEY_LIVES = 3_600  # seconds


@needs(Role.MERCHANT)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    merchant = own_merchant(request)
    if request.method != "POST":
        return _show_new(request, merchant, _like_the_last(merchant))
    # A second tap on a slow connection must not list the same thing twice.
    key = f"listed:{merchant.reference}:{request.POST.get('key', '')[:64]}"
    if not cache.add(key, 1, KEY_LIVES):
        return redirect("merchant_products")
    try:
        product = _list(request, merchant, timezone.now())
    except REFUSALS as refusal:
        cache.delete(key)
        return _show_new(request, merchant, _typed(request.POST), refusal)
    messages.success(request, _("‘%(name)s’을(를) 올렸습니다.") % {"name": product.name})
    return redirect("merchant_products")


@transaction.atomic
def _list(request: HttpRequest, merchant: Merchant, now: datetime) -> Product:
    """Product, stock and picture, and on the shelf unless it is to wait: all or nothing."""
    form = request.POST
    unit = form.get("unit", "")
    usual = usual_size(unit, shelf_size(form.get("category", "")))
    product = catalogue.list_product(
        merchant=merchant,
        **_described(form, merchant),
        unit=unit,
        price_won=whole_number(form, "price_won"),
        weight_grams=_number_or(form, "weight_grams", usual.grams),
        volume_ml=_number_or(form, "volume_ml", usual.ml),
        now=now,
    )
    catalogue.set_merchant_code(product=product, code=form.get("merchant_code", ""))
    product = catalogue.set_readiness(product=product, **_readiness(form))
    variant = product.variants.get()
    catalogue.set_order_step(variant=variant, order_step=_number_or(form, "order_step", 1))
    stock.set_on_hand(variant=variant, quantity=whole_number(form, "quantity"), now=now)
    if "picture" in request.FILES:
        product = _set_picture(request, product)
    if form.get("do") != "later":
        catalogue.publish(product=product, now=now)
    shelf.changed([product.reference], now=now)
    return product


def _set_picture(request: HttpRequest, product: Product) -> Product:
    file = request.FILES["picture"]
    # One byte more than is allowed is enough to be refused; a film is never read to its end.
    content = file.read(pictures.LARGEST_BYTES + 1)  # type: ignore[union-attr]
    return catalogue.set_picture(product=product, content=content, alt="")


def _described(form: QueryDict, merchant: Merchant) -> dict[str, Any]:
    return {
        **{field: form.get(field, "") for field in SAID},
        "category_slug": form.get("category", ""),
        "storage": one_of(form, "storage", Storage),
        "tax_class": one_of(form, "tax_class", TaxClass),
        "ways": _ways(form, merchant),
    }


def _readiness(form: QueryDict) -> dict[str, Any]:
    typed = form.get("preparation", "").strip()
    return {"preparation_seconds": seconds_of(typed) if typed else 0, "cut_off": _cut_off(form)}


def _cut_off(form: QueryDict) -> CutOff | None:
    """None where no day is chosen. BAD_INPUT."""
    if not form.get("cut_off_days"):
        return None
    days = number_of(form, "cut_off_days", range(MOST_DAYS + 1))
    return CutOff(days, parsed(form, "cut_off", time.fromisoformat))


def _ways(form: QueryDict, merchant: Merchant) -> list[Way]:
    chosen = form.getlist("ways")
    if not set(chosen) <= set(_open_ways(merchant)):
        raise BadInput("ways")
    return [Way(way) for way in chosen]


def _open_ways(merchant: Merchant) -> list[str]:
    """A car can only be met by a merchant who stands at a drive-through site."""
    at_a_site = [Way.DRIVE_THROUGH.value] if merchant.site_reference else []
    return [Way.DELIVERY.value, *at_a_site, Way.PARCEL.value]


def _number_or(form: QueryDict, field: str, usual: int) -> int:
    return whole_number(form, field) if form.get(field, "").strip() else usual


def _typed(form: QueryDict) -> dict[str, Any]:
    typed: dict[str, Any] = {field: form.get(field, "") for field in (*LISTED, *SIZES, *READINESS)}
    return typed | {"ways": form.getlist("ways")}


def _like_the_last(merchant: Merchant) -> dict[str, Any]:
    """Most stalls sell one kind of thing: a new product starts out like the one before it."""
    last = products_of(merchant.reference).first()
    if last is None:
        return {"storage": Storage.AMBIENT, "tax_class": TaxClass.EXEMPT, "ways": [Way.DELIVERY]}
    return {
        "category": last.category.slug,
        "origin": last.origin,
        "storage": last.storage,
        "tax_class": last.tax_class,
        "ways": last.ways,
    }


def _choices(merchant: Merchant) -> dict[str, Any]:
    return {
        "categories": categories(),
        "open_ways": _open_ways(merchant),
        "cut_off_days": range(2, MOST_DAYS_OFFERED + 1),
    }


def _show_new(
    request: HttpRequest,
    merchant: Merchant,
    typed: dict[str, Any],
    refusal: Exception | None = None,
) -> HttpResponse:
    shown = as_dict(refusal) if refusal else None
    context = desk(
        request,
        typed=typed,
        refusal=shown,
        more_open=bool(shown and shown["field"] in BEHIND_MORE),
        key=str(uuid4()),
        **_choices(merchant),
    )
    return render(
        request, "merchant_desk/new_product.html", context, status=400 if refusal else 200
    )


@needs(Role.MERCHANT)
@require_http_methods(["GET", "HEAD", "POST"])
def product(request: HttpRequest, reference: str) -> HttpResponse:
    """One product: what is said about it. Price, stock and picture have their own forms."""
    merchant = own_merchant(request)
    found = product_of(merchant.reference, reference)
    refusal: dict[str, Any] | None = None
    if request.method == "POST":
        try:
            _change(found, request.POST, merchant, timezone.now())
        except REFUSALS as caught:
            refusal = as_dict(caught)
        else:
            messages.success(request, _("저장했습니다."))
            return redirect("merchant_product", reference)
    context = desk(
        request,
        product=found,
        typed=_typed(request.POST) if refusal else _as_described(found),
        refusal=refusal,
        more_open=bool(refusal and refusal["field"] in BEHIND_MORE),
        **_choices(merchant),
    )
    return render(request, "merchant_desk/product.html", context, status=400 if refusal else 200)


@transaction.atomic
def _change(product: Product, form: QueryDict, merchant: Merchant, now: datetime) -> None:
    product = catalogue.change_product(product=product, **_described(form, merchant))
    catalogue.set_merchant_code(product=product, code=form.get("merchant_code", ""))
    catalogue.set_readiness(product=product, **_readiness(form))
    shelf.changed([product.reference], now=now)


def _as_described(product: Product) -> dict[str, Any]:
    said = {field: getattr(product, field) for field in (*SAID, "merchant_code")}
    return said | {
        "category": product.category.slug,
        "storage": product.storage,
        "tax_class": product.tax_class,
        "ways": product.ways,
        "preparation": in_minutes(product.preparation_seconds)
        if product.preparation_seconds
        else "",
        "cut_off_days": "" if product.cut_off_days is None else str(product.cut_off_days),
        "cut_off": f"{product.cut_off:%H:%M}" if product.cut_off else "",
    }


@needs(Role.MERCHANT)
@require_POST
def picture(request: HttpRequest, reference: str) -> HttpResponse:
    found = product_of(scope_of(request), reference)
    try:
        if "picture" not in request.FILES:
            raise BadInput("picture")
        _change_picture(request, found, timezone.now())
    except REFUSALS as refusal:
        messages.error(request, as_dict(refusal)["message"])
    else:
        messages.success(request, _("사진을 바꿨습니다."))
    return redirect("merchant_product", reference)


@transaction.atomic
def _change_picture(request: HttpRequest, product: Product, now: datetime) -> None:
    _set_picture(request, product)
    shelf.changed([product.reference], now=now)


@needs(Role.MERCHANT)
@require_POST
def add_unit(request: HttpRequest, reference: str) -> HttpResponse:
    """One more size or pack of the same thing, with its own price and stock."""
    found = product_of(scope_of(request), reference)
    try:
        _add_unit(found, request.POST, timezone.now())
    except REFUSALS as refusal:
        messages.error(request, as_dict(refusal)["message"])
    else:
        messages.success(request, _("단위를 더했습니다."))
    return redirect("merchant_product", reference)


@transaction.atomic
def _add_unit(product: Product, form: QueryDict, now: datetime) -> None:
    unit = form.get("unit", "")
    usual = usual_size(unit, shelf_size(product.category.slug))
    variant = catalogue.add_variant(
        product=product,
        unit=unit,
        price_won=whole_number(form, "price_won"),
        weight_grams=usual.grams,
        volume_ml=usual.ml,
    )
    stock.set_on_hand(variant=variant, quantity=whole_number(form, "quantity"), now=now)
    shelf.changed([product.reference], now=now)
