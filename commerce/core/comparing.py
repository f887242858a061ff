"""Whether a core elsewhere has the shelf that we have; each difference waits for a person.

Events are hints, and what a core says has changed is not all that did: this looks at everything.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from commerce.catalogue import actions as catalogue
from commerce.catalogue.models import Product, Variant
from commerce.core import shelf
from commerce.core.models import CoreDifference, CoreStep, Operation, Side, Trait
from commerce.core.port import Level, Listed, core
from commerce.errors import CommerceError, NotFound
from commerce.stock.actions import set_on_hand
from commerce.stock.models import StockRecord

# (reference or id, trait) -> what is so
Said = dict[tuple[str, str], str]


class DifferenceOutdated(CommerceError):
    """Ours is not what it was when the two were compared."""

    code = "CORE_DIFFERENCE_OUTDATED"


class DifferenceOneSided(CommerceError):
    """A size that the core does not have can only be brought there."""

    code = "CORE_DIFFERENCE_ONE_SIDED"


@dataclass(frozen=True)
class Compared:
    """``waiting``: products left out because the core is still to be told of them."""

    products: int
    differences: int
    waiting: int


def compare(*, now: datetime, only: Collection[str] | None = None) -> Compared:
    """Looks at everything that the core has, or at these products; at nothing of a core whose
    shelf is ours.

    What differs no more is settled. Must not be called inside a transaction.
    """
    own = core()
    if own.immediate:
        return Compared(0, 0, 0)
    before = _ours_by_product(_offered(only))
    there = list(own.listed(only))
    waiting = _waiting()
    products = _offered(only)
    after = _ours_by_product(products)
    # What was changed while the core was asked may be told of in the next hours as well.
    waiting |= {reference for reference, said in after.items() if before.get(reference) != said}
    ours = {reference: product for product in products if (reference := product.reference)}
    found = [
        difference
        for one in _theirs_or_none(ours, there)
        for difference in _differences(*one, after)
        if difference.product not in waiting and difference.subject not in waiting
    ]
    _keep(found, waiting, only, now)
    return Compared(len(products), len(found), len(waiting & ours.keys()))


def open_differences() -> "list[CoreDifference]":
    return list(CoreDifference.objects.filter(settled_at=None).order_by("found_at", "pk"))


@transaction.atomic
def take(*, reference: str, side: Side, now: datetime) -> CoreDifference:
    """Ours is told to the core, or theirs becomes ours; one that is settled stays as it is.

    NOT_FOUND, CORE_DIFFERENCE_OUTDATED, CORE_DIFFERENCE_ONE_SIDED, and what the catalogue and the
    stock raise.
    """
    row = CoreDifference.objects.select_for_update().filter(reference=reference).first()
    if row is None:
        raise NotFound("difference", reference=reference)
    if row.settled_at is not None:
        return row
    if side == Side.THEIRS:
        _take_theirs(row, now)
    elif row.trait == Trait.MISSING_HERE:
        shelf.hide_there(row.subject, now=now)
    else:
        shelf.changed([row.product], now=now)
    row.settled_at, row.settled_as = now, side
    row.save(update_fields=["settled_at", "settled_as"])
    return row


def _offered(only: Collection[str] | None) -> list[Product]:
    offered = shelf.offered()
    return list(offered if only is None else offered.filter(reference__in=only))


def _ours_by_product(products: Iterable[Product]) -> dict[str, Said]:
    levels = shelf.levels(products)
    return {one.reference: _ours(one, levels) for one in products}


def _ours(product: Product, levels: Mapping[str, Level]) -> Said:
    said: Said = {
        (product.reference, Trait.NAME): product.name,
        (product.reference, Trait.PUBLISHED): _yes(shelf.facts(product).published),
    }
    for variant in product.variants.all():
        said[variant.reference, Trait.PRICE] = str(variant.price_won)
        if variant.reference in levels:
            said[variant.reference, Trait.STOCK] = str(levels[variant.reference].on_hand)
    return said


def _theirs(one: Listed) -> Said:
    return {
        (one.reference, Trait.NAME): one.name,
        (one.reference, Trait.PUBLISHED): _yes(one.published),
        **{(variant, Trait.PRICE): str(won) for variant, won in one.prices_won.items()},
        **{(variant, Trait.STOCK): str(there) for variant, there in one.on_hand.items()},
    }


def _yes(it_is: bool) -> str:
    return "yes" if it_is else "no"


def _theirs_or_none(
    ours: dict[str, Product], there: list[Listed]
) -> Iterable[tuple[Product | None, Listed | None]]:
    known = {one.reference: one for one in there if one.reference}
    for reference, product in ours.items():
        yield product, known.get(reference)
    for one in there:
        if one.reference not in ours:
            yield None, one


def _differences(
    product: Product | None, one: Listed | None, ours: dict[str, Said]
) -> Iterable[CoreDifference]:
    if product is None:
        if one is not None and one.published:
            yield CoreDifference(subject=one.id, trait=Trait.MISSING_HERE, title=one.name)
        return
    said = ours[product.reference]
    if one is None:
        if said[product.reference, Trait.PUBLISHED] == "yes":
            yield _of(product, product.reference, Trait.MISSING_THERE)
        return
    theirs = _theirs(one)
    absent = {subject for subject, trait in said if (subject, Trait.PRICE) not in theirs}
    absent.discard(product.reference)
    for variant in sorted(absent):
        yield _of(product, variant, Trait.MISSING_THERE)
    for (subject, trait), value in said.items():
        if subject not in absent and theirs.get((subject, trait), "0") != value:
            yield _of(product, subject, trait, value, theirs.get((subject, trait), "0"))


def _of(
    product: Product, subject: str, trait: str, ours: str = "", theirs: str = ""
) -> CoreDifference:
    units = {variant.reference: variant.unit for variant in product.variants.all()}
    return CoreDifference(
        subject=subject,
        trait=trait,
        product=product.reference,
        title=f"{product.name} {units.get(subject, '')}".rstrip(),
        ours=ours,
        theirs=theirs[:250],
    )


def _waiting() -> set[str]:
    """Products, or their variants' products, of which the core is still to be told something."""
    undone = CoreStep.objects.filter(
        operation__in=(Operation.SHELF, Operation.HIDE), done_at=None, due_at__isnull=False
    )
    variants = dict(Variant.objects.values_list("reference", "product__reference"))
    leaving = {variants[variant] for _, lines in shelf.leaving(variants) for variant, _ in lines}
    return set(undone.values_list("subject", flat=True)) | leaving


def _keep(
    found: list[CoreDifference], waiting: set[str], only: Collection[str] | None, now: datetime
) -> None:
    accepted = set(
        CoreDifference.objects.filter(trait=Trait.MISSING_HERE, settled_as=Side.THEIRS).values_list(
            "subject", flat=True
        )
    )
    kept = [one for one in found if one.subject not in accepted]
    for one in kept:
        one.found_at = one.seen_at = now
    CoreDifference.objects.bulk_create(
        sorted(kept, key=lambda one: (one.subject, one.trait)),
        update_conflicts=True,
        unique_fields=["subject", "trait"],
        update_fields=[
            *("product", "title", "ours", "theirs", "seen_at", "settled_at", "settled_as")
        ],
    )
    gone = CoreDifference.objects.filter(settled_at=None, seen_at__lt=now)
    if only is not None:
        gone = gone.filter(product__in=only)
    gone.exclude(product__in=waiting).update(settled_at=now)


def _take_theirs(row: CoreDifference, now: datetime) -> None:
    if row.trait == Trait.MISSING_HERE:
        return  # it stays there, and is not asked about again
    product = Product.objects.locked().get(reference=row.product)
    if row.trait == Trait.MISSING_THERE:
        if row.subject != product.reference:
            raise DifferenceOneSided("side")
        catalogue.withdraw(product=product, now=now)
        return
    # Nothing is kept, and nothing leaves, between this look and what is set.
    records = {
        record.variant_id: record
        for record in StockRecord.objects.locked().filter(variant__product=product)
    }
    levels = shelf.levels([product])
    if _ours(product, levels)[row.subject, row.trait] != row.ours:
        raise DifferenceOutdated("side")
    variant = product.variants.filter(reference=row.subject).first()
    if variant is None:
        _say_theirs(product, row, now)
    elif row.trait == Trait.PRICE:
        catalogue.change_price(variant=variant, price_won=int(row.theirs))
    else:
        kept_instead = records[variant.pk].on_hand - levels[variant.reference].on_hand
        set_on_hand(variant=variant, quantity=int(row.theirs) + kept_instead, now=now)


def _say_theirs(product: Product, row: CoreDifference, now: datetime) -> None:
    if row.trait == Trait.NAME:
        catalogue.rename(product=product, name=row.theirs)
    elif row.theirs == "yes":
        catalogue.publish(product=product, now=now)
    else:
        catalogue.withdraw(product=product, now=now)
