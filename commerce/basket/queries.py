"""What can be asked about baskets."""

from dataclasses import dataclass

from commerce.basket.models import Basket, BasketLine, BasketStatus
from commerce.catalogue.models import Product, Variant, Way
from commerce.catalogue.queries import for_sale
from commerce.customers.models import Customer
from commerce.errors import NotFound
from commerce.merchants.models import Market, Merchant
from commerce.stock.queries import kept_for, left_by_variant


@dataclass(frozen=True)
class LineView:
    """One line as checkout sees it. Goods have a variant, and so has a regular box, beside its
    reference; a book bundle or a ticket has its reference, and a ticket its name."""

    reference: str
    way: Way
    quantity: int
    variant: Variant | None
    box_reference: str
    bundle_reference: str
    child_reference: str
    ticket_reference: str
    name: str
    name_en: str
    price_seen_won: int
    left: int
    for_sale: bool

    @property
    def product(self) -> Product | None:
        return self.variant.product if self.variant else None

    @property
    def merchant(self) -> Merchant | None:
        return self.variant.product.merchant if self.variant else None

    @property
    def market(self) -> Market | None:
        return self.variant.product.merchant.market if self.variant else None

    @property
    def unit_price_won(self) -> int:
        """Today's price; a bundle is lent free, a ticket costs what it did when it was held."""
        if self.variant is not None:
            return self.variant.price_won
        return self.price_seen_won if self.ticket_reference else 0

    @property
    def line_won(self) -> int:
        return self.unit_price_won * self.quantity

    @property
    def other_ways(self) -> list[Way]:
        """How else it could be had."""
        if self.product is None or self.box_reference:
            return []
        return [way for way in self.product.open_ways if way != self.way]

    @property
    def step(self) -> int:
        return self.variant.order_step if self.variant and not self.box_reference else 1

    @property
    def fewer(self) -> int:
        """A step less; 0 takes the line out."""
        return (self.quantity - 1) // self.step * self.step

    @property
    def more(self) -> int:
        """A step more."""
        return (self.quantity // self.step + 1) * self.step

    @property
    def off_step(self) -> bool:
        """The merchant has changed since in how many it is ordered."""
        return self.quantity % self.step > 0

    @property
    def price_changed(self) -> bool:
        return self.unit_price_won != self.price_seen_won

    @property
    def short(self) -> bool:
        """Fewer are left than this line wants."""
        return self.variant is not None and self.left < self.quantity


@dataclass(frozen=True)
class BasketView:
    """A basket at one moment, read in a few queries however many lines it has."""

    basket: Basket
    lines: list[LineView]

    @property
    def goods_won(self) -> int:
        return sum(line.line_won for line in self.lines)

    @property
    def unit_count(self) -> int:
        return sum(line.quantity for line in self.lines)

    @property
    def price_changes(self) -> list[LineView]:
        return [line for line in self.lines if line.price_changed]


def basket_for_checkout(reference: str) -> BasketView:
    """The basket with products, merchants, markets, stock left and today's prices.

    Raises NotFound.
    """
    basket = Basket.objects.select_related("customer").filter(reference=reference).first()
    if basket is None:
        raise NotFound("basket", reference=reference)
    rows = list(
        BasketLine.objects.filter(basket=basket).select_related(
            "variant__product__merchant__market"
        )
    )
    variant_ids = [row.variant_id for row in rows if row.variant_id]
    left = left_by_variant(variant_ids)
    for variant_id, quantity in kept_for(reference).items():
        left[variant_id] = left.get(variant_id, 0) + quantity  # nobody else's
    sold = set(for_sale().filter(pk__in=variant_ids).values_list("pk", flat=True))
    return BasketView(basket=basket, lines=[_seen(row, left, sold) for row in rows])


def open_basket_of(customer: Customer) -> Basket | None:
    """The customer's open basket, if there is one."""
    return Basket.objects.filter(customer=customer, status=BasketStatus.OPEN).first()


def guest_basket(reference: str) -> Basket | None:
    """An open basket that is nobody's yet, by the reference a visitor's session keeps."""
    baskets = Basket.objects.filter(reference=reference, status=BasketStatus.OPEN)
    return baskets.filter(customer=None).first()


def line_of(*, basket: Basket, reference: str) -> BasketLine:
    """One of the basket's own lines. Raises NotFound, also for another basket's."""
    lines = BasketLine.objects.select_related("basket", "variant__product")
    line = lines.filter(basket=basket, reference=reference).first()
    if line is None:
        raise NotFound("line", reference=reference)
    return line


def _seen(row: BasketLine, left: dict[int, int], sold: set[int]) -> LineView:
    goods = row.variant
    return LineView(
        reference=row.reference,
        way=Way(row.way),
        quantity=row.quantity,
        variant=goods,
        box_reference=row.box_reference,
        bundle_reference=row.bundle_reference,
        child_reference=row.child_reference,
        ticket_reference=row.ticket_reference,
        name=row.name,
        name_en=row.name_en,
        price_seen_won=row.price_seen_won,
        left=left[goods.pk] if goods else 0,
        for_sale=goods is None or (goods.pk in sold and row.way in goods.product.open_ways),
    )
