"""What a split basket costs, in whole won, VAT included."""

from collections.abc import Sequence
from dataclasses import dataclass

from commerce.money import vat_inside
from commerce.orders.splitting import Group

JOINT_DELIVERY_WON = 4_000
FREE_FROM_WON = 50_000


@dataclass(frozen=True)
class PartPrice:
    """One group's share of the price. ``goods = taxable + exempt``; VAT is inside ``taxable``.

    The delivery fee is a bucket of its own, as it is on a receipt.
    """

    key: str
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
    def supply_won(self) -> int:
        """Taxable goods without their VAT (공급가액)."""
        return self.taxable_won - self.vat_won


def price(
    groups: Sequence[Group],
    *,
    joint_delivery_won: int = JOINT_DELIVERY_WON,
    free_from_won: int = FREE_FROM_WON,
) -> Price:
    """Prices the result of ``split``. The fee is asked once for each delivered group of goods."""
    parts = tuple(_part(group, joint_delivery_won, free_from_won) for group in groups)
    return Price(
        parts=parts,
        taxable_won=sum(part.taxable_won for part in parts),
        exempt_won=sum(part.exempt_won for part in parts),
        vat_won=sum(part.vat_won for part in parts),
        delivery_won=sum(part.delivery_won for part in parts),
    )


def _part(group: Group, joint_delivery_won: int, free_from_won: int) -> PartPrice:
    taxable_won, exempt_won = _goods(group, "taxable"), _goods(group, "exempt")
    return PartPrice(
        key=group.key,
        taxable_won=taxable_won,
        exempt_won=exempt_won,
        # Line by line, as every commerce core rounds it: so the parts add up to the order, and
        # a merchant's lines to what the receipt says of them.
        vat_won=sum(vat_inside(x.line_won)[1] for x in group.lines if x.tax_class == "taxable"),
        delivery_won=_fee(group, taxable_won + exempt_won, joint_delivery_won, free_from_won),
    )


def _goods(group: Group, tax_class: str) -> int:
    return sum(line.line_won for line in group.lines if line.tax_class == tax_class)


def _fee(group: Group, goods_won: int, joint_delivery_won: int, free_from_won: int) -> int:
    # A box is brought for nothing more, on its day.
    if group.is_books or group.is_box or group.way != "delivery" or goods_won >= free_from_won:
        return 0
    return joint_delivery_won
