"""The core that needs no second service: our own tables, in the caller's transaction.

The catalogue's products are the product records, and ``commerce.stock`` counts and promises.
An order's row is locked before it is looked at, and stock after it, in row order.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from commerce.catalogue.models import ProductStatus, TaxClass, Variant
from commerce.catalogue.queries import variants_by_reference
from commerce.core import products, tax
from commerce.core.errors import (
    CoreKeyReused,
    CoreOrderEnded,
    CoreOrderFulfilled,
    CoreOrderPaid,
    CoreOrderUnknown,
    NotPublished,
    OutOfStock,
    OverFulfilled,
    Overpaid,
    OverRefund,
)
from commerce.core.models import CoreEntry, CoreLine, CoreProduct, EntryKind
from commerce.core.models import CoreOrder as OrderRow
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
from commerce.stock import actions as shelves
from commerce.stock.models import Allocation, AllocationStatus, StockRecord
from commerce.stock.queries import left_by_variant

ENDED = (CoreStatus.CANCELLED, CoreStatus.EXPIRED)
LEFT = (CoreStatus.PARTLY_FULFILLED, CoreStatus.FULFILLED)
# What is stamped now may be committed, and so seen, this much later.
LONGEST_TRANSACTION = timedelta(minutes=1)


class EmbeddedCore:
    """See ``CommerceCore``. It is never unavailable: where our tables are not, nothing is."""

    immediate = True

    def publish(self, product: ProductFacts) -> None:
        products.publish(product, now=timezone.now())

    @transaction.atomic
    def set_stock(self, on_hand: Mapping[str, int]) -> None:
        found = variants_by_reference(list(on_hand))
        for reference in on_hand:
            if reference not in found:
                raise NotPublished("variant", variant=reference)
        levels = {found[reference]: quantity for reference, quantity in on_hand.items()}
        shelves.set_levels(on_hand=levels, now=timezone.now())

    def stock(self, variants: Sequence[str]) -> dict[str, Level]:
        known = Variant.objects.filter(reference__in=variants).values_list(
            "reference", "stock__on_hand", "stock__allocated"
        )
        # One that was never counted has no record.
        return {reference: Level(there or 0, held or 0) for reference, there, held in known}

    def quote(self, wanted: Wanted) -> Quote:
        row = OrderRow.objects.filter(reference=wanted.reference).first()
        if row is not None:
            return _placed_before(row, wanted).quote
        lines = _lines(wanted)
        _check_for_sale(lines)
        left = left_by_variant(line.variant_id for line in lines)
        for line in lines:
            if line.quantity > left[line.variant_id]:
                raise _out_of_stock(line.variant.reference, left[line.variant_id])
            left[line.variant_id] -= line.quantity
        return _quote(lines, wanted.delivery_won)

    @transaction.atomic
    def place(self, wanted: Wanted) -> CoreOrder:
        now = timezone.now()
        lines = _lines(wanted)
        row = OrderRow(
            reference=wanted.reference,
            group=wanted.group,
            delivery_won=wanted.delivery_won,
            total_won=_quote(lines, wanted.delivery_won).total.gross_won,
            created_at=now,
            changed_at=now,
        )
        try:
            # A rival's uncommitted row makes this insert wait: a repeat finds the first answer.
            with transaction.atomic():
                row.save(force_insert=True)
                for line in lines:
                    line.order = row
                CoreLine.objects.bulk_create(lines)
        except IntegrityError:
            first = OrderRow.objects.filter(reference=wanted.reference).first()
            if first is None:  # it is a line that was used for another order
                raise CoreKeyReused("lines", key=wanted.reference) from None
            return _placed_before(first, wanted)
        _check_for_sale(lines)
        _hold(lines, now)
        return _seen(row, lines)

    @transaction.atomic
    def confirm(self, reference: str) -> CoreOrder:
        row = _locked(reference)
        _check_not_ended(row)
        if row.status == CoreStatus.PLACED:
            _move(row, CoreStatus.CONFIRMED)
        return _seen(row)

    @transaction.atomic
    def record_payment(self, reference: str, *, key: str, amount_won: int) -> CoreOrder:
        row = _locked(reference)
        if _first_time(
            CoreEntry(order=row, kind=EntryKind.PAYMENT, key=key, amount_won=amount_won)
        ):
            _check_not_ended(row)
            left_won = row.total_won - row.charged_won
            if amount_won > left_won:
                raise Overpaid("amount_won", left_won=left_won)
            row.charged_won += amount_won
            _save(row)
        return _seen(row)

    @transaction.atomic
    def record_refund(self, reference: str, *, key: str, amount_won: int) -> CoreOrder:
        row = _locked(reference)
        if _first_time(CoreEntry(order=row, kind=EntryKind.REFUND, key=key, amount_won=amount_won)):
            left_won = row.charged_won - row.refunded_won
            if amount_won > left_won:
                raise OverRefund("amount_won", left_won=left_won)
            row.refunded_won += amount_won
            _save(row)
        return _seen(row)

    @transaction.atomic
    def fulfil(self, reference: str, *, key: str, lines: Mapping[str, int]) -> CoreOrder:
        row = _locked(reference)
        rows = list(row.lines.order_by("pk"))
        if _first_time(CoreEntry(order=row, kind=EntryKind.FULFILMENT, key=key, lines=dict(lines))):
            _check_not_ended(row)
            _let_leave(rows, lines)
            _move(row, _gone_so_far(rows))
        return _seen(row, rows)

    @transaction.atomic
    def shorten(self, reference: str, *, key: str, lines: Mapping[str, int]) -> CoreOrder:
        row = _locked(reference)
        rows = list(row.lines.order_by("pk"))
        if _first_time(CoreEntry(order=row, kind=EntryKind.SHORTAGE, key=key, lines=dict(lines))):
            _check_not_ended(row)
            _fall_short(rows, lines)
            _move(row, _gone_so_far(rows) if row.status in LEFT else CoreStatus(row.status))
        return _seen(row, rows)

    @transaction.atomic
    def cancel(self, reference: str) -> CoreOrder:
        return _end(_locked(reference), CoreStatus.CANCELLED)

    @transaction.atomic
    def expire(self, reference: str) -> CoreOrder:
        row = _locked(reference)
        if row.charged_won and row.status not in ENDED:
            raise CoreOrderPaid("reference")
        return _end(row, CoreStatus.EXPIRED)

    def read(self, reference: str) -> CoreOrder | None:
        row = OrderRow.objects.filter(reference=reference).first()
        return None if row is None else _seen(row)

    def listed(self, only: Collection[str] | None = None) -> Iterator[Listed]:
        known = products.known()
        if only is not None:
            known = known.filter(reference__in=only)
        for product in known:
            variants = list(product.variants.all())
            yield Listed(
                id=product.reference,
                reference=product.reference,
                name=product.name,
                published=product.status == ProductStatus.PUBLISHED,
                prices_won={variant.reference: variant.price_won for variant in variants},
                on_hand={
                    variant.reference: variant.stock.on_hand
                    for variant in variants
                    if hasattr(variant, "stock")
                },
            )

    def hide(self, product: str) -> None:
        """Everything it has is ours."""
        raise NotPublished("product", product=product)

    def tidy_up(self, before: datetime) -> int:
        return 0

    def changed_since(self, since: datetime) -> Changes:
        until = timezone.now() - LONGEST_TRANSACTION
        stamped = CoreProduct.objects.filter(changed_at__gte=since)
        counted = StockRecord.objects.filter(counted_at__gte=since)
        orders = OrderRow.objects.filter(changed_at__gte=since)
        return Changes(
            products=frozenset(stamped.values_list("product__reference", flat=True))
            | frozenset(counted.values_list("variant__product__reference", flat=True)),
            orders=frozenset(orders.values_list("reference", flat=True)),
            until=until,
        )


def _lines(wanted: Wanted) -> list[CoreLine]:
    """Not saved yet. NOT_PUBLISHED for a variant nobody knows."""
    found = variants_by_reference([line.variant_reference for line in wanted.lines])
    for line in wanted.lines:
        if line.variant_reference not in found:
            raise NotPublished("lines", variant=line.variant_reference)
    variants = [found[line.variant_reference] for line in wanted.lines]
    return [
        CoreLine(
            reference=line.reference,
            variant=variant,
            quantity=line.quantity,
            unit_price_won=line.unit_price_won,
            taxable=variant.product.tax_class == TaxClass.TAXABLE,
        )
        for line, variant in zip(wanted.lines, variants, strict=True)
    ]


def _check_for_sale(lines: Sequence[CoreLine]) -> None:
    for line in lines:
        if line.variant.product.status != ProductStatus.PUBLISHED:
            raise NotPublished("lines", variant=line.variant.reference)


def _hold(lines: Sequence[CoreLine], now: datetime) -> None:
    """A line for which the mall holds stock already keeps it."""
    references = [line.reference for line in lines]
    held = Allocation.objects.filter(
        line_reference__in=references, status=AllocationStatus.ALLOCATED
    )
    if held.count() == len(lines):
        return
    wants = [shelves.Want(line.variant_id, line.reference, line.quantity) for line in lines]
    try:
        shelves.allocate(wants=wants, now=now)
    except shelves.InsufficientStock as short:
        raise _out_of_stock(short.data["variant"], short.data["left"]) from short
    except shelves.AllocationReleased as ended:
        raise CoreKeyReused("lines", key=ended.data["line"]) from ended


def _out_of_stock(variant: object, left: object) -> OutOfStock:
    return OutOfStock("lines", variant=variant, left=left)


def _placed_before(row: OrderRow, wanted: Wanted) -> CoreOrder:
    """The order as it is now. CORE_KEY_REUSED when something else is wanted."""
    lines = list(row.lines.select_related("variant").order_by("pk"))
    had = {(x.reference, x.variant.reference, x.quantity, x.unit_price_won) for x in lines}
    asked = {(x.reference, x.variant_reference, x.quantity, x.unit_price_won) for x in wanted.lines}
    if had != asked or row.delivery_won != wanted.delivery_won:
        raise CoreKeyReused("reference", key=wanted.reference)
    return _seen(row, lines)


def _locked(reference: str) -> OrderRow:
    row = OrderRow.objects.locked().filter(reference=reference).first()
    if row is None:
        raise CoreOrderUnknown("reference")
    return row


def _check_not_ended(row: OrderRow) -> None:
    if row.status in ENDED:
        raise CoreOrderEnded("reference", status=row.status)


def _first_time(entry: CoreEntry) -> bool:
    """Writes it down; False when it was before. CORE_KEY_REUSED when it was another.

    What is refused after this is rolled back together with it.
    """
    entry.at = timezone.now()
    try:
        with transaction.atomic():
            entry.save(force_insert=True)
    except IntegrityError:
        first = CoreEntry.objects.get(kind=entry.kind, key=entry.key)
        same = (first.order_id, first.amount_won, first.lines)
        if same != (entry.order_id, entry.amount_won, entry.lines):
            raise CoreKeyReused("key", key=entry.key) from None
        return False
    return True


def _gone_so_far(rows: Sequence[CoreLine]) -> CoreStatus:
    whole = all(row.fulfilled + row.short == row.quantity for row in rows)
    return CoreStatus.FULFILLED if whole else CoreStatus.PARTLY_FULFILLED


def _check_left(rows: Sequence[CoreLine], lines: Mapping[str, int]) -> None:
    left = {row.reference: row.quantity - row.short - row.fulfilled for row in rows}
    for reference, quantity in lines.items():
        if not 1 <= quantity <= left.get(reference, 0):
            raise OverFulfilled("lines", line=reference, left=left.get(reference, 0))


def _fall_short(rows: Sequence[CoreLine], lines: Mapping[str, int]) -> None:
    _check_left(rows, lines)
    short = [row for row in rows if row.reference in lines]
    for row in short:
        row.short += lines[row.reference]
    CoreLine.objects.bulk_update(short, ["short"])
    shelves.hold_at_most(
        held={row.reference: row.quantity - row.short for row in short}, now=timezone.now()
    )


def _let_leave(rows: Sequence[CoreLine], lines: Mapping[str, int]) -> None:
    _check_left(rows, lines)
    leaving = [row for row in rows if row.reference in lines]
    for row in leaving:
        row.fulfilled += lines[row.reference]
    CoreLine.objects.bulk_update(leaving, ["fulfilled"])
    so_far = {row.reference: row.fulfilled for row in leaving}
    shelves.issue_so_far(left=so_far, now=timezone.now())


def _end(row: OrderRow, status: CoreStatus) -> CoreOrder:
    lines = list(row.lines.order_by("pk"))
    if row.status in LEFT:
        raise CoreOrderFulfilled("reference")
    if row.status not in ENDED:
        shelves.release(line_references=[line.reference for line in lines], now=timezone.now())
        _move(row, status)
    return _seen(row, lines)


def _move(row: OrderRow, status: CoreStatus) -> None:
    row.status = status
    _save(row)


def _save(row: OrderRow) -> None:
    row.changed_at = timezone.now()
    row.save(update_fields=["status", "charged_won", "refunded_won", "changed_at"])


def _seen(row: OrderRow, lines: Sequence[CoreLine] | None = None) -> CoreOrder:
    if lines is None:
        lines = list(row.lines.order_by("pk"))
    return CoreOrder(
        reference=row.reference,
        status=CoreStatus(row.status),
        quote=_quote(lines, row.delivery_won),
        charged_won=row.charged_won,
        refunded_won=row.refunded_won,
        fulfilled={line.reference: line.fulfilled for line in lines},
    )


def _quote(lines: Sequence[CoreLine], delivery_won: int) -> Quote:
    taxed = {
        line.reference: tax.line(line.unit_price_won, line.quantity, taxable=line.taxable)
        for line in lines
    }
    delivery = tax.shipping(delivery_won)
    return Quote(taxed, delivery, tax.order([*taxed.values(), delivery]))
