"""Looking around: home, markets, shelves, search, one product, drive-through sites."""

from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from commerce.boxes.queries import boxes
from commerce.catalogue import queries as catalogue
from commerce.catalogue import search as search_goods
from commerce.catalogue.models import Product, Way
from commerce.catalogue.search import Asked, Sort
from commerce.merchants import queries as merchants
from drivethrough.sites import queries as sites
from drivethrough.slots.queries import full_slots, open_slots
from storefront.accounts.access import public
from storefront.refusals import NotFound
from storefront.typed import one_of, page_of

PER_PAGE = 24
HOME_FRESH = 8
HOME_GATE = 4


@public
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    shelf = catalogue.in_stock()
    context = {
        "fresh": shelf[:HOME_FRESH],
        "gate": shelf.filter(ways__contains=[Way.DRIVE_THROUGH])[:HOME_GATE],
        "boxes": boxes()[:3],
        "markets": merchants.markets()[:6],
        "categories": catalogue.categories(),
    }
    return render(request, "shop/home.html", context)


@public
@require_safe
def market_list(request: HttpRequest) -> HttpResponse:
    return render(request, "shop/markets.html", {"markets": merchants.markets()})


@public
@require_safe
def market(request: HttpRequest, reference: str) -> HttpResponse:
    found = merchants.market(reference)
    context = {
        "market": found,
        "merchants": merchants.merchants().filter(market=found),
        "page": page_of(
            request.GET, catalogue.published().filter(merchant__market=found), PER_PAGE
        ),
    }
    return render(request, "shop/market.html", context)


@public
@require_safe
def merchant(request: HttpRequest, reference: str) -> HttpResponse:
    found = merchants.merchants().filter(reference=reference).first()
    if found is None:
        raise NotFound("merchant")
    context = {
        "merchant": found,
        "page": page_of(request.GET, catalogue.published().filter(merchant=found), PER_PAGE),
    }
    return render(request, "shop/merchant.html", context)


@public
@require_safe
def category(request: HttpRequest, slug: str) -> HttpResponse:
    found = catalogue.categories().filter(slug=slug).first()
    if found is None:
        raise NotFound("category")
    context = {
        "category": found,
        "categories": catalogue.categories(),
        "page": page_of(request.GET, catalogue.published().filter(category=found), PER_PAGE),
    }
    return render(request, "shop/category.html", context)


@public
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """``?q=&category=&market=&way=&sort=``; words that match nothing show what resembles them."""
    asked = _asked(request)
    found = search_goods.search(asked)
    alike = bool(asked.text) and not found.exists()
    context = {
        "q": asked.text,
        "asked": asked,
        "alike": alike,
        "facets": search_goods.facets(asked),
        "page": page_of(request.GET, search_goods.alike(asked) if alike else found, PER_PAGE),
    }
    return render(request, "shop/search.html", context)


def _asked(request: HttpRequest) -> Asked:
    """BAD_INPUT for a way or an order that was not offered."""
    chosen = request.GET
    return Asked(
        text=chosen.get("q", "").strip()[:60],
        category=chosen.get("category", ""),
        market=chosen.get("market", ""),
        way=one_of(chosen, "way", Way) if chosen.get("way") else "",
        sort=one_of(chosen, "sort", Sort) if chosen.get("sort") else Sort.NEWEST,
    )


@public
@require_safe
def product(request: HttpRequest, reference: str) -> HttpResponse:
    found = catalogue.product(reference)
    context: dict[str, Any] = {"product": found, "Way": Way}
    if Way.DRIVE_THROUGH in found.ways and found.merchant.site_reference:
        site = sites.site(found.merchant.site_reference)
        context["site"] = site
        context["next_slots"] = open_slots(site.reference, timezone.now())[:3]
    context["more"] = _more_of(found)
    return render(request, "shop/product.html", context)


def _more_of(product: Product) -> Any:
    others = catalogue.published().filter(merchant=product.merchant).exclude(pk=product.pk)
    return others[:4]


@public
@require_safe
def site_list(request: HttpRequest) -> HttpResponse:
    return render(request, "shop/sites.html", {"sites": sites.sites()})


@public
@require_safe
def site(request: HttpRequest, reference: str) -> HttpResponse:
    found = sites.site(reference)
    now = timezone.now()
    at_gate = catalogue.published().filter(
        merchant__site_reference=reference, ways__contains=[Way.DRIVE_THROUGH]
    )
    context = {
        "site": found,
        "slots": open_slots(reference, now)[:12],
        "full": full_slots(reference, now)[:12],
        "key": str(uuid4()),
        "now": now,
        "page": page_of(request.GET, at_gate, PER_PAGE),
    }
    return render(request, "shop/site.html", context)
