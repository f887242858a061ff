"""Finding goods: what the words match, narrowed by shelf, market and way, in some order.

The words are compared letter by letter in one indexed column; who sells is looked up before, since
there are few merchants and many goods.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db import connection, models, transaction
from django.db.models import Case, Count, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Least, Lower, Replace

from commerce.catalogue import searching
from commerce.catalogue.models import Category, Product, Way
from commerce.catalogue.queries import for_sale, published
from commerce.errors import NotFound
from commerce.merchants.models import Market, Merchant

# How many of a word's runs of three letters must be there, unless its initial consonants are.
ALIKE = 0.28
# Of so many goods the letters are compared one by one, and so many are shown at most.
COMPARED, MOST_ALIKE = 300, 48
# One mistyped letter in so many.
LETTERS_A_TYPO = 5


class Sort(models.TextChoices):
    NEWEST = "newest"
    CHEAPEST = "cheapest"
    DEAREST = "dearest"


@dataclass(frozen=True)
class Asked:
    """``text`` as typed; "" is no choice, ``category`` a slug, ``market`` a reference."""

    text: str = ""
    category: str = ""
    market: str = ""
    way: str = ""
    sort: Sort = Sort.NEWEST


@dataclass(frozen=True)
class Facet:
    """One choice, and how many goods it would show."""

    value: str
    name: str
    name_en: str
    count: int


@dataclass(frozen=True)
class Facets:
    categories: list[Facet]
    markets: list[Facet]
    ways: dict[Way, int]


def search(asked: Asked) -> QuerySet[Product]:
    """Published products that match every word: all of them when there is none.

    A word is found inside the names, origin, merchant's or market's name, whatever the spacing and
    case; initial consonants (ㄸㄱ) find the name they begin (딸기). NotFound for a category or
    market that is not there.
    """
    return _sorted(_narrowed(_matching(asked.text), asked), asked.sort)


def alike(asked: Asked) -> QuerySet[Product]:
    """For words that match nothing: products with names that resemble each of them, nearest first.

    At most ``MOST_ALIKE``; initial consonants resemble nothing.
    """
    words = [word for word in searching.words(asked.text) if not searching.as_initials(word)]
    nearest = _nearest(words) if words else []
    order = Case(*[When(pk=pk, then=Value(place)) for place, pk in enumerate(nearest)])
    found = _narrowed(published().filter(pk__in=nearest), asked)
    return found.order_by(order) if nearest else found


def facets(asked: Asked) -> Facets:
    """The choices that would show something, each as if nothing of its own kind were chosen."""
    matching = _matching(asked.text)
    by_category = _counted(_narrowed(matching, replace(asked, category="")), "category_id")
    by_market = _counted(_narrowed(matching, replace(asked, market="")), "merchant__market_id")
    categories = Category.objects.filter(pk__in=by_category)
    markets = Market.objects.filter(pk__in=by_market)
    return Facets(
        [Facet(c.slug, c.name, c.name_en, by_category[c.pk]) for c in categories],
        [Facet(m.reference, m.name, m.name_en, by_market[m.pk]) for m in markets],
        _by_way(_narrowed(matching, replace(asked, way=""))),
    )


def _matching(text: str) -> QuerySet[Product]:
    words = searching.words(text)
    found = published()
    if text.strip() and not words:
        return found.none()
    for word in words:
        found = found.filter(_matches(word))
    return found


def _matches(word: str) -> Q:
    # Letters find the rows by index; 토망 has 토마's, so the word itself is looked for in them.
    match = Q(search_letters__contains=searching.letters(word), search_text__contains=word)
    sellers = _sellers(word)
    if sellers:
        match |= Q(merchant__in=sellers)
    initials = searching.as_initials(word)
    return match | Q(choseong__contains=initials) if initials else match


def _sellers(word: str) -> list[int]:
    """A list, not a subquery: Postgres then joins two indexes instead of reading every product."""
    named = Merchant.objects.annotate(
        squeezed=_squeezed("name"),
        squeezed_en=_squeezed("name_en"),
        market_squeezed=_squeezed("market__name"),
        market_squeezed_en=_squeezed("market__name_en"),
    ).filter(
        Q(squeezed__contains=word)
        | Q(squeezed_en__contains=word)
        | Q(market_squeezed__contains=word)
        | Q(market_squeezed_en__contains=word)
    )
    return list(named.order_by().values_list("pk", flat=True))


def _squeezed(field: str) -> Lower:
    return Lower(Replace(field, Value(" "), Value("")))


@transaction.atomic
def _nearest(words: Sequence[str]) -> list[int]:
    # The index knows only the session's own threshold; LOCAL ends with the transaction.
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL pg_trgm.word_similarity_threshold = {ALIKE}")
    found = for_sale()
    asked = [searching.letters(word) for word in words]
    for word, letters in zip(words, asked, strict=True):
        same_consonants = Q(product__choseong__contains=searching.initials(word))
        some_runs = Q(product__search_letters__trigram_word_similar=letters)
        found = found.filter(some_runs | same_consonants)
    nearness = [TrigramWordSimilarity(letters, "product__search_letters") for letters in asked]
    worst = nearness[0] if len(nearness) == 1 else Least(*nearness)
    rows = found.annotate(near=worst).order_by("-near", "-product_id")
    compared = rows.values_list("product_id", "product__search_letters")[:COMPARED]
    few: dict[int, int] = {}
    for pk, there in compared:
        typos = [searching.typos(letters, there) for letters in asked]
        if all(n <= _most_typos(letters) for n, letters in zip(typos, asked, strict=True)):
            few[pk] = sum(typos)
    return sorted(few, key=few.__getitem__)[:MOST_ALIKE]


def _most_typos(letters: str) -> int:
    return max(1, len(letters) // LETTERS_A_TYPO)


def _narrowed(found: QuerySet[Product], asked: Asked) -> QuerySet[Product]:
    if asked.category:
        if not Category.objects.filter(slug=asked.category).exists():
            raise NotFound("category", reference=asked.category)
        found = found.filter(category__slug=asked.category)
    if asked.market:
        if not Market.objects.filter(reference=asked.market).exists():
            raise NotFound("market", reference=asked.market)
        found = found.filter(merchant__market__reference=asked.market)
    if asked.way:
        found = found.filter(_had_by(Way(asked.way)))
    return found


def _had_by(way: Way) -> Q:
    """As ``Product.open_ways``."""
    had = Q(ways__contains=[way])
    return had & ~Q(merchant__site_reference="") if way == Way.DRIVE_THROUGH else had


def _sorted(found: QuerySet[Product], sort: Sort) -> QuerySet[Product]:
    if sort == Sort.NEWEST:
        return found
    first = for_sale().filter(product=OuterRef("pk")).order_by("position", "pk")
    priced = found.annotate(shown_won=Subquery(first.values("price_won")[:1]))
    shown = F("shown_won")
    return priced.order_by(shown.asc() if sort == Sort.CHEAPEST else shown.desc(), "-pk")


def _counted(found: QuerySet[Product], field: str) -> dict[int, int]:
    rows = _bare(found).exclude(**{field: None}).values(field).annotate(n=Count("pk"))
    return {row[field]: row["n"] for row in rows}


def _by_way(found: QuerySet[Product]) -> dict[Way, int]:
    counts = _bare(found).aggregate(
        **{way: Count("pk", filter=_had_by(way)) for way in Way},
    )
    return {Way(way): count for way, count in counts.items() if count}


def _bare(found: QuerySet[Product]) -> QuerySet[Product]:
    return Product.objects.filter(pk__in=found.order_by().values("pk")).order_by()
