"""What vouchers would pay of a checkout, before anything is agreed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from commerce.basket.queries import LineView
from commerce.catalogue.models import TaxClass
from commerce.payments.tenders import offered
from commerce.vouchers.covering import Bought, cover
from commerce.vouchers.models import Voucher
from storefront.journeys.plan_checkout import CheckoutPlan, Part


@dataclass(frozen=True)
class Use:
    voucher: Voucher
    won: int

    @property
    def left_won(self) -> int:
        """What the voucher may still pay after this order."""
        return 0 if self.voucher.programme.single_use else self.voucher.spendable_won - self.won


@dataclass(frozen=True)
class VoucherPlan:
    """``rest_won`` is for the card, or on site."""

    uses: tuple[Use, ...]
    covered_won: int
    rest_won: int


def plan_vouchers(*, plan: CheckoutPlan, vouchers: Sequence[Voucher]) -> VoucherPlan:
    """As ``place_order`` will hold them, from the same basket: the same lines in the same order."""
    covered = cover(_bought(plan.parts), offered(vouchers)) if vouchers else {}
    uses = tuple(Use(one, sum(covered[one.reference].values())) for one in vouchers)
    covered_won = sum(use.won for use in uses)
    return VoucherPlan(uses, covered_won, plan.price.total_won - covered_won)


def _bought(parts: Iterable[Part]) -> list[Bought]:
    parts = list(parts)
    lines = [_line(line) for part in parts for line in part.lines]
    fees = [Bought(part.key, part.price.delivery_won, delivery=True) for part in parts]
    return [bought for bought in [*lines, *fees] if bought.won]


def _line(line: LineView) -> Bought:
    product = line.variant.product if line.variant else None
    return Bought(
        key=line.reference,
        won=line.line_won,
        # Besides goods only a bay at a screening costs something.
        tax_class=product.tax_class if product else TaxClass.TAXABLE,
        merchant_kind=line.merchant.kind if line.merchant else "",
        market_reference=line.market.reference if line.market else "",
        category=product.category.slug if product else "",
    )
