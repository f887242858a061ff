"""The mall's own shelf, as a core that is elsewhere is told of it.

It is told as it is at that moment, whatever happened to it meanwhile, so a change needs no facts.
What is kept in place of other goods is on no order there, so it is off the shelf there from the
moment at which it is kept.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from commerce.catalogue.models import Product, ProductStatus, TaxClass
from commerce.core.errors import ProductInvalid
from commerce.core.models import CoreStep, Operation
from commerce.core.port import CommerceCore, Level, ProductFacts, VariantFacts, core
from commerce.merchants.models import MerchantStatus
from commerce.references import new
from commerce.stock.actions import StockBelowAllocated
from commerce.stock.models import Allocation, AllocationStatus, StockRecord


class OrdersFirst(Exception):
    """The core is still to be told of orders that change how many are there: ask again."""


@dataclass(frozen=True)
class Counted:
    """``on_hand``: as the core should have it, by variant. ``leaving``: what is in it although it
    has left here, the core not being told of that yet, as (step, tries)."""

    on_hand: dict[str, int]
    leaving: frozenset[tuple[int, int]]


def changed(references: Iterable[str], *, now: datetime) -> None:
    """What is said of these products, or how many are there, is not as it was.

    Must be called inside the transaction that changes them. An immediate core's shelf is ours.
    """
    if not core().immediate:
        _write(Operation.SHELF, references, now)


def freed(line_references: Iterable[str], *, now: datetime) -> None:
    """As ``changed``, of what is promised to these lines no more where the core does not hear of
    that with the order: an earlier day's is not one more for today, and of what was kept in place
    of other goods it knows nothing."""
    unheard = Q(variants__stock__filled_on__isnull=False)
    unheard |= Q(variants__stock__allocations__instead=True)
    products = Product.objects.filter(
        unheard, variants__stock__allocations__line_reference__in=list(line_references)
    )
    changed(products.order_by("pk").distinct().values_list("reference", flat=True), now=now)


def hide_there(product: str, *, now: datetime) -> None:
    """By the core's own id: one that is none of ours is for sale no more."""
    _write(Operation.HIDE, [product], now)


def _write(operation: Operation, subjects: Iterable[str], now: datetime) -> None:
    """Each is a change of its own, so no key was ever used before."""
    CoreStep.objects.bulk_create(
        CoreStep(
            subject=subject,
            operation=operation,
            key=f"{operation}:{new('CHG')}",
            written_at=now,
            due_at=now,
        )
        for subject in subjects
    )


def tell(own: CommerceCore, reference: str) -> None:
    """Publishes the product and sets its stock where it is another. A draft is nobody's business.

    Raises OrdersFirst, and whatever the core raises. No transaction may be open.
    """
    product = offered().filter(reference=reference).first()
    if product is None:
        return
    try:
        own.publish(facts(product))
    except ProductInvalid:
        # It may be its picture alone: a wrong count would sell what is not there.
        _set_stock(own, product)
        raise
    _set_stock(own, product)


def _set_stock(own: CommerceCore, product: Product) -> None:
    before = counted(product)
    there = own.stock(list(before.on_hand))
    other = {
        variant: quantity
        for variant, quantity in before.on_hand.items()
        if variant not in there or there[variant].on_hand != quantity
    }
    if other:
        try:
            own.set_stock(other)
        except StockBelowAllocated as promised:
            # What was cancelled here may be promised there still.
            raise OrdersFirst from promised
    if counted(product) != before:
        raise OrdersFirst


def offered() -> QuerySet[Product]:
    """Every product that was ever published."""
    return (
        Product.objects.exclude(status=ProductStatus.DRAFT)
        .select_related("merchant")
        .prefetch_related("variants")
        .order_by("pk")
    )


def everything() -> tuple[list[ProductFacts], dict[str, int]]:
    """Every product that was ever published, and how many are there of each variant counted, as
    a core should have it."""
    on_hand = {variant: level.on_hand for variant, level in levels(offered()).items()}
    return [facts(product) for product in offered()], on_hand


def levels(products: Iterable[Product]) -> dict[str, Level]:
    """By variant of these products, as a core elsewhere should have them once it was told."""
    kept = Allocation.objects.filter(
        record=OuterRef("pk"), status=AllocationStatus.ALLOCATED, instead=True
    )
    held = kept.order_by().values("record").annotate(n=Sum(F("quantity") - F("issued")))
    # What baskets hold is no order that the core could know.
    about_to = Allocation.objects.filter(record=OuterRef("pk"), hold__isnull=False)
    in_baskets = about_to.order_by().values("record").annotate(n=Sum("quantity"))
    # One query: between two, what is kept could leave.
    records = StockRecord.objects.filter(variant__product__in=products).annotate(
        instead=Coalesce(Subquery(held.values("n")), 0),
        in_baskets=Coalesce(Subquery(in_baskets.values("n")), 0),
    )
    rows = records.order_by("pk").values_list(
        "variant__reference",
        F("on_hand") - F("instead"),
        F("allocated") - F("instead") - F("in_baskets"),
    )
    return {variant: Level(on_hand, allocated) for variant, on_hand, allocated in rows}


def facts(product: Product) -> ProductFacts:
    """A merchant's that is not approved (any more) is for sale nowhere."""
    picture = product.picture.url if product.picture else ""
    merchant = product.merchant
    return ProductFacts(
        reference=product.reference,
        merchant_reference=merchant.reference,
        name=product.name,
        description=product.description,
        taxable=product.tax_class == TaxClass.TAXABLE,
        published=product.status == ProductStatus.PUBLISHED
        and merchant.status == MerchantStatus.APPROVED,
        variants=tuple(
            VariantFacts(variant.reference, variant.unit, variant.price_won)
            for variant in product.variants.all()
        ),
        picture_url=f"{settings.PUBLIC_URL}{picture}" if picture else "",
    )


def counted(product: Product) -> Counted:
    """Raises OrdersFirst while somebody may just be telling the core that some of it has left:
    then nobody knows whether it counts them still."""
    on_hand = {variant: level.on_hand for variant, level in levels([product]).items()}
    going = set()
    for step, lines in leaving(on_hand):
        if step.tries and step.due_at is not None:
            raise OrdersFirst
        going.add((step.pk, step.tries))
        for variant, quantity in lines:
            on_hand[variant] += quantity
    return Counted(on_hand, frozenset(going))


def leaving(variants: Collection[str]) -> list[tuple[CoreStep, list[tuple[str, int]]]]:
    """Steps that are still to say that some of these variants have left, with how many."""
    # Each side has an index: of all steps there ever were few are not done.
    undone = Q(due_at__isnull=False) | Q(due_at=None, done_at=None, refused="")
    steps = list(CoreStep.objects.filter(undone, operation=Operation.FULFIL).order_by("pk"))
    variants_of = {
        there: _variants_of({step.subject for step in steps if step.there == there}, there=there)
        for there in (False, True)
    }
    found = []
    for step in steps:
        variant_of = variants_of[step.there]
        lines = [(variant_of.get(line, ""), n) for line, n in step.facts["lines"].items()]
        ours = [(variant, quantity) for variant, quantity in lines if variant in variants]
        if ours:
            found.append((step, ours))
    return found


def _variants_of(fulfilments: Collection[str], *, there: bool) -> dict[str, str]:
    """By order line. Of what was born elsewhere only what leaves the core's own shelf."""
    known = CoreStep.objects.filter(
        operation=Operation.BORN if there else Operation.PLACE, subject__in=fulfilments
    )
    return {
        line["reference"]: line["variant_reference"]
        for step in known
        if not there or step.facts["in_core"]
        for line in step.facts["lines"]
    }
