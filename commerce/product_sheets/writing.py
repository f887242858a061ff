"""A product as its rows say it is, and nothing more: what is the same already stays untouched."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from commerce.catalogue import actions as catalogue
from commerce.catalogue.models import Product, ProductStatus, Storage, TaxClass, Variant, Way
from commerce.catalogue.queries import shelf_size
from commerce.catalogue.usual_sizes import usual_size
from commerce.merchants.models import Merchant
from commerce.product_sheets.reading import DESCRIBED, READINESS, Facts, unit_of
from commerce.stock import actions as stock

NOTHING_SAID = {"name_en": "", "description": "", "description_en": "", "certification": ""}
NOT_MADE_READY: Facts = {"preparation": 0, "cut_off": None}


@dataclass
class Changes:
    """``described``: what is said of the product, whole, or None; so is ``readiness``, how it is
    made ready and until when it is ordered. The rest by variant or facts."""

    described: Facts | None = None
    readiness: Facts | None = None
    units: list[Facts] = field(default_factory=list)
    prices: dict[Variant, int] = field(default_factory=dict)
    sizes: dict[Variant, tuple[int, int]] = field(default_factory=dict)
    steps: dict[Variant, int] = field(default_factory=dict)
    levels: dict[Variant, int] = field(default_factory=dict)
    status: str = ""

    def __bool__(self) -> bool:
        said = (self.described, self.readiness, self.units, self.status)
        return any((*said, self.prices, self.sizes, self.steps, self.levels))


def changes(product: Product | None, rows: Sequence[Facts]) -> Changes:
    """What the rows would change; everything for one that is not there yet."""
    first = rows[0]
    before = said_of(product) if product else NOTHING_SAID
    wanted = before | {key: first[key] for key in DESCRIBED if key in first}
    found = Changes(described=None if wanted == before else wanted)
    ready = readiness_of(product) if product else NOT_MADE_READY
    found.readiness = ready | {key: first[key] for key in READINESS if key in first}
    if found.readiness == ready:
        found.readiness = None
    now = product.status if product else ProductStatus.DRAFT
    if first.get("status", now) != now:
        found.status = first["status"]
    for facts in rows:
        _unit(found, unit_of(product, facts["unit"]), facts)
    return found


def _unit(found: Changes, variant: Variant | None, facts: Facts) -> None:
    if variant is None:
        found.units.append(facts)
        return
    if facts["price_won"] != variant.price_won:
        found.prices[variant] = facts["price_won"]
    had = (variant.weight_grams, variant.volume_ml)
    size = (facts.get("weight_grams", had[0]), facts.get("volume_ml", had[1]))
    if size != had:
        found.sizes[variant] = size
    if facts.get("order_step", variant.order_step) != variant.order_step:
        found.steps[variant] = facts["order_step"]
    on_hand = variant.stock.on_hand if hasattr(variant, "stock") else None
    if facts.get("on_hand", on_hand) != on_hand:
        found.levels[variant] = facts["on_hand"]


def said_of(product: Product) -> Facts:
    return {key: getattr(product, key) for key in DESCRIBED} | {
        "category": product.category.slug,
        "ways": [way.value for way in Way if way in product.ways],
    }


def readiness_of(product: Product) -> Facts:
    return {"preparation": product.preparation_seconds, "cut_off": product.own_cut_off}


def write(
    *, merchant: Merchant, product: Product | None, rows: Sequence[Facts], now: datetime
) -> Product | None:
    """The product, None when nothing of it had to change. In the caller's transaction; raises what
    the catalogue and the stock raise."""
    wanted = changes(product, rows)
    if not wanted:
        return None
    if product is None:
        product = _listed(merchant, rows[0], wanted, now)
    elif wanted.described:
        product = catalogue.change_product(product=product, **_description(wanted.described))
    if wanted.readiness is not None:
        product = catalogue.set_readiness(
            product=product,
            preparation_seconds=wanted.readiness["preparation"],
            cut_off=wanted.readiness["cut_off"],
        )
    for facts in wanted.units:
        variant = product.variants.filter(unit=facts["unit"]).first() or catalogue.add_variant(
            product=product, unit=facts["unit"], price_won=facts["price_won"], **_size(facts)
        )
        wanted.levels[variant] = facts.get("on_hand", 0)
        if facts.get("order_step", 1) > 1:
            wanted.steps[variant] = facts["order_step"]
    for variant, price_won in wanted.prices.items():
        catalogue.change_price(variant=variant, price_won=price_won)
    for variant, (grams, ml) in wanted.sizes.items():
        catalogue.change_size(variant=variant, weight_grams=grams, volume_ml=ml)
    for variant, step in wanted.steps.items():
        catalogue.set_order_step(variant=variant, order_step=step)
    if wanted.levels:
        stock.set_levels(on_hand=wanted.levels, now=now)
    _move(product, wanted.status, now)
    return product


def _listed(merchant: Merchant, first: Facts, wanted: Changes, now: datetime) -> Product:
    product = catalogue.list_product(
        merchant=merchant,
        **_description(wanted.described or {}),
        unit=first["unit"],
        price_won=first["price_won"],
        **_size(first),
        now=now,
    )
    return catalogue.set_merchant_code(product=product, code=first["code"])


def _description(said: Facts) -> dict[str, Any]:
    words = {key: said[key] for key in DESCRIBED if key != "category"}
    return words | {
        "category_slug": said["category"],
        "storage": Storage(said["storage"]),
        "tax_class": TaxClass(said["tax_class"]),
        "ways": [Way(way) for way in said["ways"]],
    }


def _size(facts: Facts) -> dict[str, Any]:
    """What the row says, else as much as such a thing usually weighs and measures."""
    said: Facts = {k: facts[k] for k in ("weight_grams", "volume_ml") if k in facts}
    if len(said) == 2:  # the mean of a whole category is not for nothing
        return said
    usual = usual_size(facts["unit"], shelf_size(facts["category"]))
    return {"weight_grams": usual.grams, "volume_ml": usual.ml} | said


def _move(product: Product, status: str, now: datetime) -> None:
    if status == ProductStatus.PUBLISHED:
        catalogue.publish(product=product, now=now)
    elif status == ProductStatus.WITHDRAWN:
        catalogue.withdraw(product=product, now=now)
