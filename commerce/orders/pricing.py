"""What a split basket costs, in whole won, VAT included."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from commerce.merchants.parcel_terms import ParcelTerms
from commerce.money import vat_inside
from commerce.orders.splitting import Group

JOINT_DELIVERY_WON = 4_000
FREE_FROM_WON = 50_000


@dataclass(frozen=True)
class PartPrice:
    """One group's share of the price. ``goods = taxable + exempt``; VAT is inside ``taxable``.

    The delivery fee is a bucket of its own, as it is on a receipt; ``far_won`` of it are asked
    because the door is far away.
    """

    key: str
    taxable_won: int
    exempt_won: int
    vat_won: int
    delivery_won: int
    far_won: int = 0

    @property
    def goods_won(self) -> int:
        return self.taxable_won + self.exempt_won

    @property
    def total_won(self) -> int:
        return self.goods_won + self.delivery_won


@dataclass(frozen=True)
class Fees:
    """What bringing costs, in whole won. ``parcels``: each merchant's terms, by reference; ``far``:
    the door is one that couriers ask more for."""

    joint_delivery_won: int = JOINT_DELIVERY_WON
    free_from_won: int = FREE_FROM_WON
    parcels: Mapping[str, ParcelTerms] = field(default_factory=dict)
    far: bool = False


@dataclass(frozen=True)
class Price:
    """The whole order; every amount is exactly the sum of its parts'."""

    parts: tuple[PartPrice, ...]
    taxable_won: int
    exempt_won: int
    vat_won: int
    delivery_won: int

    @property
    def goods_won(self) -> int:
        return self.taxable_won + self.exempt_won

    @property
    def total_won(self) -> int:
        return self.goods_won + self.delivery_won

    @property
    def far_won(self) -> int:
        """Of the delivery fees: what is asked because the door is far away."""
        return sum(part.far_won for part in self.parts)

    @property
    def supply_won(self) -> int:
        """Taxable goods without their VAT (공급가액)."""
        return self.taxable_won - self.vat_won


def price(groups: Sequence[Group], fees: Fees | None = None) -> Price:
    """Prices the result of ``split``. The fee is asked once for each delivered group of goods, and
    for each parcel, whose merchant is in ``fees.parcels``."""
    parts = tuple(_part(group, fees or Fees()) for group in groups)
    return Price(
        parts=parts,
        taxable_won=sum(part.taxable_won for part in parts),
        exempt_won=sum(part.exempt_won for part in parts),
        vat_won=sum(part.vat_won for part in parts),
        delivery_won=sum(part.delivery_won for part in parts),
    )


def _part(group: Group, fees: Fees) -> PartPrice:
    taxable_won, exempt_won = _goods(group, "taxable"), _goods(group, "exempt")
    return PartPrice(
        key=group.key,
        taxable_won=taxable_won,
        exempt_won=exempt_won,
        # Line by line, as every commerce core rounds it: so the parts add up to the order, and
        # a merchant's lines to what the receipt says of them.
        vat_won=sum(vat_inside(x.line_won)[1] for x in group.lines if x.tax_class == "taxable"),
        delivery_won=_fee(group, taxable_won + exempt_won, fees),
        far_won=fees.parcels[group.hands_over].far_won if _is_far_parcel(group, fees) else 0,
    )


def _is_far_parcel(group: Group, fees: Fees) -> bool:
    return group.way == "parcel" and fees.far


def _goods(group: Group, tax_class: str) -> int:
    return sum(line.line_won for line in group.lines if line.tax_class == tax_class)


def _fee(group: Group, goods_won: int, fees: Fees) -> int:
    if group.way == "parcel":
        return fees.parcels[group.hands_over].fee(goods_won=goods_won, far=fees.far)
    # A box is brought for nothing more, on its day.
    brought = group.way == "delivery" and not group.is_books and not group.is_box
    if not brought or goods_won >= fees.free_from_won:
        return 0
    return fees.joint_delivery_won
