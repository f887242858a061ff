"""A gateway's own file against our books: what is missing, too much or different is listed.

Nothing is absorbed: a difference stays until a person has explained it. What the gateway took for
its work is in the file alone, and is booked from it, once for each of its rows.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from django.db import transaction

from commerce import text
from commerce.business_days import end_of, instant
from commerce.errors import CommerceError
from commerce.payments.models import (
    Chargeback,
    ChargebackStatus,
    Payment,
    PaymentMethod,
    PaymentStatus,
    Refund,
    RefundStatus,
)
from commerce.product_sheets.files import SheetEmpty, read
from commerce.settlement import postings
from commerce.settlement.gateway_files import About, FileRow, parse
from commerce.settlement.ledger import post_each
from commerce.settlement.models import (
    AccountKind,
    DifferenceKind,
    GatewayDifference,
    GatewayFile,
    Journal,
    LedgerAccount,
    Payout,
    PayoutStatus,
)


class DifferenceUnknown(CommerceError):
    code = "DIFFERENCE_UNKNOWN"


@dataclass(frozen=True)
class Booked:
    """What our books say of one thing at the gateway; a refund is below 0."""

    reference: str
    amount_won: int


Side = dict[tuple[About, str], Booked]


@transaction.atomic
def take_in(*, name: str, content: bytes, uploaded_by: str, now: datetime) -> GatewayFile:
    """Reads the file, lists each difference, and books the gateway's fees. The same file again gets
    the first one.

    Raises what ``product_sheets.files.read`` and ``gateway_files.parse`` do.
    """
    digest = sha256(content).hexdigest()
    # One file at a time: two that share a row would both book its fee.
    account, _opened = LedgerAccount.objects.get_or_create(kind=AccountKind.GATEWAY)
    LedgerAccount.objects.locked().get(pk=account.pk)
    earlier = GatewayFile.objects.filter(digest=digest).first()
    if earlier is not None:
        return earlier
    rows = parse(read(content))
    if not rows:
        raise SheetEmpty("file")
    days = [row.on for row in rows]
    file = GatewayFile.objects.create(
        name=name[:80],
        digest=digest,
        since_on=min(days),
        until_on=max(days),
        row_count=len(rows),
        total_won=sum(row.amount_won for row in rows),
        fee_won=sum(row.fee_won for row in rows),
        uploaded_by=uploaded_by,
        uploaded_at=now,
    )
    ours = _ours(file.since_on, file.until_on) | _named(rows)
    GatewayDifference.objects.bulk_create(
        GatewayDifference(file=file, **found) for found in _differences(rows, ours)
    )
    _book_fees(rows, now)
    return file


@transaction.atomic
def close(*, number: int, explanation: str, closed_by: str, now: datetime) -> GatewayDifference:
    """A person says why they differ. A repeat keeps the first explanation.

    DIFFERENCE_UNKNOWN, TEXT_REQUIRED, TEXT_TOO_LONG.
    """
    said = text.line("explanation", explanation, longest=200)
    found = GatewayDifference.objects.filter(pk=number).select_for_update(no_key=True).first()
    if found is None:
        raise DifferenceUnknown("difference")
    if found.closed_at is None:
        found.explanation, found.closed_by, found.closed_at = said, closed_by, now
        found.save(update_fields=["explanation", "closed_by", "closed_at"])
    return found


def _differences(rows: Iterable[FileRow], ours: Side) -> Iterable[dict[str, object]]:
    theirs: dict[tuple[About, str], int] = defaultdict(int)
    for row in rows:
        if row.about:
            theirs[row.about, row.gateway_reference] += row.amount_won
    for key in sorted(theirs.keys() | ours.keys()):
        about, gateway_reference = key
        own, told_won = ours.get(key), theirs.get(key)
        own_won = own.amount_won if own else None
        if own_won == told_won or not (own_won or told_won):
            continue
        kind = DifferenceKind.DIFFERENT
        if own is None:
            kind = DifferenceKind.EXTRA
        elif told_won is None:
            kind = DifferenceKind.MISSING
        yield {
            "kind": kind,
            "about": about,
            "our_reference": own.reference if own else "",
            "gateway_reference": gateway_reference,
            "our_won": own_won,
            "their_won": told_won,
        }


def _ours(since: date, until: date) -> Side:
    """All that our books have between those business dates, both included."""
    span = (instant(since), end_of(until))

    def within(field: str) -> dict[str, datetime]:
        return {f"{field}__gte": span[0], f"{field}__lt": span[1]}

    return _side(
        Payment.objects.filter(**within("paid_at")),
        Refund.objects.filter(**within("done_at")),
        Chargeback.objects.filter(**within("opened_at")),
        Payout.objects.filter(**within("done_at")),
    )


def _named(rows: Iterable[FileRow]) -> Side:
    """What the file names, whenever we booked it: near midnight the two may tell another day."""
    by: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        by[row.about or ""].append(row.gateway_reference)
    return _side(
        Payment.objects.filter(gateway_reference__in=by["payment"]),
        Refund.objects.filter(gateway_reference__in=by["refund"]),
        Chargeback.objects.filter(gateway_reference__in=by["dispute"]),
        Payout.objects.filter(gateway_reference__in=by["payout"]),
    )


def _side(payments, refunds, chargebacks, payouts) -> Side:  # type: ignore[no-untyped-def]
    paid = payments.filter(method=PaymentMethod.CARD, status=PaymentStatus.PAID)
    given_back = refunds.filter(payment__method=PaymentMethod.CARD, status=RefundStatus.DONE)
    taken = chargebacks.filter(status__in=[ChargebackStatus.OPEN, ChargebackStatus.LOST])
    sent = payouts.filter(status=PayoutStatus.DONE).exclude(account_reference="")
    told: tuple[tuple[About, int, object], ...] = (
        ("payment", 1, paid),
        ("refund", -1, given_back),
        ("dispute", -1, taken),
        ("payout", -1, sent),
    )
    return {
        (about, gateway_reference): Booked(reference, sign * won)
        for about, sign, found in told
        for reference, gateway_reference, won in found.values_list(  # type: ignore[attr-defined]
            "reference", "gateway_reference", "amount_won"
        )
    }


def _book_fees(rows: Iterable[FileRow], now: datetime) -> None:
    fees = {f"gateway-fee:{row.row_id}": row.fee_won for row in rows if row.fee_won}
    booked = set(Journal.objects.filter(key__in=fees).values_list("key", flat=True))
    post_each(
        event="gateway_fee",
        by_key={key: postings.gateway_fee(won) for key, won in fees.items() if key not in booked},
        now=now,
    )
