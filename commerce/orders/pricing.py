"""What a split basket costs, in whole won, VAT included."""

from collections.abc import Sequence
from dataclasses import dataclass

from commerce.money import share, vat_inside
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
    taxable = [_goods(group, "taxable") for group in groups]
    exempt = [_goods(group, "exempt") for group in groups]
    # VAT is worked out once on the order, as on its receipt, then apportioned: rounding it group
    # by group would leave the parts some won away from the whole.
    vat_won = vat_inside(sum(taxable))[1]
    parts = tuple(
        PartPrice(
            key=group.key,
            taxable_won=taxable_won,
            exempt_won=exempt_won,
            vat_won=part_vat_won,
            delivery_won=_fee(group, taxable_won + exempt_won, joint_delivery_won, free_from_won),
        )
        for group, taxable_won, exempt_won, part_vat_won in zip(
            groups, taxable, exempt, share(vat_won, taxable), strict=True
        )
    )
    return Price(
        parts=parts,
        taxable_won=sum(taxable),
        exempt_won=sum(exempt),
        vat_won=vat_won,
        delivery_won=sum(part.delivery_won for part in parts),
    )


def _goods(group: Group, tax_class: str) -> int:
    return sum(line.line_won for line in group.lines if line.tax_class == tax_class)


def _fee(group: Group, goods_won: int, joint_delivery_won: int, free_from_won: int) -> int:
    if group.is_books or group.way != "delivery" or goods_won >= free_from_won:
        return 0
    return joint_delivery_won
