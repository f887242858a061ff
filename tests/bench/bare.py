"""Views that ask the database what the mall's pages ask, and say it without a template.

``tests/bench/test_mall.py`` holds each to its page's own SQL.
"""

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from commerce.catalogue import queries as catalogue
from commerce.catalogue import search as goods
from commerce.catalogue.cards import Card
from commerce.catalogue.models import Category
from commerce.catalogue.search import Asked
from commerce.merchants.queries import closings
from commerce.reviews.queries import rating_of
from storefront.accounts.access import public
from storefront.shop.browse import PER_PAGE, more_of, shelf_of
from storefront.typed import ShelfPages, asked_page


@public
def one_query(request: HttpRequest) -> HttpResponse:
    """What no page can be faster than: one query, no template."""
    return HttpResponse(str(Category.objects.count()))


@public
def shelf(request: HttpRequest, slug: str) -> HttpResponse:
    categories = list(catalogue.categories())
    [category] = [one for one in categories if one.slug == slug]
    within = Q(category=category)
    page = asked_page(request.GET, shelf_of(Asked(), within))
    facets = goods.facets(Asked(), within)
    names = [one.name for one in categories]
    return HttpResponse("\n".join([*names, repr(facets), *map(_card, page)]))


@public
def search(request: HttpRequest) -> HttpResponse:
    asked = Asked(text=request.GET["q"])
    pages = ShelfPages(goods.search(asked), PER_PAGE)
    page = asked_page(request.GET, pages)
    facets = goods.facets(asked)
    return HttpResponse("\n".join([str(pages.count), repr(facets), *map(_card, page)]))


@public
def product(request: HttpRequest, reference: str) -> HttpResponse:
    found = catalogue.product(reference)
    closed = [str(one) for one in closings(found.merchant.reference, timezone.localdate())]
    rating = repr(rating_of(found))
    variants = [f"{one.unit} {one.price_won} {one.stock.left}" for one in found.variants.all()]
    told = [found.description, *variants, *map(_card, more_of(found)), *closed, rating]
    return HttpResponse("\n".join(told))


def _card(card: Card) -> str:
    return f"{card.name} {card.seller} {card.unit} {card.price_won}"
