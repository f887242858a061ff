"""Several payments for one order: vouchers, and a card or money on site for the rest.

Each pays a share of each line and delivery fee. What is given back of a line goes back to those
that paid for it, in proportion to what they have left there, by largest remainder: so money for
goods never becomes more money than came in for them, a voucher never becomes cash, and the part
that bears VAT goes back as it came. The order's row is locked by the caller.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from django.db import transaction

from commerce.catalogue.models import TaxClass
from commerce.money import share
from commerce.orders.models import Fulfilment, FulfilmentStatus, Order, OrderLine
from commerce.payments.models import (
    ACTIVE_PAYMENTS,
    Payment,
    PaymentMethod,
    PaymentShare,
    PaymentStatus,
    Refund,
)
from commerce.vouchers import actions as vouchers
from commerce.vouchers.covering import Bought, Offered, cover
from commerce.vouchers.models import Voucher


@transaction.atomic
def hold(
    *, order: Order, voucher_pks: Collection[int], member: bool, now: datetime
) -> list[Payment]:
    """What each voucher pays of this order is held for it: an open payment that ends with the
    order's own. One that pays for nothing of it is left alone.

    VOUCHER_UNKNOWN for somebody else's, and what ``vouchers.check_usable`` raises.
    """
    held = {voucher.reference: voucher for voucher in vouchers.lock(list(voucher_pks))}
    for voucher in held.values():
        if voucher.customer_id not in (None, order.customer_id):
            raise vouchers.CodeUnknown("voucher_code")
        vouchers.check_usable(voucher, member=member, now=now)
        if voucher.programme.personal:
            vouchers.keep(voucher=voucher, customer=order.customer, now=now)
    wanted = _wanted(order)
    covered = cover([bought for bought, _share in wanted.values()], offered(held.values()))
    opened = []
    for reference, by_key in covered.items():
        if by_key:
            vouchers.take(held[reference], sum(by_key.values()))
            payment = Payment(method=PaymentMethod.VOUCHER, voucher=held[reference])
            opened.append(_open(payment, order, {k: wanted[k][1] for k in by_key}, by_key, now))
    return opened


def offered(held: Iterable[Voucher]) -> list[Offered]:
    """As ``covering`` wants them, whichever come first to an end first among alike."""
    return [
        Offered(voucher.reference, voucher.spendable_won, voucher.programme)
        for voucher in sorted(held, key=lambda one: (one.until_on, one.pk))
    ]


def bought_line(key: str, line: OrderLine) -> Bought:
    """``line`` with its variant's product, category, merchant and market."""
    product = line.variant.product if line.variant else None
    market = product.merchant.market if product else None
    return Bought(
        key=key,
        won=line.line_won,
        tax_class=line.tax_class,
        merchant_kind=product.merchant.kind if product else "",
        market_reference=market.reference if market else "",
        category=product.category.slug if product else "",
    )


def _wanted(order: Order) -> dict[str, tuple[Bought, PaymentShare]]:
    """Everything that costs something, each with the share of a payment to be."""
    lines = OrderLine.objects.filter(fulfilment__order=order).select_related(
        "fulfilment", "variant__product__category", "variant__product__merchant__market"
    )
    found = [
        (bought_line(line.reference, line), PaymentShare(fulfilment=line.fulfilment, line=line))
        for line in lines.order_by("fulfilment_id", "pk")
    ]
    found += [
        (Bought(part.reference, part.delivery_won, delivery=True), PaymentShare(fulfilment=part))
        for part in order.fulfilments.order_by("pk")
    ]
    return {bought.key: (bought, share) for bought, share in found if bought.won}


def _open(
    payment: Payment,
    order: Order,
    shares: Mapping[str, PaymentShare],
    by_key: Mapping[str, int],
    now: datetime,
) -> Payment:
    payment.order, payment.opened_at = order, now
    payment.amount_won = sum(by_key.values())
    payment.tax_free_won = sum(by_key[key] for key, one in shares.items() if is_tax_free(one))
    payment.save()
    PaymentShare.objects.bulk_create(
        PaymentShare(payment=payment, fulfilment=one.fulfilment, line=one.line, won=by_key[key])
        for key, one in shares.items()
    )
    return payment


def is_tax_free(one: PaymentShare) -> bool:
    return one.line is not None and one.line.tax_class == TaxClass.EXEMPT


def shares_of(order: Order, statuses: Sequence[str]) -> list[PaymentShare]:
    """Of payments in one of these states, with part and line, by row; none where no voucher is."""
    return list(
        PaymentShare.objects.filter(payment__order=order, payment__status__in=statuses)
        .select_related("payment", "fulfilment", "line")
        .order_by("pk")
    )


def open_rest(
    *, order: Order, parts: Sequence[Fulfilment], method: str, now: datetime
) -> list[Payment]:
    """Payments for what the vouchers held for an order leave, each with its shares: one for all of
    it, or on site one for each part."""
    held = [
        one
        for one in shares_of(order, ACTIVE_PAYMENTS)
        if one.payment.method == PaymentMethod.VOUCHER
    ]
    covered: dict[str, int] = defaultdict(int)
    for one in held:
        covered[one.reference] += one.won
    kept = {part.pk for part in parts}
    rest = {
        key: (bought.won - covered[key], share)
        for key, (bought, share) in _wanted(order).items()
        if share.fulfilment_id in kept and bought.won > covered[key]
    }
    together: dict[int | None, dict[str, PaymentShare]] = defaultdict(dict)
    for key, (_won, one) in rest.items():
        together[one.fulfilment_id if method == PaymentMethod.ON_SITE else None][key] = one
    won = {key: amount for key, (amount, _share) in rest.items()}
    by_row = {part.pk: part for part in parts}
    return [
        _open(
            Payment(method=method, fulfilment=by_row.get(part) if part else None),
            order,
            shares,
            {key: won[key] for key in shares},
            now,
        )
        for part, shares in together.items()
    ]


def capture(*, order: Order, now: datetime) -> list[Payment]:
    """What is held of vouchers is spent now; all that are spent for this order. A repeat changes
    nothing. Must be called inside the transaction that confirms the order."""
    standing = order.payments.filter(method=PaymentMethod.VOUCHER, status__in=ACTIVE_PAYMENTS)
    spent = list(standing.order_by("pk"))
    for payment in spent:
        if payment.status == PaymentStatus.OPEN:
            payment.status, payment.paid_at = PaymentStatus.PAID, now
            payment.save(update_fields=["status", "paid_at"])
    return spent


def are_several(order: Order) -> bool:
    """Whether a voucher pays, or paid, for some of it."""
    return PaymentShare.objects.filter(payment__order=order).exists()


def paid_by_part(order: Order) -> dict[int, int]:
    """Won by the part's row that several payments have paid; empty for a single payment."""
    paid: dict[int, int] = defaultdict(int)
    for one in shares_of(order, [PaymentStatus.PAID]):
        paid[one.fulfilment_id] += one.won
    return dict(paid)


Divided = list[tuple[PaymentShare, int]]


def divide(*, line: OrderLine, won: int) -> Divided:
    """Who gets how much of what is given back of a line. Of money still to be taken on site, less
    is asked for. Never more than a share has left, nor all of them together."""
    shares = [
        one
        for one in shares_of(line.fulfilment.order, ACTIVE_PAYMENTS)
        if one.line_id == line.pk and one.left_won
    ]
    left = [one.left_won for one in shares]
    parts = share(min(won, sum(left)), left)
    return [(one, part) for one, part in zip(shares, parts, strict=True) if part]


def owed_of(order: Order) -> Divided:
    """What was paid for parts that were cancelled since, and has not gone back."""
    return [
        (one, one.left_won)
        for one in shares_of(order, [PaymentStatus.PAID])
        if one.left_won and one.fulfilment.status == FulfilmentStatus.CANCELLED
    ]


def take_up_again(refund: Refund) -> None:
    """It was refused after all: its shares have what it would have given back. Its payment is
    locked by the caller."""
    for part in refund.shares.select_related("share"):
        part.share.refunded_won -= part.won
        part.share.save(update_fields=["refunded_won"])


def lower(share: PaymentShare, won: int) -> None:
    """So much less is asked for on site: of a payment nobody has taken yet, locked by the
    caller."""
    share.won -= won
    share.save(update_fields=["won"])
