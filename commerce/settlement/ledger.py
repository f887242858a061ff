"""The one door into the ledger: a balanced journal, once per key, never changed after."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import cast

from django.db import IntegrityError, transaction

from commerce.errors import CommerceError
from commerce.orders.actions import IdempotencyMismatch
from commerce.settlement.models import (
    Journal,
    LedgerAccount,
    LedgerEntry,
    Settlement,
)
from commerce.settlement.postings import Kind, Posting


class JournalUnbalanced(CommerceError):
    """``data``: ``by_won``, what the postings add up to."""

    code = "JOURNAL_UNBALANCED"


@transaction.atomic
def post(
    *, key: str, event: str, order_reference: str, lines: Sequence[Posting], now: datetime
) -> Journal:
    """Write the postings down as one journal; the same key again gets the first journal.

    JOURNAL_UNBALANCED, IDEMPOTENCY_MISMATCH for a key used for other postings.
    """
    _check(lines)
    try:
        with transaction.atomic():
            journal = Journal.objects.create(
                key=key, event=event, order_reference=order_reference, posted_at=now
            )
    except IntegrityError:
        return _same(Journal.objects.get(key=key), lines)
    accounts = _accounts(lines)
    LedgerEntry.objects.bulk_create(
        LedgerEntry(
            journal=journal,
            account=accounts[line.kind, line.owner_reference],
            amount_won=line.amount_won,
            line_reference=line.line_reference,
        )
        for line in lines
    )
    return journal


@transaction.atomic
def post_each(
    *,
    event: str,
    by_key: Mapping[str, Sequence[Posting]],
    settlements: Mapping[str, Settlement] | None = None,
    now: datetime,
) -> None:
    """One journal for each new key, in a few statements however many; ``settlements`` pays those
    entries that stand on its merchant's account. The caller sees that it happens once.

    JOURNAL_UNBALANCED.
    """
    for lines in by_key.values():
        _check(lines)
    journals = Journal.objects.bulk_create(
        [Journal(key=key, event=event, posted_at=now) for key in by_key]
    )
    accounts, paid = _accounts([x for lines in by_key.values() for x in lines]), settlements or {}
    LedgerEntry.objects.bulk_create(
        LedgerEntry(
            journal=journal,
            account=accounts[line.kind, line.owner_reference],
            amount_won=line.amount_won,
            line_reference=line.line_reference,
            settlement=paid.get(journal.key) if line.kind == "merchant" else None,
        )
        for journal in journals
        for line in by_key[journal.key]
    )


def _check(lines: Sequence[Posting]) -> None:
    total = sum(line.amount_won for line in lines)
    if total:
        raise JournalUnbalanced("lines", by_won=total)


def posted(journal: Journal) -> list[Posting]:
    """The journal's postings, as they were written."""
    rows = journal.entries.order_by("pk").values_list(
        "account__kind", "account__owner_reference", "amount_won", "line_reference"
    )
    return [Posting(cast("Kind", kind), owner, won, line) for kind, owner, won, line in rows]


def _same(journal: Journal, lines: Sequence[Posting]) -> Journal:
    if Counter(posted(journal)) != Counter(lines):
        raise IdempotencyMismatch("key")
    return journal


def _accounts(lines: Sequence[Posting]) -> dict[tuple[str, str], LedgerAccount]:
    names = {(line.kind, line.owner_reference) for line in lines}
    known = LedgerAccount.objects.filter(
        kind__in={kind for kind, _owner in names},
        owner_reference__in={owner for _kind, owner in names},
    )
    found = {(account.kind, account.owner_reference): account for account in known}
    # In one order, so that two journals opening the same new accounts cannot deadlock.
    for kind, owner in sorted(names - found.keys()):
        opened, _created = LedgerAccount.objects.get_or_create(kind=kind, owner_reference=owner)
        found[kind, owner] = opened
    return found
