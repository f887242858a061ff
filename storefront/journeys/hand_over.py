"""The moment goods change hands, at a door or in a lane: stock leaves, money is earned."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from commerce.books import actions as books
from commerce.books.models import ENDED_LOANS, Loan, LoanStatus
from commerce.core import steps as core_steps
from commerce.orders import actions as orders
from commerce.orders.models import Fulfilment, Order
from commerce.payments import actions as payments
from commerce.payments import holding
from commerce.payments.models import Payment, PaymentMethod, PaymentStatus, TakenAs
from commerce.settlement import actions as settlement
from commerce.settlement.queries import captures_not_booked
from commerce.stock import actions as stock
from commerce.stock.queries import came_instead
from storefront.notices.actions import queue


@transaction.atomic
def hand_over(
    *,
    fulfilment: Fulfilment,
    taken_by: str,
    taken_as: TakenAs = TakenAs.CASH,
    told_as: str = "handed_over",
    now: datetime,
) -> bool:
    """Everything that follows a hand-over, once; False when it had been handed over before.

    ``taken_by``: the driver's, site's or merchant's reference, who also took the money if it was
    due on site, in cash or by card terminal (``taken_as``). ``told_as``: the kind of the shopper's
    message.
    """
    moved = orders.mark_handed_over(references=[fulfilment.reference], now=now)
    if not moved:
        return False
    fulfilment = moved[0]
    taken = _take_money(fulfilment, taken_by, taken_as, now)
    goods = fulfilment.lines.filter(variant__isnull=False).order_by("pk")
    # Of a line that fell short there may be nothing.
    lines = {line.reference: line.quantity for line in goods if line.quantity}
    stock.issue(line_references=lines, now=now)
    _tell_core(fulfilment.reference, taken, lines, now)
    loans = load_books(fulfilment_references=[fulfilment.reference], now=now)
    books.mark_delivered(loan_references=[loan.reference for loan in loans], now=now)
    if not waits_for_its_money(fulfilment.order):
        settlement.record_handed_over(fulfilment=fulfilment, now=now)
    if not fulfilment.ticket_reference:  # who sits in the car at the gate need not be told
        _tell_shopper(fulfilment, told_as, now)
    return True


def waits_for_its_money(order: Order) -> bool:
    """It is held on a card, or was taken this moment: whoever books it divides it too. Or the bank
    let go of it while the van was on the road, and an operator is shown that it is still owed."""
    not_booked = captures_not_booked().filter(order=order)
    return holding.is_held(order) or holding.was_lost(order) or not_booked.exists()


def _tell_shopper(fulfilment: Fulfilment, kind: str, now: datetime) -> None:
    order = fulfilment.order
    queue(
        key=f"handed_over:{fulfilment.reference}",
        user_reference=order.customer.user_reference,
        kind=kind,
        facts={"order": order.reference, "part": fulfilment.hands_over_name},
        now=now,
    )


def load_books(*, fulfilment_references: Sequence[str], now: datetime) -> list[Loan]:
    """Bundles that leave with these parts, in the van although nobody may have tapped "packed".

    Whoever hands over sees the box itself, as with goods; loans that have ended are passed over.
    """
    loans = list(
        Loan.objects.filter(key__in=fulfilment_references)
        .exclude(status__in=ENDED_LOANS)
        .select_related("bundle__library")
        .order_by("pk")
    )
    for loan in loans:
        if loan.status == LoanStatus.REQUESTED:
            books.pack(loan_reference=loan.reference, library=loan.bundle.library, now=now)
    return books.mark_out(loan_references=[loan.reference for loan in loans], now=now)


def _take_money(
    fulfilment: Fulfilment, taken_by: str, taken_as: TakenAs, now: datetime
) -> list[Payment]:
    due = Payment.objects.filter(
        fulfilment=fulfilment, method=PaymentMethod.ON_SITE, status=PaymentStatus.OPEN
    )
    taken = [
        payments.take_on_site(
            payment_reference=payment.reference, taken_by=taken_by, taken_as=taken_as, now=now
        )
        for payment in due
    ]
    for payment in taken:
        settlement.record_payment(payment=payment, now=now)
    return taken


def _tell_core(
    reference: str, taken: Sequence[Payment], lines: Mapping[str, int], now: datetime
) -> None:
    """What came instead is on no order there: it left the shelf there when it was kept."""
    paid = [
        core_steps.paying(
            reference, key=payment.reference, amount_won=payment.amount_won, on_site=True
        )
        for payment in taken
    ]
    instead = came_instead(lines)
    ordered = {line: quantity for line, quantity in lines.items() if line not in instead}
    left = [core_steps.fulfilling(reference, key=reference, lines=ordered)] if ordered else []
    core_steps.take([*paid, *left], now=now)
