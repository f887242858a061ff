"""Merchants who owe the mall: more went back to shoppers than was handed over since.

A debt is carried from run to run against what is sold next. One that is carried too long is asked
for by an invoice, repaid by bank transfer, or written off by two people; the ledger says how much
it is, whatever was invoiced.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Sum

from commerce import text
from commerce.business_days import business_date
from commerce.errors import CommerceError, NotFound
from commerce.orders.actions import IdempotencyMismatch
from commerce.settlement import postings
from commerce.settlement.ledger import post
from commerce.settlement.models import (
    AccountKind,
    CarriedDebt,
    DebtEndKind,
    DebtStep,
    LedgerAccount,
    LedgerEntry,
    RunStatus,
    SettlementRun,
)
from commerce.settlement.queries import payable

# Weekly runs: a month in which nothing was sold that could pay for it.
TOO_LONG_RUNS = 4
INVOICE_DUE_IN = timedelta(days=14)


class NothingOwed(CommerceError):
    """The merchant owes less than that. ``data``: ``owed`` won."""

    code = "NOTHING_OWED"


class WriteOffProposed(CommerceError):
    """Somebody has proposed to write this merchant's debt off before."""

    code = "WRITE_OFF_PROPOSED"


class WriteOffFourEyes(CommerceError):
    """Whoever proposed to write a debt off does not approve it."""

    code = "WRITE_OFF_FOUR_EYES"


class WriteOffOver(CommerceError):
    """It is no proposal any more. ``data``: its ``kind``."""

    code = "WRITE_OFF_OVER"


@dataclass(frozen=True)
class Debt:
    """A merchant who owes ``owed_won`` now; ``runs``: how many in a row carried it."""

    merchant_reference: str
    owed_won: int
    runs: int

    @property
    def is_too_long(self) -> bool:
        return self.runs > TOO_LONG_RUNS


def debts() -> list[Debt]:
    """Whoever owes anything now, the longest first; three queries however many."""
    owing = LedgerEntry.objects.filter(account__kind=AccountKind.MERCHANT)
    sums = owing.values_list("account__owner_reference").annotate(won=Sum("amount_won"))
    owed = dict(sums.filter(won__gt=0).order_by())
    counted = _runs_in_a_row(set(owed))
    found = [Debt(who, won, counted.get(who, 0)) for who, won in owed.items()]
    return sorted(found, key=lambda debt: (-debt.runs, -debt.owed_won, debt.merchant_reference))


def _runs_in_a_row(merchants: set[str]) -> dict[str, int]:
    """Up to the latest run; a run that carried nothing of a merchant ends the row."""
    standing = SettlementRun.objects.exclude(status=RunStatus.REJECTED).order_by("-until_on")
    latest = list(standing.values_list("pk", flat=True)[: TOO_LONG_RUNS * 13])
    carried = CarriedDebt.objects.filter(run__in=latest, merchant_reference__in=merchants)
    by_run: dict[int, set[str]] = {}
    for run, who in carried.values_list("run_id", "merchant_reference"):
        by_run.setdefault(run, set()).add(who)
    counted: dict[str, int] = {}
    left = merchants
    for run in latest:
        left = left & by_run.get(run, set())
        for who in left:
            counted[who] = counted.get(who, 0) + 1
    return counted


@transaction.atomic
def invoice(*, merchant_reference: str, by: str, key: str, now: datetime) -> DebtStep:
    """Asks for all that is owed now, within two weeks. A repeat gets the first one.

    NOTHING_OWED, IDEMPOTENCY_MISMATCH.
    """
    earlier = _earlier(key, merchant_reference, DebtEndKind.INVOICED)
    if earlier is not None:
        return earlier
    return _step(
        key,
        merchant_reference,
        DebtEndKind.INVOICED,
        _owed(merchant_reference),
        by,
        now,
        due_on=business_date(now) + INVOICE_DUE_IN,
    )


@transaction.atomic
def record_repaid(
    *, merchant_reference: str, amount_won: int, by: str, key: str, now: datetime
) -> DebtStep:
    """It came to our bank account. ``key``: the transfer's, so that one is booked once.

    NOTHING_OWED where less is owed, IDEMPOTENCY_MISMATCH for a key used for something else.
    """
    earlier = _earlier(key, merchant_reference, DebtEndKind.REPAID, amount_won)
    if earlier is not None:
        return earlier
    _owed(merchant_reference, at_least=amount_won)
    step = _step(key, merchant_reference, DebtEndKind.REPAID, amount_won, by, now)
    _book(step, "bank", now)
    return step


@transaction.atomic
def propose_write_off(
    *, merchant_reference: str, reason: str, by: str, key: str, now: datetime
) -> DebtStep:
    """All that is owed now is to be borne by the mall; nothing is booked before a second yes.

    NOTHING_OWED, WRITE_OFF_PROPOSED, IDEMPOTENCY_MISMATCH, TEXT_REQUIRED, TEXT_TOO_LONG.
    """
    said = text.line("reason", reason, longest=200)
    earlier = _earlier(key, merchant_reference, DebtEndKind.PROPOSED)
    if earlier is not None:
        return earlier
    owed_won = _owed(merchant_reference)
    if DebtStep.objects.filter(
        merchant_reference=merchant_reference, kind=DebtEndKind.PROPOSED
    ).exists():
        raise WriteOffProposed("merchant")
    return _step(key, merchant_reference, DebtEndKind.PROPOSED, owed_won, by, now, reason=said)


@transaction.atomic
def approve_write_off(*, reference: str, by: str, now: datetime) -> DebtStep:
    """Somebody else says yes: the mall bears what was proposed, or what is still owed of it.

    A repeat by the same person changes nothing. NOT_FOUND, WRITE_OFF_FOUR_EYES, WRITE_OFF_OVER,
    NOTHING_OWED: it was paid for meanwhile.
    """
    known = DebtStep.objects.filter(reference=reference).first()
    if known is None:
        raise NotFound("write_off")
    owed_won = _locked_owed(known.merchant_reference)
    step = DebtStep.objects.select_for_update(no_key=True).get(pk=known.pk)
    if step.kind == DebtEndKind.WRITTEN_OFF and step.approved_by == by:
        return step
    if step.kind != DebtEndKind.PROPOSED:
        raise WriteOffOver("write_off", kind=step.kind)
    if by == step.by:
        raise WriteOffFourEyes("write_off")
    if owed_won < 1:
        raise NothingOwed("merchant", owed=0)
    step.amount_won = min(step.amount_won, owed_won)
    step.kind, step.approved_by, step.approved_at = DebtEndKind.WRITTEN_OFF, by, now
    step.save(update_fields=["amount_won", "kind", "approved_by", "approved_at"])
    _book(step, "written_off", now)
    return step


@transaction.atomic
def withdraw_write_off(*, reference: str) -> None:
    """The proposal is gone, and the debt stays. A repeat changes nothing."""
    DebtStep.objects.filter(reference=reference, kind=DebtEndKind.PROPOSED).delete()


def steps_of(merchant_reference: str) -> list[DebtStep]:
    """What was done about its debts, newest first."""
    return list(DebtStep.objects.filter(merchant_reference=merchant_reference).order_by("-pk"))


def _owed(merchant_reference: str, at_least: int = 1) -> int:
    """Under the lock of its account, so that no two repayments pay for the same won."""
    owed_won = _locked_owed(merchant_reference)
    if not 1 <= at_least <= owed_won:
        raise NothingOwed("amount_won", owed=max(owed_won, 0))
    return owed_won


def _locked_owed(merchant_reference: str) -> int:
    list(
        LedgerAccount.objects.locked().filter(
            kind=AccountKind.MERCHANT, owner_reference=merchant_reference
        )
    )
    return -payable(merchant_reference)


def _earlier(
    key: str, merchant_reference: str, kind: DebtEndKind, amount_won: int | None = None
) -> DebtStep | None:
    step = DebtStep.objects.filter(key=key).first()
    if step is None:
        return None
    # A proposal that was approved is still the one that was made under this key.
    kinds = {kind, DebtEndKind.WRITTEN_OFF} if kind == DebtEndKind.PROPOSED else {kind}
    same = step.merchant_reference == merchant_reference and step.kind in kinds
    if not same or amount_won not in (None, step.amount_won):
        raise IdempotencyMismatch("key")
    return step


def _step(
    key: str,
    merchant_reference: str,
    kind: DebtEndKind,
    amount_won: int,
    by: str,
    now: datetime,
    *,
    reason: str = "",
    due_on: date | None = None,
) -> DebtStep:
    try:
        with transaction.atomic():
            return DebtStep.objects.create(
                key=key,
                merchant_reference=merchant_reference,
                kind=kind,
                amount_won=amount_won,
                reason=reason,
                due_on=due_on,
                by=by,
                at=now,
            )
    except IntegrityError:  # another merchant's took the key meanwhile
        raise IdempotencyMismatch("key") from None


def _book(step: DebtStep, source: postings.DebtSource, now: datetime) -> None:
    post(
        key=f"debt:{step.reference}",
        event="debt_repaid" if source == "bank" else "debt_written_off",
        order_reference="",
        lines=postings.debt_ended(source, step.merchant_reference, step.amount_won),
        now=now,
    )
