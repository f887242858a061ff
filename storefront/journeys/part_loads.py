"""What goods take of their slot besides a place: time to prepare them, and pieces by the date.

The gate knows an item by its variant's reference.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import transaction

from commerce.basket.models import Basket, BasketLine
from commerce.catalogue.models import Variant, Way
from commerce.catalogue.queries import variants_by_reference
from commerce.orders.models import FulfilmentStatus, OrderLine
from drivethrough.slots import actions as slots
from drivethrough.slots.loads import NO_LOAD, Load
from drivethrough.slots.models import Booking
from drivethrough.slots.queries import holds_of
from drivethrough.slots.queries import slot as slot_by_reference
from drivethrough.slots.refusals import ItemFullThatDay


def load_of(goods: Iterable[tuple[Variant | None, int]]) -> Load:
    """Of so many of each; what is no goods takes nothing. Variants with their products."""
    items: Counter[str] = Counter()
    seconds = 0
    for variant, quantity in goods:
        if variant is not None and quantity:
            items[variant.reference] += quantity
            seconds += variant.product.preparation_seconds * quantity
    return Load(seconds, dict(items))


def loads_of_basket(basket: Basket) -> dict[str, Load]:
    """By site: what its lines at the gate would take there."""
    lines = BasketLine.objects.filter(
        basket=basket, way=Way.DRIVE_THROUGH, variant__isnull=False
    ).select_related("variant__product__merchant")
    by_site: dict[str, list[tuple[Variant | None, int]]] = defaultdict(list)
    for line in lines:
        if line.variant is not None:
            by_site[line.variant.product.merchant.site_reference].append(
                (line.variant, line.quantity)
            )
    return {site: load_of(goods) for site, goods in by_site.items()}


def hold_slot(*, basket: Basket, slot_reference: str, key: str, now: datetime) -> Booking:
    """A place for what the basket holds at the slot's site. Raises what ``slots.hold`` raises."""
    site = slot_by_reference(slot_reference).site
    with saying_which():
        return slots.hold(
            slot_reference=slot_reference,
            owner_reference=basket.reference,
            key=key,
            load=loads_of_basket(basket).get(site.reference, NO_LOAD),
            now=now,
        )


@contextmanager
def following(basket: Basket, *, now: datetime) -> Iterator[None]:
    """What changes the basket inside is followed by its holds, or is not done at all.

    PREPARATION_FULL, ITEM_FULL_THAT_DAY where it grows more than still fits.
    """
    with transaction.atomic(), saying_which():
        yield
        holds = list(holds_of(basket.reference, now).order_by("pk"))
        by_site = loads_of_basket(basket) if holds else {}
        loads = {hold.reference: by_site.get(hold.site.reference, NO_LOAD) for hold in holds}
        if len(loads) > 1:
            slots.lock_together(loads)
        for reference, load in loads.items():
            slots.change_load(booking_reference=reference, load=load, now=now)


def give_back(booking_reference: str, *, now: datetime) -> None:
    """A part became smaller: what its lines no longer take of the slot is free. In the caller's
    transaction, before any shelf is locked."""
    if not booking_reference:
        return
    slots.lessen_load(booking_reference=booking_reference, load=_left(booking_reference), now=now)


def _left(booking_reference: str) -> Load:
    lines = OrderLine.objects.filter(fulfilment__booking_reference=booking_reference)
    kept = lines.exclude(fulfilment__status=FulfilmentStatus.CANCELLED)
    return load_of(
        (line.variant, line.quantity) for line in kept.select_related("variant__product")
    )


@contextmanager
def saying_which() -> Iterator[None]:
    """ITEM_FULL_THAT_DAY names the goods, which the gate knows by reference only."""
    try:
        yield
    except ItemFullThatDay as refusal:
        reference = str(refusal.data["item"])
        if variant := variants_by_reference([reference]).get(reference):
            product = variant.product
            refusal.data |= {"name": product.name, "name_en": product.name_en or product.name}
        raise
