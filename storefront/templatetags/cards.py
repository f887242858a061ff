"""A product's card, drawn once for all visitors."""

from functools import lru_cache

from django import template
from django.core.files.storage import default_storage
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from commerce.catalogue.cards import Card, card_of
from commerce.catalogue.models import Product

register = template.Library()

# Some 15 MB in each process when all are there.
REMEMBERED = 4_000


@register.simple_tag
def product_card(product: Card | Product, by_weight: bool = False) -> SafeString:
    """``by_weight``: what 100 g cost is said even where the unit does not tell."""
    card = product if isinstance(product, Card) else card_of(product)
    return _drawn(card, by_weight, get_language()) if card else SafeString()


@lru_cache(REMEMBERED)
def _drawn(card: Card, by_weight: bool, language: str) -> SafeString:
    # Nothing but these is known to the template: it cannot show one visitor's things to another.
    picture = default_storage.url(card.thumbnail) if card.thumbnail else ""
    facts = {"card": card, "picture": picture, "by_weight": by_weight}
    return render_to_string("parts/product_card.html", facts)
