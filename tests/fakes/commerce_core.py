"""A commerce core that is elsewhere, with books of its own: it may be silent, or lose answers."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from threading import RLock
from typing import Any

from commerce.core import tax
from commerce.core.errors import (
    CoreKeyReused,
    CoreOrderEnded,
    CoreOrderFulfilled,
    CoreOrderPaid,
    CoreOrderUnknown,
    CoreUnavailable,
    NotPublished,
    OutOfStock,
    OverFulfilled,
    Overpaid,
    OverRefund,
)
from commerce.core.port import (
    Changes,
    CoreOrder,
    CoreStatus,
    Level,
    Listed,
    ProductFacts,
    Quote,
    Wanted,
)
from commerce.stock.actions import StockBelowAllocated

NAME = "tests.fakes.commerce_core.FarCore"
ENDED = (CoreStatus.CANCELLED, CoreStatus.EXPIRED)


class Books:
    """What it knows. A call holds ``lock`` from its first look to its last change."""

    def __init__(self) -> None:
        self.lock = RLock()
        self.products: dict[str, ProductFacts] = {}
        self.taxable: dict[str, bool] = {}
        self.levels: dict[str, Level] = {}
        self.orders: dict[str, CoreOrder] = {}
        self.wanted: dict[str, Wanted] = {}
        self.entries: dict[tuple[str, str], object] = {}
        self.short: Counter[str] = Counter()
        self.clock = datetime.min.replace(tzinfo=UTC)

    def publish(self, product: ProductFacts) -> None:
        self.products[product.reference] = product
        for variant in product.variants:
            self.taxable[variant.reference] = product.taxable
            self.levels.setdefault(variant.reference, Level(0, 0))

    def set_stock(self, on_hand: Mapping[str, int]) -> None:
        self._check_known(on_hand)
        for variant, quantity in on_hand.items():
            if quantity < self.levels[variant].allocated:
                raise StockBelowAllocated("quantity", allocated=self.levels[variant].allocated)
        for variant, quantity in on_hand.items():
            self.levels[variant] = replace(self.levels[variant], on_hand=quantity)

    def stock(self, variants: Sequence[str]) -> dict[str, Level]:
        return {variant: self.levels[variant] for variant in variants if variant in self.levels}

    def quote(self, wanted: Wanted) -> Quote:
        self._check_known(line.variant_reference for line in wanted.lines)
        left = {variant: level.left for variant, level in self.levels.items()}
        for line in wanted.lines:
            variant = line.variant_reference
            if line.quantity > left[variant]:
                raise OutOfStock("lines", variant=variant, left=left[variant])
            left[variant] -= line.quantity
        lines = {
            line.reference: tax.line(
                line.unit_price_won, line.quantity, taxable=self.taxable[line.variant_reference]
            )
            for line in wanted.lines
        }
        delivery = tax.shipping(wanted.delivery_won)
        return Quote(lines, delivery, tax.order([*lines.values(), delivery]))

    def place(self, wanted: Wanted) -> CoreOrder:
        known = self.orders.get(wanted.reference)
        if known is not None:
            if self.wanted[wanted.reference].lines != wanted.lines:
                raise CoreKeyReused("reference", key=wanted.reference)
            return known
        order = CoreOrder(
            reference=wanted.reference,
            status=CoreStatus.PLACED,
            quote=self.quote(wanted),
            charged_won=0,
            refunded_won=0,
            fulfilled={line.reference: 0 for line in wanted.lines},
        )
        for line in wanted.lines:
            self._shift(line.variant_reference, allocated=line.quantity)
        self.wanted[wanted.reference] = wanted
        return self._keep(order)

    def confirm(self, reference: str) -> CoreOrder:
        order = self._going_on(reference)
        placed = order.status == CoreStatus.PLACED
        return self._keep(replace(order, status=CoreStatus.CONFIRMED)) if placed else order

    def record_payment(self, reference: str, *, key: str, amount_won: int) -> CoreOrder:
        order = self._known(reference)
        if self._again("payment", key, (reference, amount_won)):
            return order
        self._going_on(reference)
        left_won = order.quote.total.gross_won - order.charged_won
        if amount_won > left_won:
            raise Overpaid("amount_won", left_won=left_won)
        self.entries["payment", key] = (reference, amount_won)
        return self._keep(replace(order, charged_won=order.charged_won + amount_won))

    def record_refund(self, reference: str, *, key: str, amount_won: int) -> CoreOrder:
        order = self._known(reference)
        if self._again("refund", key, (reference, amount_won)):
            return order
        if amount_won > order.left_to_refund_won:
            raise OverRefund("amount_won", left_won=order.left_to_refund_won)
        self.entries["refund", key] = (reference, amount_won)
        return self._keep(replace(order, refunded_won=order.refunded_won + amount_won))

    def fulfil(self, reference: str, *, key: str, lines: Mapping[str, int]) -> CoreOrder:
        order = self._known(reference)
        if self._again("fulfilment", key, (reference, dict(lines))):
            return order
        self._going_on(reference)
        ordered = {line.reference: line for line in self.wanted[reference].lines}
        for line, quantity in lines.items():
            left = ordered[line].quantity - self.short[line] - order.fulfilled[line]
            if quantity > left:
                raise OverFulfilled("lines", line=line, left=left)
        for line, quantity in lines.items():
            self._shift(ordered[line].variant_reference, on_hand=-quantity, allocated=-quantity)
        self.entries["fulfilment", key] = (reference, dict(lines))
        fulfilled = {line: n + lines.get(line, 0) for line, n in order.fulfilled.items()}
        return self._keep(self._gone_so_far(replace(order, fulfilled=fulfilled)))

    def shorten(self, reference: str, *, key: str, lines: Mapping[str, int]) -> CoreOrder:
        order = self._known(reference)
        if self._again("shortage", key, (reference, dict(lines))):
            return order
        self._going_on(reference)
        ordered = {line.reference: line for line in self.wanted[reference].lines}
        for line, quantity in lines.items():
            left = ordered[line].quantity - self.short[line] - order.fulfilled[line]
            if quantity > left:
                raise OverFulfilled("lines", line=line, left=left)
        for line, quantity in lines.items():
            self._shift(ordered[line].variant_reference, allocated=-quantity)
        self.short.update(lines)
        self.entries["shortage", key] = (reference, dict(lines))
        left_already = any(order.fulfilled.values())
        return self._keep(self._gone_so_far(order)) if left_already else order

    def cancel(self, reference: str) -> CoreOrder:
        return self._end(self._known(reference), CoreStatus.CANCELLED)

    def expire(self, reference: str) -> CoreOrder:
        order = self._known(reference)
        if order.charged_won and order.status not in ENDED:
            raise CoreOrderPaid("reference")
        return self._end(order, CoreStatus.EXPIRED)

    def read(self, reference: str) -> CoreOrder | None:
        return self.orders.get(reference)

    def listed(self, only: Collection[str] | None = None) -> Iterator[Listed]:
        for facts in self.products.values():
            if only is not None and facts.reference not in only:
                continue
            variants = [variant.reference for variant in facts.variants]
            yield Listed(
                id=f"there:{facts.reference}",
                reference=facts.reference if facts.merchant_reference else "",
                name=facts.name,
                published=facts.published,
                prices_won={variant.reference: variant.price_won for variant in facts.variants},
                on_hand={variant: self.levels[variant].on_hand for variant in variants},
            )

    def hide(self, product: str) -> None:
        reference = product.removeprefix("there:")
        if reference not in self.products:
            raise NotPublished("product", product=product)
        self.products[reference] = replace(self.products[reference], published=False)

    def tidy_up(self, before: datetime) -> int:
        return 0

    def changed_since(self, since: datetime) -> Changes:
        return Changes(frozenset(self.products), frozenset(self.orders), max(since, self.clock))

    def _gone_so_far(self, order: CoreOrder) -> CoreOrder:
        whole = all(
            line.quantity == self.short[line.reference] + order.fulfilled[line.reference]
            for line in self.wanted[order.reference].lines
        )
        status = CoreStatus.FULFILLED if whole else CoreStatus.PARTLY_FULFILLED
        return replace(order, status=status)

    def _check_known(self, variants: Iterable[str]) -> None:
        for variant in variants:
            if variant not in self.levels:
                raise NotPublished("variant", variant=variant)

    def _known(self, reference: str) -> CoreOrder:
        if reference not in self.orders:
            raise CoreOrderUnknown("reference")
        return self.orders[reference]

    def _going_on(self, reference: str) -> CoreOrder:
        order = self._known(reference)
        if order.status in ENDED:
            raise CoreOrderEnded("reference", status=order.status)
        return order

    def _again(self, kind: str, key: str, what: object) -> bool:
        if self.entries.get((kind, key), what) != what:
            raise CoreKeyReused("key", key=key)
        return (kind, key) in self.entries

    def _end(self, order: CoreOrder, status: CoreStatus) -> CoreOrder:
        if any(order.fulfilled.values()):
            raise CoreOrderFulfilled("reference")
        if order.status in ENDED:
            return order
        for line in self.wanted[order.reference].lines:
            held = line.quantity - self.short[line.reference]
            self._shift(line.variant_reference, allocated=-held)
        return self._keep(replace(order, status=status))

    def _shift(self, variant: str, *, on_hand: int = 0, allocated: int = 0) -> None:
        level = self.levels[variant]
        self.levels[variant] = Level(level.on_hand + on_hand, level.allocated + allocated)

    def _keep(self, order: CoreOrder) -> CoreOrder:
        self.orders[order.reference] = order
        return order


@dataclass
class Line:
    """How it is reached. ``losing``: the next answer only. ``refuses``: by the call's name.
    ``told``: as (name, reference), also what got no answer; not what was only read."""

    books: Books = field(default_factory=Books)
    silent: bool = False
    losing: bool = False
    refuses: dict[str, Exception] = field(default_factory=dict)
    told: list[tuple[str, Any]] = field(default_factory=list)


class FarCore:
    """Set as COMMERCE_CORE, with a fresh ``line`` for each test."""

    immediate = False
    line = Line()

    def __init__(self, line: Line | None = None) -> None:
        self.line = line or FarCore.line

    def __getattr__(self, name: str) -> Callable[..., Any]:
        line = self.line

        def call(*asked: Any, **more: Any) -> Any:
            if name not in ("read", "listed"):
                line.told.append((name, getattr(asked[0], "reference", asked[0])))
            if line.silent:
                raise CoreUnavailable(name)
            if name in line.refuses:
                raise line.refuses[name]
            with line.books.lock:
                answer = getattr(line.books, name)(*asked, **more)
            if line.losing:
                line.losing = False
                raise CoreUnavailable(name)
            return answer

        return call
