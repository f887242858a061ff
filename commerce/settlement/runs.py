"""Paying merchants: a run is calculated, reviewed, approved by somebody else, paid and reconciled.

What a run pays is fixed when it is calculated: each entry belongs to it from then on, and an entry
that comes later is the next run's. Nothing leaves before two people have seen it; until then either
may say no, and its entries are free for another run.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import Sum

from commerce import text
from commerce.business_days import end_of
from commerce.errors import CommerceError
from commerce.references import new
from commerce.settlement import payouts, postings
from commerce.settlement.ledger import post_each
from commerce.settlement.models import (
    AccountKind,
    CarriedDebt,
    GatewayDifference,
    LedgerAccount,
    LedgerEntry,
    RunStatus,
    Settlement,
    SettlementRun,
)

# A million entries fit into it; what does not is sorted out on disk, and each costs more the more
# there are.
MEMORY = "256MB"

# One statement, so that sums and marks are of the same entries: one that is posted meanwhile is in
# neither. Linear in the entries, however many there are.
TAKE = """
WITH due AS MATERIALIZED (
    SELECT entry.id, entry.account_id, entry.amount_won
    FROM commerce_ledgerentry entry
    JOIN commerce_journal journal ON journal.id = entry.journal_id
    WHERE entry.settlement_id IS NULL
        AND entry.account_id = ANY(%(accounts)s::bigint[])
        AND journal.posted_at < %(until)s
), owed AS (
    SELECT account_id, -sum(amount_won) AS won
    FROM due GROUP BY account_id HAVING sum(amount_won) <= 0
), named AS (
    SELECT * FROM unnest(%(accounts)s::bigint[], %(owners)s::text[], %(references)s::text[])
        AS named (account_id, owner_reference, reference)
), made AS (
    INSERT INTO commerce_settlement
        (reference, merchant_reference, until_on, run_id, total_won, made_at)
    SELECT named.reference, named.owner_reference, %(until_on)s, %(run)s, owed.won, %(now)s
    FROM owed JOIN named USING (account_id)
    ORDER BY named.owner_reference
    RETURNING id, reference
)
UPDATE commerce_ledgerentry entry
SET settlement_id = made.id
FROM due JOIN named USING (account_id) JOIN made USING (reference)
WHERE entry.id = due.id
"""


class RunStands(CommerceError):
    """It is not at that step. ``data``: its ``status``."""

    code = "RUN_STANDS"


class RunUnknown(CommerceError):
    code = "RUN_UNKNOWN"


class DifferencesOpen(CommerceError):
    """A gateway's file differs from our books, and nobody has said why. ``data``: ``count``."""

    code = "DIFFERENCES_OPEN"


class FourEyes(CommerceError):
    """Whoever calculated a run does not approve it; nor, where the clock did, whoever reviewed."""

    code = "FOUR_EYES"


@transaction.atomic
def calculate(*, until_on: date, by: str = "", now: datetime) -> SettlementRun:
    """What every merchant is owed for what was handed over until the end of that day.

    A merchant who owes us more than is owed gets no settlement: the entries wait for the next run.
    ``by``: a person, or empty for the clock. A repeat gets the first run that nobody rejected.
    """
    try:
        with transaction.atomic():
            run = SettlementRun.objects.create(
                until_on=until_on, calculated_by=by, calculated_at=now
            )
    except IntegrityError:
        return SettlementRun.objects.live().get(until_on=until_on)
    # Locked in one order: a run for another day waits here, and then finds nothing left to take.
    accounts = list(LedgerAccount.objects.locked().filter(kind=AccountKind.MERCHANT))
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('work_mem', %s, true)", [MEMORY])  # until the commit
        asked: dict[str, Any] = {
            "accounts": [account.pk for account in accounts],
            "owners": [account.owner_reference for account in accounts],
            "references": [new("SET") for _ in accounts],
            "until": end_of(until_on),
            "until_on": until_on,
            "run": run.pk,
            "now": now,
        }
        cursor.execute(TAKE, asked)
        run.entry_count = cursor.rowcount
    made = run.settlements.aggregate(won=Sum("total_won", default=0))
    run.merchant_count = run.settlements.count()
    run.total_won = made["won"]
    debts = CarriedDebt.objects.bulk_create(_carried(run, accounts))
    run.carried_won = -sum(debt.owed_won for debt in debts)
    run.save()
    return run


def _carried(run: SettlementRun, accounts: Iterable[LedgerAccount]) -> list[CarriedDebt]:
    """What is left unsettled until then: debts to us."""
    left = LedgerEntry.objects.filter(
        account__in=accounts, settlement=None, journal__posted_at__lt=end_of(run.until_on)
    )
    owed = left.values_list("account__owner_reference").annotate(won=Sum("amount_won"))
    return [
        CarriedDebt(run=run, merchant_reference=owner, owed_won=won)
        for owner, won in owed.order_by("account__owner_reference")
        if won > 0
    ]


@transaction.atomic
def review(*, until_on: date, by: str, now: datetime) -> SettlementRun:
    """Somebody has looked through it. A repeat keeps the first one. RUN_UNKNOWN."""
    run = _locked(until_on)
    if run.status == RunStatus.CALCULATED:
        run.status, run.reviewed_by, run.reviewed_at = RunStatus.REVIEWED, by, now
        run.save(update_fields=["status", "reviewed_by", "reviewed_at"])
    return run


@transaction.atomic
def approve(*, until_on: date, by: str, now: datetime) -> SettlementRun:
    """A second person says yes: the ledger pays it out and each payout is opened, to be sent.

    A repeat by the same person changes nothing. RUN_UNKNOWN, RUN_STANDS, FOUR_EYES.
    """
    run = _locked(until_on)
    if run.approved_by == by:
        return run
    if run.status != RunStatus.REVIEWED:
        raise RunStands("run", status=run.status)
    if by == (run.calculated_by or run.reviewed_by):
        raise FourEyes("run")
    run.status, run.approved_by, run.approved_at = RunStatus.APPROVED, by, now
    run.save(update_fields=["status", "approved_by", "approved_at"])
    _pay_out(list(run.settlements.filter(total_won__gte=1).order_by("merchant_reference")), now)
    payouts.close_if_paid(run_id=run.pk, now=now)
    run.refresh_from_db()
    return run


def _pay_out(settlements: list[Settlement], now: datetime) -> None:
    post_each(
        event="paid_out",
        by_key={
            f"payout:{one.reference}": postings.paid_out(one.merchant_reference, one.total_won)
            for one in settlements
        },
        settlements={f"payout:{one.reference}": one for one in settlements},
        now=now,
    )
    payouts.open_for_all(settlements=settlements, now=now)


@transaction.atomic
def reject(*, number: int, reason: str, by: str, now: datetime) -> SettlementRun:
    """Somebody says no before it is approved, and why: its entries are free, and whoever runs that
    day again calculates them anew.

    ``number``: the run's own, so that a repeat never rejects the next run of that day; it keeps
    the first reason. ``reason``: a line of at most 200 letters.
    RUN_UNKNOWN, RUN_STANDS, TEXT_REQUIRED, TEXT_TOO_LONG.
    """
    said = text.line("reason", reason, longest=200)
    run = SettlementRun.objects.locked().filter(pk=number).first()
    if run is None:
        raise RunUnknown("run")
    if run.status == RunStatus.REJECTED:
        return run
    if run.status not in (RunStatus.CALCULATED, RunStatus.REVIEWED):
        raise RunStands("run", status=run.status)
    run.status, run.reason, run.rejected_by, run.rejected_at = RunStatus.REJECTED, said, by, now
    run.save(update_fields=["status", "reason", "rejected_by", "rejected_at"])
    LedgerEntry.objects.filter(settlement__run=run).update(settlement=None)
    return run


@transaction.atomic
def reconcile(*, until_on: date, by: str, now: datetime) -> SettlementRun:
    """The bank's and the gateway's own statements agree with what was paid. A repeat keeps the
    first person.

    RUN_UNKNOWN, RUN_STANDS, DIFFERENCES_OPEN while one of those days is unexplained.
    """
    run = _locked(until_on)
    if run.status == RunStatus.RECONCILED:
        return run
    if run.status != RunStatus.PAID:
        raise RunStands("run", status=run.status)
    unexplained = GatewayDifference.objects.filter(closed_at=None, file__since_on__lte=until_on)
    if unexplained.exists():
        raise DifferencesOpen("run", count=unexplained.count())
    run.status, run.reconciled_by, run.reconciled_at = RunStatus.RECONCILED, by, now
    run.save(update_fields=["status", "reconciled_by", "reconciled_at"])
    return run


def _locked(until_on: date) -> SettlementRun:
    run = SettlementRun.objects.live().locked().filter(until_on=until_on).first()
    if run is None:
        raise RunUnknown("run")
    return run
