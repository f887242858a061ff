"""Money taken on site is in the till of who took it until somebody else has received it."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from django.db.models import F, QuerySet, Sum

from commerce.payments.models import Payment, PaymentMethod, PaymentStatus, TakenAs
from commerce.settlement.models import AccountKind, LedgerEntry, TillCount, TillLine
from commerce.settlement.tills import KINDS, uncounted, waiting

Account = tuple[str, str]
Found = Iterable[tuple[object, str]]


def tills_hold_what_was_taken(now: datetime) -> Found:
    """By who took it and how: what payments and refunds on site come to is what was posted."""
    paid = Payment.objects.filter(method=PaymentMethod.ON_SITE, status=PaymentStatus.PAID)
    kept = paid.order_by().values_list("taken_as", "taken_by")
    expected: Counter[Account] = Counter()
    for taken_as, taken_by, won in kept.annotate(won=Sum(F("amount_won") - F("refunded_won"))):
        kind = AccountKind.SLIPS if taken_as == TakenAs.TERMINAL else AccountKind.TILL
        expected[kind, taken_by] += won
    yield from _differing(_held(_own().exclude(line_reference="")), expected)


def till_counts_cover_what_they_expect(now: datetime) -> Found:
    """Each count expects what its entries come to; what is received has left the till, all else is
    there."""
    lines = TillLine.objects.order_by().values_list("count", "entry__account__kind")
    covered = {
        (count, kind): won for count, kind, won in lines.annotate(won=Sum("entry__amount_won"))
    }
    for one in TillCount.objects.all():
        told = {
            AccountKind.TILL: one.expected_cash_won,
            AccountKind.SLIPS: one.expected_slips_won,
        }
        for kind, won in told.items():
            found = covered.get((one.pk, kind), 0)
            if found != won:
                yield one, f"expects {won} of {kind}, covers {found}"
    there = _held(uncounted())
    for one in waiting():
        there[AccountKind.TILL, one.till_reference] += one.expected_cash_won
        there[AccountKind.SLIPS, one.till_reference] += one.expected_slips_won
    yield from _differing(_held(_own()), there)


def _own() -> QuerySet[LedgerEntry]:
    """Of somebody's till or slips; nobody's slips are what was handed in."""
    return LedgerEntry.objects.filter(account__kind__in=KINDS).exclude(account__owner_reference="")


def _held(entries: QuerySet[LedgerEntry]) -> Counter[Account]:
    rows = entries.order_by().values_list("account__kind", "account__owner_reference")
    return Counter(
        {(kind, owner): won for kind, owner, won in rows.annotate(won=Sum("amount_won"))}
    )


def _differing(found: Counter[Account], expected: Counter[Account]) -> Found:
    for account in sorted(found.keys() | expected.keys()):
        if found[account] != expected[account]:
            detail = f"{found[account]} in the ledger, not {expected[account]}"
            yield ":".join(account), detail
