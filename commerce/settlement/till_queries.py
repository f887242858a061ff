"""What can be asked about tills: who holds how much since when, and what makes it up."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Min, Q, QuerySet, Sum
from django.db.models.functions import Greatest, Least, TruncMonth

from commerce.business_days import SEOUL, business_date
from commerce.orders.models import Fulfilment, OrderLine
from commerce.settlement.models import (
    AccountKind,
    LedgerAccount,
    LedgerEntry,
    TillCount,
    TillCountStatus,
)
from commerce.settlement.tills import KINDS, Holding, uncounted, waiting


@dataclass(frozen=True)
class Till:
    """What nobody has counted yet, ``since`` its first taking (None without any); and counts that
    wait for somebody to receive them, the longest waiting first."""

    reference: str
    held: Holding
    since: datetime | None
    waiting: tuple[TillCount, ...]

    def is_overdue(self, now: datetime) -> bool:
        """It holds money since before today, or its count waits since then."""
        times = [one.counted_at for one in self.waiting]
        times += [self.since] if self.since else []
        return any(business_date(at) < business_date(now) for at in times)


def till(reference: str) -> Till:
    """Two queries."""
    found = _held(uncounted(reference)).get(reference)
    held, since = found or (Holding(0, 0), None)
    return Till(reference, held, since, tuple(waiting(reference=reference)))


def is_till(reference: str) -> bool:
    """Somebody has taken money into it."""
    return LedgerAccount.objects.filter(kind__in=KINDS, owner_reference=reference).exists()


def tills() -> list[Till]:
    """All that hold money or wait for somebody, whoever holds it longest first; two queries."""
    held = _held(uncounted())
    counts: dict[str, list[TillCount]] = {}
    for one in waiting():
        counts.setdefault(one.till_reference, []).append(one)
    found = [
        Till(
            reference, *held.get(reference, (Holding(0, 0), None)), tuple(counts.get(reference, []))
        )
        for reference in held.keys() | counts.keys()
    ]
    return sorted(found, key=lambda one: (_begun(one), one.reference))


def _begun(one: Till) -> datetime:
    times = [count.counted_at for count in one.waiting]
    return min([*times, *([one.since] if one.since else [])])


def _held(entries: QuerySet[LedgerEntry]) -> dict[str, tuple[Holding, datetime | None]]:
    rows = entries.order_by().values_list("account__owner_reference")
    summed = rows.annotate(
        cash=Sum("amount_won", filter=Q(account__kind=AccountKind.TILL), default=0),
        slips=Sum("amount_won", filter=Q(account__kind=AccountKind.SLIPS), default=0),
        since=Min("journal__posted_at"),
    )
    return {owner: (Holding(cash, slips), since) for owner, cash, slips, since in summed}


@dataclass(frozen=True)
class TakenLine:
    """A line of goods, or (without ``line``) a part's delivery; ``won`` below 0 went back."""

    line: OrderLine | None
    won: int


@dataclass(frozen=True)
class Taking:
    """What one journal moved in a till: taken with ``part``, or given back of it."""

    at: datetime
    event: str
    order_reference: str
    part: Fulfilment | None
    is_slip: bool
    won: int
    lines: tuple[TakenLine, ...]


def uncounted_takings(reference: str) -> list[Taking]:
    """Of one till, oldest first; three queries however many."""
    return _takings(uncounted(reference))


def takings_of(count: TillCount) -> list[Taking]:
    """What a count covers, also one that was rejected."""
    return _takings(LedgerEntry.objects.filter(till_lines__count=count))


def _takings(entries: QuerySet[LedgerEntry]) -> list[Taking]:
    grouped: dict[tuple[int, str], list[LedgerEntry]] = {}
    in_turn = entries.select_related("journal", "account")
    for entry in in_turn.order_by("journal__posted_at", "journal_id", "pk"):
        grouped.setdefault((entry.journal_id, entry.account.kind), []).append(entry)
    named = {entry.line_reference for group in grouped.values() for entry in group}
    lines = OrderLine.objects.select_related("fulfilment").in_bulk(named, field_name="reference")
    parts = Fulfilment.objects.in_bulk(named, field_name="reference")
    parts |= {reference: line.fulfilment for reference, line in lines.items()}
    return [_taking(group, lines, parts) for group in grouped.values()]


def _taking(
    group: list[LedgerEntry], lines: dict[str, OrderLine], parts: dict[str, Fulfilment]
) -> Taking:
    journal = group[0].journal
    return Taking(
        at=journal.posted_at,
        event=journal.event,
        order_reference=journal.order_reference,
        part=parts.get(group[0].line_reference),
        is_slip=group[0].account.kind == AccountKind.SLIPS,
        won=sum(entry.amount_won for entry in group),
        lines=tuple(TakenLine(lines.get(x.line_reference), x.amount_won) for x in group),
    )


def counts_of(reference: str) -> QuerySet[TillCount]:
    """Every count of a till, newest first."""
    return TillCount.objects.filter(till_reference=reference)


@dataclass(frozen=True)
class MonthOfTill:
    """What one person's received counts of a till came to in one month (its first moment in Seoul):
    how many, and the won that were too many and too few."""

    month: datetime
    till_reference: str
    counted_by: str
    counts: int
    over_won: int
    short_won: int


def months_with_differences() -> list[MonthOfTill]:
    """By month, newest first, till and person, where anything differed; one query."""
    cash = F("counted_cash_won") - F("expected_cash_won")
    slips = F("counted_slips_won") - F("expected_slips_won")
    rows = (
        TillCount.objects.filter(status=TillCountStatus.CONFIRMED)
        .annotate(month=TruncMonth("counted_at", tzinfo=SEOUL))
        .order_by()
        .values_list("month", "till_reference", "counted_by")
        .annotate(
            counts=Count("pk"),
            over=Sum(Greatest(cash, 0) + Greatest(slips, 0)),
            short=-Sum(Least(cash, 0) + Least(slips, 0)),
        )
    )
    differ = rows.filter(Q(over__gt=0) | Q(short__gt=0))
    return [MonthOfTill(*row) for row in differ.order_by("-month", "till_reference", "counted_by")]
