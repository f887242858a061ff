"""Looking around: home, markets, shelves, search, one product, drive-through sites."""

from dataclasses import replace
from itertools import groupby
from typing import Any
from uuid import uuid4

from django.db.models import F, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.views.decorators.http import require_safe

from commerce.boxes.queries import boxes
from commerce.catalogue import queries as catalogue
from commerce.catalogue import search as search_goods
from commerce.catalogue.cards import Card, read_cards
from commerce.catalogue.models import Product, Way
from commerce.catalogue.search import Asked, Sort
from commerce.catalogue.searching import meant
from commerce.catalogue.seasons import Crop, in_season
from commerce.favourites.queries import is_favourite
from commerce.merchants import queries as merchants
from commerce.merchants.models import Merchant
from commerce.reviews.queries import has_received, own_review, rating_of, reviews_of
from drivethrough.sites import queries as sites
from drivethrough.slots.queries import full_slots, open_slots
from storefront.accounts.access import public
from storefront.accounts.customers import customer_of
from storefront.refusals import BadInput, NotFound
from storefront.shop.remembered import remembered
from storefront.shop.to_my_door import parcel_to_my_door, to_my_door
from storefront.typed import ShelfPages, asked_page, number_of, one_of, page_of

PER_PAGE = 24
AT_A_GLANCE = 8
HOME_FRESH = 8
HOME_GATE = 4
CLOSINGS_SHOWN = 5
REVIEWS_SHOWN = 20


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
        # The page is kept for half a minute: what it does not show anew is not asked for.
        "month": timezone.localdate().month,
        "in_season": SimpleLazyObject(_sold_in_season),
    }
    return render(request, "shop/home.html", context)


def _sold_in_season() -> list[Crop]:
    """Of what grows this month, what can be had here."""
    crops = in_season(timezone.localdate().month)
    return [crop for crop in crops if search_goods.search(Asked(text=crop.name)).exists()]


@public
@require_safe
def merchant_list(request: HttpRequest) -> HttpResponse:
    """Every shop by its market, then alley shops, then farms."""
    ordered = merchants.merchants().order_by(
        F("market__name").asc(nulls_last=True), "-kind", "name"
    )
    by_place = groupby(ordered, key=lambda one: one.market or one.kind)
    places = [(place, list(found)) for place, found in by_place]
    return render(request, "shop/merchants.html", {"places": places})


@public
@require_safe
def market_list(request: HttpRequest) -> HttpResponse:
    return render(request, "shop/markets.html", {"markets": merchants.markets()})


@public
@require_safe
@remembered
def market(request: HttpRequest, reference: str) -> HttpResponse:
    found = merchants.market(reference)
    context = {
        "market": found,
        "merchants": merchants.merchants().filter(market=found),
        **_shelf(request, Q(merchant__market=found)),
    }
    return render(request, "shop/market.html", context)


@public
@require_safe
@remembered
def merchant(request: HttpRequest, reference: str) -> HttpResponse:
    found = merchants.merchants().filter(reference=reference).first()
    if found is None:
        raise NotFound("merchant")
    context = {
        "merchant": found,
        **_shelf(request, Q(merchant=found)),
        **_days_of(found),
    }
    return render(request, "shop/merchant.html", context)


@public
@require_safe
@remembered
def category(request: HttpRequest, slug: str) -> HttpResponse:
    categories = list(catalogue.categories())
    found = next((one for one in categories if one.slug == slug), None)
    if found is None:
        raise NotFound("category")
    context = {
        "category": found,
        "categories": categories,
        **_shelf(request, Q(category=found)),
    }
    return render(request, "shop/category.html", context)


@public
@require_safe
@remembered
def search(request: HttpRequest) -> HttpResponse:
    """``?q=&category=&market=&way=&certification=&origin=&price=&sort=``.

    Words that match nothing show what resembles them, and how they may have been meant; where only
    the choices are too narrow, the page says what there is without them.
    """
    asked = _asked(request)
    pages = ShelfPages(search_goods.search(asked), PER_PAGE)
    context = {
        "q": asked.text,
        "asked": asked,
        "by_weight": asked.sort == Sort.BY_WEIGHT,
        "facets": SimpleLazyObject(lambda: search_goods.facets(asked)),
    }
    if pages.count:
        context["page"] = asked_page(request.GET, pages)
    else:
        context |= _instead(request, asked)
    return render(request, "shop/search.html", context)


def _instead(request: HttpRequest, asked: Asked) -> dict[str, Any]:
    """For a search that found nothing."""
    everywhere = ShelfPages(search_goods.search(asked.everywhere), PER_PAGE)
    if asked.narrowed and everywhere.count:
        return {"page": None, "without_choices": everywhere.count}
    page = page_of(request.GET, search_goods.alike(asked), PER_PAGE)
    if not page.object_list:
        return {"page": page, "categories": catalogue.categories()}
    names = [product.name for product in page]
    return {"page": page, "alike": True, "meant": meant(asked.text, names)}


def _asked(request: HttpRequest) -> Asked:
    """BAD_INPUT for a way, a price or an order that was not offered."""
    chosen = request.GET
    if any("\x00" in value for value in chosen.values()):
        raise BadInput("q")  # the database has no such letter
    bands = range(len(search_goods.price_bands()))
    return Asked(
        text=chosen.get("q", "").strip()[:60],
        category=chosen.get("category", ""),
        market=chosen.get("market", ""),
        way=one_of(chosen, "way", Way) if chosen.get("way") else "",
        certification=chosen.get("certification", "")[:60],
        origin=chosen.get("origin", "")[:60],
        price=str(number_of(chosen, "price", bands)) if chosen.get("price") else "",
        sort=one_of(chosen, "sort", Sort) if chosen.get("sort") else Sort.FIT,
    )


def _shelf(request: HttpRequest, within: Q) -> dict[str, Any]:
    """The goods of one shelf, narrowed and sorted by the choices of a search, but for its words.

    Few goods are seen at a glance, and no choices are offered.
    """
    asked = replace(_asked(request), text="")
    pages = shelf_of(asked, within)
    context: dict[str, Any] = {"asked": asked}
    if asked.narrowed or pages.count > AT_A_GLANCE:
        context["facets"] = SimpleLazyObject(lambda: search_goods.facets(asked, within))
    if asked.narrowed and not pages.count:
        everything = ShelfPages(search_goods.search(asked.everywhere, within), PER_PAGE)
        return context | {"page": None, "without_choices": everything.count}
    return context | {"page": asked_page(request.GET, pages)}


def shelf_of(asked: Asked, within: Q) -> ShelfPages:
    """All of a shelf is counted from an index; what is narrowed, by looking at it."""
    counted = None if asked.narrowed else catalogue.shelf_to_count().filter(within)
    return ShelfPages(search_goods.search(asked, within), PER_PAGE, counted=counted)


@public
@require_safe
@remembered
def product(request: HttpRequest, reference: str) -> HttpResponse:
    found = catalogue.product(reference)
    context: dict[str, Any] = {"product": found, "Way": Way}
    if Way.DRIVE_THROUGH in found.ways and found.merchant.site_reference:
        site = sites.site(found.merchant.site_reference)
        context["site"] = site
        context["next_slots"] = open_slots(site.reference, timezone.now())[:3]
    context["more"] = more_of(found)
    context |= _days_of(found.merchant)
    context["rating"] = rating_of(found)
    context["reviews"] = reviews_of(found)[:REVIEWS_SHOWN]
    context |= _own_facts(request, found)
    if Way.PARCEL in found.ways:
        customer = customer_of(request.user)
        context["parcel"] = parcel_to_my_door(found, customer, timezone.now())
    return render(request, "shop/product.html", context)


def _days_of(merchant: Merchant) -> dict[str, Any]:
    """When its merchant is away, as far as a shopper would look ahead."""
    today = timezone.localdate()
    closings = merchants.closings(merchant.reference, today)
    opening = merchants.opening_of(merchant, (closing.on_date for closing in closings))
    open_today = opening.is_open(today)
    return {
        "closings": closings[:CLOSINGS_SHOWN],
        "next_open": None if open_today else opening.next_open(today),
        "open_today": open_today,
    }


def _own_facts(request: HttpRequest, product: Product) -> dict[str, Any]:
    """What a member has to do with it; nothing is asked for a visitor."""
    customer = customer_of(request.user)
    if customer is None:
        return {}
    by_van = Way.DELIVERY in product.open_ways
    return {
        "door": to_my_door(product, customer, timezone.now()) if by_van else None,
        "is_favourite": is_favourite(customer, product),
        "may_review": has_received(customer, product),
        "own_review": own_review(customer, product),
    }


def more_of(product: Product) -> list[Card]:
    """A few others of its merchant."""
    others = catalogue.cards().filter(merchant=product.merchant).exclude(pk=product.pk)
    return read_cards(others[:4])


@public
@require_safe
def site_list(request: HttpRequest) -> HttpResponse:
    return render(request, "shop/sites.html", {"sites": sites.sites()})


@public
@require_safe
def site(request: HttpRequest, reference: str) -> HttpResponse:
    found = sites.site(reference)
    now = timezone.now()
    at_gate = catalogue.cards().filter(
        merchant__site_reference=reference, ways__contains=[Way.DRIVE_THROUGH]
    )
    context = {
        "site": found,
        "slots": open_slots(reference, now)[:12],
        "full": full_slots(reference, now)[:12],
        "key": str(uuid4()),
        "now": now,
        "page": asked_page(request.GET, ShelfPages(at_gate, PER_PAGE)),
    }
    return render(request, "shop/site.html", context)
