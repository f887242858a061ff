"""Money taken at lanes and doors: counted by whoever took it, received by somebody else.

A till is a driver's or a site's: its cash on one account, its card terminal's slips on another. A
count covers the entries it has seen, each once, so that what is taken meanwhile is the next one's.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from commerce import text
from commerce.errors import CommerceError, NotFound
from commerce.orders.actions import IdempotencyMismatch
from commerce.settlement import postings
from commerce.settlement.ledger import post
from commerce.settlement.models import (
    AccountKind,
    LedgerAccount,
    LedgerEntry,
    TillCount,
    TillCountStatus,
    TillLine,
)
from commerce.settlement.postings import HandedIn

KINDS = [AccountKind.TILL, AccountKind.SLIPS]
LONGEST_NOTE = 200


class TillChanged(CommerceError):
    """It holds something else than was seen. ``data``: ``cash`` and ``slips``, won it holds now."""

    code = "TILL_CHANGED"


class TillCountFourEyes(CommerceError):
    """Nobody receives what they counted themselves."""

    code = "TILL_COUNT_FOUR_EYES"


class TillCountOver(CommerceError):
    """It is decided. ``data``: its ``status``."""

    code = "TILL_COUNT_OVER"


class TillEmpty(CommerceError):
    """Nothing was taken, nor paid out, since the last count."""

    code = "TILL_EMPTY"


class TillNoteRequired(CommerceError):
    """It is not what the ledger says, and nobody says why. ``data``: ``difference`` in won."""

    code = "TILL_NOTE_REQUIRED"


class TillReceivedDiffers(CommerceError):
    """Whoever receives it has another amount of cash. ``data``: ``counted`` won."""

    code = "TILL_RECEIVED_DIFFERS"


@dataclass(frozen=True)
class Holding:
    """Won of cash and of card terminal slips; below 0 where more was paid out than taken."""

    cash_won: int
    slips_won: int


def uncounted(till_reference: str | None = None) -> QuerySet[LedgerEntry]:
    """What no count covers, of one till or of all: each taking, and each refund out of it.

    Entries of hand-ins name no part of an order, and those of nobody's slips are the acquirer's.
    """
    live = TillLine.objects.filter(entry=OuterRef("pk"), live=True)
    held = LedgerEntry.objects.filter(~Exists(live), account__kind__in=KINDS)
    held = held.exclude(account__owner_reference="").exclude(line_reference="")
    if till_reference is None:
        return held
    return held.filter(account__owner_reference=till_reference)


@transaction.atomic
def count(
    *,
    till_reference: str,
    seen: Holding,
    counted: Holding,
    note: str,
    by: str,
    key: str,
    now: datetime,
) -> TillCount:
    """Covers all that the till holds now, which must be what was ``seen``, and waits for somebody
    else to receive it. The same key gets the same count.

    TILL_EMPTY, TILL_CHANGED, TILL_NOTE_REQUIRED, TEXT_TOO_LONG, IDEMPOTENCY_MISMATCH.
    """
    said = text.line("note", note, longest=LONGEST_NOTE, required=False)
    list(LedgerAccount.objects.locked().filter(kind__in=KINDS, owner_reference=till_reference))
    earlier = TillCount.objects.filter(key=key).first()
    if earlier is not None:
        return _same(earlier, till_reference, counted)
    # Read once: an entry that is committed later is in neither the sums nor the lines.
    entries = list(uncounted(till_reference).select_related("account").order_by("pk"))
    if not entries:
        raise TillEmpty("till")
    expected = sums(entries)
    if expected != seen:
        raise TillChanged("till", cash=expected.cash_won, slips=expected.slips_won)
    if expected != counted and not said:
        by_won = counted.cash_won + counted.slips_won - expected.cash_won - expected.slips_won
        raise TillNoteRequired("note", difference=by_won)
    made = _made(till_reference, expected, counted, said, by, key, now)
    TillLine.objects.bulk_create(TillLine(count=made, entry=entry) for entry in entries)
    return made


def sums(entries: Iterable[LedgerEntry]) -> Holding:
    """Of entries with their accounts."""
    won = Counter[str]()
    for entry in entries:
        won[entry.account.kind] += entry.amount_won
    return Holding(cash_won=won[AccountKind.TILL], slips_won=won[AccountKind.SLIPS])


def _same(earlier: TillCount, till_reference: str, counted: Holding) -> TillCount:
    told = (earlier.till_reference, earlier.counted_cash_won, earlier.counted_slips_won)
    if told != (till_reference, counted.cash_won, counted.slips_won):
        raise IdempotencyMismatch("key")
    return earlier


def _made(
    till_reference: str,
    expected: Holding,
    counted: Holding,
    note: str,
    by: str,
    key: str,
    now: datetime,
) -> TillCount:
    try:
        with transaction.atomic():
            return TillCount.objects.create(
                key=key,
                till_reference=till_reference,
                expected_cash_won=expected.cash_won,
                counted_cash_won=counted.cash_won,
                expected_slips_won=expected.slips_won,
                counted_slips_won=counted.slips_won,
                note=note,
                counted_by=by,
                counted_at=now,
            )
    except IntegrityError:  # another till's took the key meanwhile
        raise IdempotencyMismatch("key") from None


@transaction.atomic
def confirm(*, reference: str, received_won: int, by: str, now: datetime) -> TillCount:
    """Somebody else has the counted cash and slips in hand: they leave the till's accounts.

    ``received_won``: the cash as they counted it. A repeat by the same person changes nothing.
    NOT_FOUND, TILL_COUNT_OVER, TILL_COUNT_FOUR_EYES, TILL_RECEIVED_DIFFERS.
    """
    found = _locked(reference)
    if found.status == TillCountStatus.CONFIRMED and found.decided_by == by:
        return found
    _check_open(found, by)
    if received_won != found.counted_cash_won:
        raise TillReceivedDiffers("received_won", counted=found.counted_cash_won)
    _decide(found, TillCountStatus.CONFIRMED, by, now)
    parts = (
        HandedIn("till", found.expected_cash_won, found.counted_cash_won),
        HandedIn("slips", found.expected_slips_won, found.counted_slips_won),
    )
    post(
        key=f"handed-in:{found.reference}",
        event="handed_in",
        order_reference="",
        lines=postings.handed_in(found.till_reference, parts),
        now=now,
    )
    return found


@transaction.atomic
def reject(*, reference: str, reason: str, by: str, now: datetime) -> TillCount:
    """It is to be counted again: its entries are free for the next count. A repeat by the same
    person keeps the first reason.

    NOT_FOUND, TILL_COUNT_OVER, TILL_COUNT_FOUR_EYES, TEXT_REQUIRED, TEXT_TOO_LONG.
    """
    said = text.line("reason", reason, longest=LONGEST_NOTE)
    found = _locked(reference)
    if found.status == TillCountStatus.REJECTED and found.decided_by == by:
        return found
    _check_open(found, by)
    found.reason = said
    _decide(found, TillCountStatus.REJECTED, by, now)
    _let_go(found)
    return found


def _let_go(rejected: TillCount) -> None:
    rejected.lines.update(live=False)


def _locked(reference: str) -> TillCount:
    found = TillCount.objects.locked().filter(reference=reference).first()
    if found is None:
        raise NotFound("till_count")
    return found


def _check_open(found: TillCount, by: str) -> None:
    if found.status != TillCountStatus.WAITING:
        raise TillCountOver("till_count", status=found.status)
    if by == found.counted_by:
        raise TillCountFourEyes("till_count")


def _decide(found: TillCount, status: TillCountStatus, by: str, now: datetime) -> None:
    found.status, found.decided_by, found.decided_at = status, by, now
    found.save(update_fields=["status", "decided_by", "decided_at", "reason"])


def waiting(*, reference: str = "") -> QuerySet[TillCount]:
    """Counts that somebody has to receive, of one till or of all, the longest waiting first."""
    mine = Q(till_reference=reference) if reference else Q()
    return TillCount.objects.filter(mine, status=TillCountStatus.WAITING).order_by("pk")
