"""What is written into the ledger when money or goods change hands.

What can still be moved for a line is read from the ledger itself, under the order's row lock, so
a refund and a hand-over at the same moment see each other.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from django.db import transaction
from django.db.models import Sum

from commerce.business_days import business_date
from commerce.catalogue.models import Way
from commerce.errors import CommerceError
from commerce.orders.models import Fulfilment, FulfilmentStatus, Order
from commerce.payments.models import (
    Chargeback,
    ChargebackStatus,
    Payment,
    PaymentMethod,
    PaymentStatus,
    Refund,
    RefundStatus,
    TakenAs,
)
from commerce.settlement import postings
from commerce.settlement.commissions import rates_of
from commerce.settlement.ledger import post, posted
from commerce.settlement.models import Journal, LedgerEntry
from commerce.settlement.postings import Fee, Goods, Kind, Left, Part, Posting, Source

# What a refund takes from first. The drive comes last: it was made, whatever the goods are like.
RANKS: dict[tuple[Kind, bool], int] = {
    ("held", False): 0,
    ("held", True): 1,
    ("merchant", False): 2,
    ("commission", False): 2,
    ("screenings", False): 2,
    ("carrier", True): 3,
    ("merchant", True): 3,
}


class HandOverUnpaid(CommerceError):
    """Goods that cost something are handed over, but their money was never recorded as taken."""

    code = "HAND_OVER_UNPAID"


class PaymentNotPaid(CommerceError):
    """``data``: the payment's ``status``."""

    code = "PAYMENT_NOT_PAID"


class RefundAbovePosted(CommerceError):
    """More than was taken for this part of the order. ``data``: ``left`` in won."""

    code = "REFUND_ABOVE_POSTED"


class RefundRefused(CommerceError):
    """The gateway gave nothing back, so there is nothing to record."""

    code = "REFUND_REFUSED"


class RefundStands(CommerceError):
    """It is still to be given back, or was. ``data``: its ``status``."""

    code = "REFUND_STANDS"


@transaction.atomic
def record_payment(*, payment: Payment, now: datetime) -> Journal:
    """Money came in and is held part by part; a repeat gets the first journal. PAYMENT_NOT_PAID."""
    if payment.status != PaymentStatus.PAID:
        raise PaymentNotPaid("payment", status=payment.status)
    key = f"paid:{payment.reference}"
    # Lines that fell short since cost less than what was paid for them.
    done = Journal.objects.filter(key=key).first()
    if done is not None:
        return done
    shares = list(payment.shares.select_related("fulfilment", "line").order_by("pk"))
    if payment.fulfilment is not None:
        covered = [payment.fulfilment]
    else:
        # A part given up before the payment was opened was never asked for; nor is one taken that
        # was given up while its money was held.
        covered = list(
            payment.order.fulfilments.filter(money_let_go=False)
            .exclude(status=FulfilmentStatus.CANCELLED, ended_at__lte=payment.opened_at)
            .order_by("pk")
            .prefetch_related("lines")
        )
    return post(
        key=key,
        event="payment_taken",
        order_reference=payment.order.reference,
        lines=postings.payment_taken(
            _source(payment),
            payment.amount_won,
            [Part(one.reference, one.won) for one in shares] or _as_taken(payment, covered),
        ),
        now=now,
    )


def _as_taken(payment: Payment, covered: Sequence[Fulfilment]) -> list[Part]:
    """What fell short while held money was being taken costs less than what came. No line pays for
    that but the first, which has the rest until it goes back: ``queries.held_above``."""
    parts = _parts(covered)
    above_won = payment.amount_won - sum(part.won for part in parts)
    if not payment.holds or above_won <= 0:
        return parts
    first, *others = parts or [Part(covered[0].reference, 0)]
    return [Part(first.reference, first.won + above_won), *others]


@transaction.atomic
def record_handed_over(*, fulfilment: Fulfilment, now: datetime) -> Journal | None:
    """What is held for it becomes the merchants', the mall's and the carrier's; or, for a bay at a
    screening, its site's.

    None when there is nothing to post: books are free. A repeat gets the first journal.
    HAND_OVER_UNPAID: an on-site payment is recorded before, or in the same transaction.
    """
    if not fulfilment.total_won:
        return None
    order = _locked_order(fulfilment)
    key = f"handed-over:{fulfilment.reference}"
    done = Journal.objects.filter(key=key).first()
    if done is not None:
        return done
    balances = _balances(part.reference for part in _parts([fulfilment]))
    held = {reference: -won for (kind, _, reference), won in balances.items() if kind == "held"}
    to_be_taken = fulfilment.payments.filter(
        method=PaymentMethod.ON_SITE, status=PaymentStatus.OPEN, amount_won__gt=0
    )
    # A voucher may have paid for some of it before.
    if not held or to_be_taken.exists():
        raise HandOverUnpaid("fulfilment", fulfilment=fulfilment.reference)
    # Money that was held on a card may be taken a while after the goods were handed over.
    lines = _earned(fulfilment, held, business_date(fulfilment.ended_at or now))
    if not lines:  # all of it was given back before
        return None
    return post(key=key, event="handed_over", order_reference=order.reference, lines=lines, now=now)


def _earned(fulfilment: Fulfilment, held: Mapping[str, int], on: date) -> list[Posting]:
    if fulfilment.ticket_reference:
        tickets = [Part(reference, won) for reference, won in held.items()]
        return postings.show_attended(fulfilment.hands_over, tickets)
    fee = Fee(
        reference=fulfilment.reference,
        won=held.get(fulfilment.reference, 0),
        # A merchant who sends a parcel pays the courier.
        merchant_reference=fulfilment.hands_over if fulfilment.way == Way.PARCEL else "",
    )
    return postings.handed_over(_goods(fulfilment, held, on), [fee])


@transaction.atomic
def record_refund(
    *, refund: Refund, fulfilment: Fulfilment | None, line_reference: str = "", now: datetime
) -> Journal:
    """Money goes back: out of what is still held, else out of the merchants' and the mall's shares.

    Recorded when it is promised or later; ``record_refund_refused`` takes it back. Without
    ``fulfilment`` all parts that were paid for share it; ``line_reference`` takes it out of that
    line's won alone. A repeat gets the first journal.
    REFUND_REFUSED, REFUND_ABOVE_POSTED.
    """
    if refund.status == RefundStatus.REFUSED:
        raise RefundRefused("refund")
    payment = refund.payment
    order = Order.objects.locked().get(pk=payment.order_id)
    key = _refunded_key(refund)
    done = Journal.objects.filter(key=key).first()
    if done is not None:
        return done
    fulfilment = fulfilment or payment.fulfilment
    scope = [fulfilment] if fulfilment else list(order.fulfilments.order_by("pk"))
    left = [x for x in _left(scope) if line_reference in ("", x.reference)]
    return post(
        key=key,
        event="refunded",
        order_reference=order.reference,
        lines=_given_back(refund, left),
        now=now,
    )


def _given_back(refund: Refund, left: Sequence[Left]) -> list[Posting]:
    """Out of the lines and fees it names, where it is one of several payments'."""
    named = [
        (one.share.reference, one.won)
        for one in refund.shares.select_related("share__line", "share__fulfilment").order_by("pk")
    ]
    given = []
    for reference, won in named or [("", refund.amount_won)]:
        own = [x for x in left if reference in ("", x.reference)]
        left_won = sum(heap.won for heap in own)
        if won > left_won:
            raise RefundAbovePosted("refund", left=left_won)
        given += postings.refunded(_goes_back_from(refund.payment), won, own)
    return given


@transaction.atomic
def record_refund_refused(*, refund: Refund, now: datetime) -> Journal | None:
    """The gateway gave nothing back after all: every share is as it was before the refund.

    None when the refund was never recorded. A repeat gets the first journal. REFUND_STANDS.
    """
    if refund.status != RefundStatus.REFUSED:
        raise RefundStands("refund", status=refund.status)
    Order.objects.locked().get(pk=refund.payment.order_id)
    promised = Journal.objects.filter(key=_refunded_key(refund)).first()
    if promised is None:
        return None
    return post(
        key=f"refund-refused:{refund.reference}",
        event="refund_refused",
        order_reference=promised.order_reference,
        lines=postings.undone(posted(promised)),
        now=now,
    )


def _refunded_key(refund: Refund) -> str:
    return f"refunded:{refund.reference}"


@transaction.atomic
def record_chargeback(*, chargeback: Chargeback, now: datetime) -> None:
    """Won that a shopper's bank took back, and what became of them. A repeat changes nothing."""
    order_reference = chargeback.payment.order.reference
    taken_key, won = f"disputed:{chargeback.reference}", chargeback.amount_won
    if chargeback.status in (ChargebackStatus.OPEN, ChargebackStatus.LOST):
        post(
            key=taken_key,
            event="disputed",
            order_reference=order_reference,
            lines=postings.disputed(won),
            now=now,
        )
    if chargeback.status == ChargebackStatus.LOST:
        post(
            key=f"dispute-lost:{chargeback.reference}",
            event="dispute_lost",
            order_reference=order_reference,
            lines=postings.dispute_lost(won),
            now=now,
        )
    # Where only a warning ended, or all of it before we heard, nothing was written down.
    taken = Journal.objects.filter(key=taken_key).first()
    if chargeback.status == ChargebackStatus.WON and taken is not None:
        post(
            key=f"dispute-won:{chargeback.reference}",
            event="dispute_won",
            order_reference=order_reference,
            lines=postings.undone(posted(taken)),
            now=now,
        )


def _locked_order(fulfilment: Fulfilment) -> Order:
    return Order.objects.locked().get(pk=fulfilment.order_id)


def _source(payment: Payment) -> Source:
    if payment.method == PaymentMethod.CARD:
        return Source("gateway")
    if payment.method == PaymentMethod.SALEOR:
        return Source("gateway", "saleor")  # whoever runs that shop owes it to us
    if payment.method == PaymentMethod.TRANSFER:
        return Source("deposits")
    if payment.voucher is not None:
        return Source("voucher", payment.voucher.programme.reference)
    kind: Kind = "slips" if payment.taken_as == TakenAs.TERMINAL else "till"
    return Source(kind, payment.taken_by)


def _goes_back_from(payment: Payment) -> Source:
    """Where it lies by now: a deposit that was taken for its order is the bank account's."""
    return Source("bank") if payment.method == PaymentMethod.TRANSFER else _source(payment)


def _parts(fulfilments: Iterable[Fulfilment]) -> list[Part]:
    """Lines and delivery fees that cost something."""
    parts = []
    for fulfilment in fulfilments:
        parts += [Part(line.reference, line.line_won) for line in fulfilment.lines.all()]
        parts.append(Part(fulfilment.reference, fulfilment.delivery_won))
    return [part for part in parts if part.won]


def _goods(fulfilment: Fulfilment, held: Mapping[str, int], on: date) -> list[Goods]:
    parts = fulfilment.lines.select_related("variant__product__category")
    lines = [line for line in parts if line.line_won]
    basis_points = rates_of(lines, on)
    return [
        Goods(
            reference=line.reference,
            won=held.get(line.reference, 0),
            merchant_reference=line.merchant_reference,
            basis_points=basis_points[line.reference],
        )
        for line in lines
    ]


def _left(fulfilments: Sequence[Fulfilment]) -> list[Left]:
    fees = {fulfilment.reference for fulfilment in fulfilments}
    # Also of a line that costs nothing by now: what was paid for it may still be held.
    lines = [line.reference for part in fulfilments for line in part.lines.all()]
    balances = _balances([*lines, *fees])
    return [
        Left(kind, owner, reference, -won, RANKS[kind, reference in fees])
        for (kind, owner, reference), won in sorted(balances.items())
        if (kind, reference in fees) in RANKS and won < 0
    ]


def _balances(references: Iterable[str]) -> dict[tuple[Kind, str, str], int]:
    """Won by (account kind, owner, part) for these parts; accounts never touched are absent."""
    rows = (
        LedgerEntry.objects.filter(line_reference__in=list(references))
        .values_list("account__kind", "account__owner_reference", "line_reference")
        .annotate(won=Sum("amount_won"))
        .order_by()
    )
    return {(kind, owner, reference): won for kind, owner, reference, won in rows}
