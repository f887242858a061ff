"""Carries what the embedded core holds to another core.

Each order goes with all that happened to it, under the same references and keys, so what was
carried before is not carried again: whoever is killed in the middle starts anew and loses nothing.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime

from django.db.models import Prefetch, QuerySet

from commerce.core import shelf
from commerce.core.models import CoreEntry, CoreLine, CoreOrder, CoreStep, EntryKind, Operation
from commerce.core.port import (
    CommerceCore,
    CoreStatus,
    Level,
    ProductFacts,
    Wanted,
    WantedLine,
)
from commerce.core.port import CoreOrder as Seen
from commerce.errors import CommerceError

ENDED = (CoreStatus.CANCELLED, CoreStatus.EXPIRED)
OPEN = (CoreStatus.PLACED, CoreStatus.CONFIRMED, CoreStatus.PARTLY_FULFILLED)
# As many variants as are asked for at once.
PAGE = 100

# What people are shown beside a fulfilment, by its reference.
FactsOf = Callable[[str], Mapping[str, str]]


@dataclass
class Carried:
    """``refused``: why, by the fulfilment's reference."""

    orders: int = 0
    same: int = 0
    refused: dict[str, CommerceError] = field(default_factory=dict)


@dataclass(frozen=True)
class Count:
    """Something that has to be the same on both sides."""

    what: str
    here: int
    there: int


def to_carry() -> QuerySet[CoreOrder]:
    """Open orders, and those carried before whatever became of them; oldest first."""
    lines = CoreLine.objects.select_related("variant__product").order_by("pk")
    entries = CoreEntry.objects.order_by("at", "pk")
    carried = CoreStep.objects.filter(operation=Operation.PLACE, done_at__isnull=False, refused="")
    orders = CoreOrder.objects.filter(status__in=OPEN) | CoreOrder.objects.filter(
        reference__in=carried.values("subject")
    )
    return orders.prefetch_related(Prefetch("lines", lines), Prefetch("entries", entries)).order_by(
        "pk"
    )


def to_bring() -> tuple[list[ProductFacts], dict[str, int]]:
    """Products and stock as the orders to be carried need them: what they were placed for is for
    sale, and as much of it is there as was. ``settle`` sets both right."""
    products, on_hand = shelf.everything()
    stock = Counter(on_hand)
    needed = set()
    for order in to_carry():
        for line in order.lines.all():
            needed.add(line.variant.product.reference)
            stock[line.variant.reference] += line.short + line.fulfilled
            if order.status in ENDED:  # it was open, and may be there as such
                stock[line.variant.reference] += line.quantity - line.short
    shown = [replace(one, published=one.published or one.reference in needed) for one in products]
    return shown, dict(stock)


def carry(
    here: CommerceCore,
    there: CommerceCore,
    *,
    facts_of: FactsOf,
    on_progress: Callable[[], None],
    now: datetime,
) -> Carried:
    """Must not be called inside a transaction. What one is refused for does not stop the others."""
    carried = Carried()
    for order in to_carry():
        try:
            if _carry(here, there, order, facts_of):
                carried.orders += 1
            else:
                carried.same += 1
            _remember(order, facts_of, now)
        except CommerceError as refusal:
            carried.refused[order.reference] = refusal
        on_progress()
    return carried


def settle(there: CommerceCore) -> None:
    """After the orders: what is not for sale is not, and as many are there as here."""
    products, on_hand = shelf.everything()
    for one in products:
        if not one.published:
            there.publish(one)
    variants = list(on_hand)
    for start in range(0, len(variants), PAGE):
        page = variants[start : start + PAGE]
        levels = there.stock(page)
        other = {
            variant: on_hand[variant]
            for variant in page
            if variant in levels and levels[variant].on_hand != on_hand[variant]
        }
        if other:
            there.set_stock(other)


def counts(here: CommerceCore, there: CommerceCore) -> list[Count]:
    """Of everything that was to be carried; money in won."""
    references = list(to_carry().values_list("reference", flat=True))
    ours = [one for one in map(here.read, references) if one is not None]
    theirs = [one for one in map(there.read, references) if one is not None]
    known = set(shelf.offered().values_list("reference", flat=True))
    ours_by_variant = shelf.levels(shelf.offered())
    levels, their_levels = ours_by_variant.values(), _levels(there, list(ours_by_variant))
    return [
        Count("products", len(known), sum(one.reference in known for one in there.listed())),
        Count("on hand", _sum(levels, "on_hand"), _sum(their_levels, "on_hand")),
        Count("promised", _sum(levels, "allocated"), _sum(their_levels, "allocated")),
        Count("orders", len(ours), len(theirs)),
        Count("orders that agree", len(ours), sum(one in theirs for one in ours)),
        Count("won ordered", _ordered_won(ours), _ordered_won(theirs)),
        Count("won paid", _sum(ours, "charged_won"), _sum(theirs, "charged_won")),
        Count("won given back", _sum(ours, "refunded_won"), _sum(theirs, "refunded_won")),
    ]


def _carry(here: CommerceCore, there: CommerceCore, order: CoreOrder, facts_of: FactsOf) -> bool:
    """Whether anything was missing there."""
    if there.read(order.reference) == here.read(order.reference):
        return False
    there.place(_wanted(order, facts_of))
    entries = list(order.entries.all())
    if order.status not in (CoreStatus.PLACED, *ENDED):
        there.confirm(order.reference)
    for kind in (EntryKind.PAYMENT, EntryKind.SHORTAGE, EntryKind.FULFILMENT):
        for entry in (one for one in entries if one.kind == kind):
            _tell(there, order, entry)
    if order.status == CoreStatus.CANCELLED:
        there.cancel(order.reference)
    elif order.status == CoreStatus.EXPIRED:
        there.expire(order.reference)
    for entry in (one for one in entries if one.kind == EntryKind.REFUND):
        _tell(there, order, entry)
    return True


def _tell(there: CommerceCore, order: CoreOrder, entry: CoreEntry) -> None:
    reference, key = order.reference, entry.key
    match entry.kind:
        case EntryKind.PAYMENT:
            there.record_payment(reference, key=key, amount_won=entry.amount_won)
        case EntryKind.REFUND:
            there.record_refund(reference, key=key, amount_won=entry.amount_won)
        case EntryKind.SHORTAGE:
            there.shorten(reference, key=key, lines=entry.lines)
        case EntryKind.FULFILMENT:
            there.fulfil(reference, key=key, lines=entry.lines)


def _remember(order: CoreOrder, facts_of: FactsOf, now: datetime) -> None:
    """As if it had been told step by step: what happens to it from now on will be."""
    placed = CoreStep(
        subject=order.reference,
        operation=Operation.PLACE,
        key=f"{Operation.PLACE}:{order.reference}",
        facts=asdict(_wanted(order, facts_of)),
        written_at=now,
        done_at=now,
    )
    paid = [
        CoreStep(
            subject=order.reference,
            operation=Operation.PAY,
            key=f"{Operation.PAY}:{entry.key}",
            facts={"key": entry.key, "amount_won": entry.amount_won},
            written_at=now,
            done_at=now,
        )
        for entry in order.entries.all()
        if entry.kind == EntryKind.PAYMENT
    ]
    CoreStep.objects.bulk_create([placed, *paid], ignore_conflicts=True)


def _wanted(order: CoreOrder, facts_of: FactsOf) -> Wanted:
    return Wanted(
        reference=order.reference,
        group=order.group,
        lines=tuple(
            WantedLine(line.reference, line.variant.reference, line.quantity, line.unit_price_won)
            for line in order.lines.all()
        ),
        delivery_won=order.delivery_won,
        facts=facts_of(order.reference),
    )


def _levels(core: CommerceCore, variants: list[str]) -> list[Level]:
    found: list[Level] = []
    for start in range(0, len(variants), PAGE):
        found += core.stock(variants[start : start + PAGE]).values()
    return found


def _sum(rows: Iterable[object], field: str) -> int:
    return sum(getattr(row, field) for row in rows)


def _ordered_won(orders: Iterable[Seen]) -> int:
    return sum(one.quote.total.gross_won for one in orders)
