"""Finding goods: what the words match, narrowed by shelf, market, way and price, in some order.

The words are compared letter by letter in one indexed column, initial consonants and single
syllables each in an index of their own; who sells is looked up before, since merchants are few and
goods are many.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import and_
from typing import Any

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db import connection, models, transaction
from django.db.models import Case, Count, F, Q, QuerySet, Value, When
from django.db.models.functions import Least, Lower, Replace

from commerce.catalogue import searching
from commerce.catalogue.models import Category, Product, Syllables, Tripled, Way
from commerce.catalogue.queries import cards, on_shelf
from commerce.errors import NotFound
from commerce.merchants.models import Market, Merchant

# How many of a word's runs of three letters must be there, unless its initial consonants are.
ALIKE = 0.28
# Of so many goods the letters are compared one by one, and so many are shown at most.
COMPARED, MOST_ALIKE = 300, 48
# A word of fewer letters has no run of three; its syllables are looked up instead.
INDEXED_LETTERS = 3


# Up to so many won each; the last price band has no end.
# Origins are written freely; so many are offered, the commonest first.
MOST_ORIGINS = 20
PRICE_BANDS = [5_000, 10_000, 20_000, 50_000]


class Sort(models.TextChoices):
    FIT = "fit"
    NEWEST = "newest"
    CHEAPEST = "cheapest"
    DEAREST = "dearest"
    BY_WEIGHT = "by_weight"  # the cheapest per kilogram first


@dataclass(frozen=True)
class Asked:
    """``text`` as typed; "" is no choice, ``category`` a slug, ``market`` a reference, ``price``
    the number of a band (``price_bands``). Where there is no text, what fits best is the newest."""

    text: str = ""
    category: str = ""
    market: str = ""
    way: str = ""
    certification: str = ""
    origin: str = ""
    price: str = ""
    sort: Sort = Sort.FIT

    @property
    def narrowed(self) -> bool:
        chosen = [self.category, self.market, self.way, self.certification, self.origin, self.price]
        return any(chosen)

    @property
    def everywhere(self) -> "Asked":
        """The same words and order, and nothing chosen."""
        return Asked(text=self.text, sort=self.sort)


@dataclass(frozen=True)
class Facet:
    """One choice, and how many goods it would show."""

    value: str
    name: str
    name_en: str
    count: int


@dataclass(frozen=True)
class Band:
    """Prices from ``least_won`` to under ``below_won``; the last band has no end."""

    value: str
    least_won: int
    below_won: int | None
    count: int


@dataclass(frozen=True)
class Facets:
    categories: list[Facet]
    markets: list[Facet]
    ways: dict[Way, int]
    certifications: dict[str, int]
    origins: dict[str, int]
    prices: list[Band]


def search(asked: Asked, within: Q | None = None) -> QuerySet[Product]:
    """Cards of products that match every word: all of them when there is none.

    ``within`` is the shelf that is looked at, e.g. one market's. A word is found inside the names,
    origin, merchant's or market's name, whatever the spacing and case; initial consonants (ㄸㄱ)
    find the name they begin (딸기). NotFound for a category or market that is not there.
    """
    shelf = cards().filter(within or Q())
    return _sorted(_narrowed(_matching(shelf, asked.text), asked), asked)


def alike(asked: Asked) -> QuerySet[Product]:
    """For words that match nothing: products with names that resemble each of them, nearest first.

    At most ``MOST_ALIKE``; initial consonants resemble nothing.
    """
    words = [word for word in searching.words(asked.text) if not searching.as_initials(word)]
    nearest = _nearest(words) if words else []
    order = Case(*[When(pk=pk, then=Value(place)) for place, pk in enumerate(nearest)])
    found = _narrowed(cards().filter(pk__in=nearest), asked)
    return found.order_by(order) if nearest else found


def facets(asked: Asked, within: Q | None = None) -> Facets:
    """The choices that would show something, each as if nothing of its own kind were chosen."""
    matching = _matching(on_shelf().filter(within or Q()), asked.text).order_by()

    def among(beside: Asked) -> QuerySet[Product]:
        return _narrowed(matching, beside)

    by_category = _counted(among(replace(asked, category="")), "category_id")
    by_market = _counted(among(replace(asked, market="")), "merchant__market_id")
    by_certification = _counted(among(replace(asked, certification="")), "certification")
    categories = Category.objects.filter(pk__in=by_category)
    markets = Market.objects.filter(pk__in=by_market)
    return Facets(
        [Facet(c.slug, c.name, c.name_en, by_category[c.pk]) for c in categories],
        [Facet(m.reference, m.name, m.name_en, by_market[m.pk]) for m in markets],
        _by_way(among(replace(asked, way=""))),
        {name: count for name, count in sorted(by_certification.items()) if name},
        _commonest(_counted(among(replace(asked, origin="")), "origin"), asked.origin),
        _by_price(among(replace(asked, price=""))),
    )


def _matching(found: QuerySet[Product], text: str) -> QuerySet[Product]:
    words = searching.words(text)
    if text.strip() and not words:
        return found.none()
    found = found.alias(syllables=Syllables(F("search_text")), runs=Tripled(F("choseong")))
    for word in words:
        found = found.filter(_matches(word))
    return found


def _matches(word: str) -> Q:
    match = _inside(word)
    sellers = _sellers(word)
    return match | Q(merchant__in=sellers) if sellers else match


def _inside(word: str) -> Q:
    initials = searching.as_initials(word)
    if initials:
        return Q(runs__contains=searching.tripled(initials))
    letters = searching.letters(word)
    # Letters find the rows by index; 토망 has 토마's, so the word itself is looked for in them.
    inside = Q(search_text__contains=word)
    if len(letters) < INDEXED_LETTERS:
        return inside & Q(syllables__contains=list(word))
    return inside & Q(search_letters__contains=letters)


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
    found = on_shelf().alias(runs=Tripled(F("choseong")))
    asked = [searching.letters(word) for word in words]
    for word, letters in zip(words, asked, strict=True):
        same_consonants = Q(runs__contains=searching.tripled(searching.initials(word)))
        some_runs = Q(search_letters__trigram_word_similar=letters)
        found = found.filter(some_runs | same_consonants)
    nearness = [TrigramWordSimilarity(letters, "search_letters") for letters in asked]
    worst = nearness[0] if len(nearness) == 1 else Least(*nearness)
    rows = found.annotate(near=worst).order_by("-near", "-pk")
    compared = rows.values_list("pk", "search_letters")[:COMPARED]
    few: dict[int, int] = {}
    for pk, there in compared:
        typos = [searching.typos(letters, there) for letters in asked]
        if all(n <= searching.most_typos(letters) for n, letters in zip(typos, asked, strict=True)):
            few[pk] = sum(typos)
    return sorted(few, key=few.__getitem__)[:MOST_ALIKE]


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
    if asked.certification:
        found = found.filter(certification=asked.certification)
    if asked.origin:
        found = found.filter(origin=asked.origin)
    if asked.price:
        found = found.filter(_in_band(int(asked.price)))
    return found


def _had_by(way: Way) -> Q:
    """As ``Product.open_ways``."""
    had = Q(ways__contains=[way])
    return had & ~Q(merchant__site_reference="") if way == Way.DRIVE_THROUGH else had


def price_bands() -> list[tuple[int, int | None]]:
    """From so many won to under so many; ``Asked.price`` is a place in this list."""
    return list(zip([0, *PRICE_BANDS], [*PRICE_BANDS, None], strict=True))


def _in_band(number: int) -> Q:
    least, below = price_bands()[number]
    inside = Q(price_won__gte=least)
    return inside if below is None else inside & Q(price_won__lt=below)


def _sorted(found: QuerySet[Product], asked: Asked) -> QuerySet[Product]:
    match asked.sort:
        case Sort.CHEAPEST:
            return found.order_by("price_won", "-pk")
        case Sort.DEAREST:
            return found.order_by("-price_won", "pk")
        case Sort.BY_WEIGHT:
            return found.order_by("won_per_kg", "-pk")
        case Sort.FIT if searching.words(asked.text):
            return found.alias(fit=_fit(asked.text)).order_by("fit", "-created_at", "-pk")
        case _:
            return found


def _fit(text: str) -> Case:
    """How well the name answers what was typed, 0 the best: it is that, it begins with it, words of
    it begin with every word, they are inside it; else something else was meant, e.g. who sells."""
    words = searching.words(text)
    typed, spaced = "".join(words), " ".join(words)
    exact = Q(search_text__startswith=f"{typed}|")
    begins = Q(search_text__startswith=typed)
    initials = searching.as_initials(typed)
    if initials:
        exact |= Q(choseong=initials)
        begins |= Q(choseong__startswith=initials)
    if typed.isascii():
        exact |= Q(name_en__iexact=spaced)
        begins |= Q(name_en__istartswith=spaced)
    return Case(
        When(exact, then=Value(0)),
        When(begins, then=Value(1)),
        When(reduce(and_, map(_begins_a_word, words)), then=Value(2)),
        When(reduce(and_, map(_in_the_name, words)), then=Value(3)),
        default=Value(4),
    )


def _begins_a_word(word: str) -> Q:
    if not word.isascii():  # Hangul has no case, and comparing without case costs much
        return Q(name__startswith=word) | Q(name__contains=f" {word}")
    korean = Q(name__istartswith=word) | Q(name__icontains=f" {word}")
    return korean | Q(name_en__istartswith=word) | Q(name_en__icontains=f" {word}")


def _in_the_name(word: str) -> Q:
    if not word.isascii():
        return Q(name__contains=word)
    return Q(name__icontains=word) | Q(name_en__icontains=word)


def _counted(found: QuerySet[Product], field: str) -> dict[Any, int]:
    rows = found.exclude(**{field: None}).values(field).annotate(n=Count("pk"))
    return {row[field]: row["n"] for row in rows}


def _commonest(counts: dict[str, int], chosen: str) -> dict[str, int]:
    """What is chosen stays among them."""
    common = dict(sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:MOST_ORIGINS])
    return common | {chosen: counts[chosen]} if chosen in counts else common


def _by_way(found: QuerySet[Product]) -> dict[Way, int]:
    counts = found.aggregate(**{way: Count("pk", filter=_had_by(way)) for way in Way})
    return {Way(way): count for way, count in counts.items() if count}


def _by_price(found: QuerySet[Product]) -> list[Band]:
    bands = price_bands()
    counts = found.aggregate(
        **{f"b{n}": Count("pk", filter=_in_band(n)) for n in range(len(bands))}
    )
    return [
        Band(str(n), least, below, counts[f"b{n}"])
        for n, (least, below) in enumerate(bands)
        if counts[f"b{n}"]
    ]
