"""What must be true of any database of the mall, at any time: one named check each.

Each reads with a few queries and changes nothing. They look at the rows, not at the constraints, so
they also find what a migration, a restore or a hand on the database has broken.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.conf import settings
from django.db.models import (
    BigIntegerField,
    Count,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
)
from django.db.models.functions import Coalesce, Concat

from commerce.books.actions import BUNDLE_WHILE
from commerce.books.models import ENDED_LOANS, Bundle, Loan, LoanStatus
from commerce.boxes.models import Renewal, RenewalStatus
from commerce.boxes.queries import missing_boxes
from commerce.business_days import business_date, instant
from commerce.catalogue.models import Way
from commerce.harvests.models import Harvest
from commerce.orders.models import Fulfilment, FulfilmentStatus, Order, OrderLine, OrderStatus
from commerce.parcels.models import Parcel
from commerce.parcels.queries import back_since, on_the_way_since
from commerce.payments.holding import handed_over_unpaid
from commerce.payments.models import (
    ACTIVE_PAYMENTS,
    HELD,
    Payment,
    PaymentMethod,
    PaymentShare,
    PaymentStatus,
    Refund,
    RefundStatus,
)
from commerce.payments.queries import owed_back
from commerce.payments.transfers import payments_by_transfer
from commerce.settlement.models import (
    AccountKind,
    Journal,
    LedgerEntry,
    Payout,
    PayoutStatus,
    RunStatus,
    Settlement,
    SettlementRun,
)
from commerce.settlement.queries import balances
from commerce.stock.models import Allocation, AllocationStatus, StockRecord
from commerce.vouchers.models import Funding, Programme, Recharge, Voucher
from drivethrough.queue.models import Arrival, ArrivalStatus, QueueEvent
from drivethrough.queue.replaying import Kind
from drivethrough.rebooking.models import Answer, Displacement
from drivethrough.screenings.models import Ticket, TicketStatus
from drivethrough.slots import pickup_stock
from drivethrough.slots.models import (
    TAKES_A_PLACE,
    Booking,
    BookingStatus,
    PickupStock,
    Slot,
    Waiting,
    WaitingStatus,
)
from drivethrough.slots.spans import business_day
from logistics.consignments.models import Consignment, ConsignmentKind
from logistics.delivery_windows.models import DeliveryWindow, WindowPlace
from logistics.planning.models import Plan, PlanStatus, StopTask
from logistics.planning.queries import plan_violations
from storefront.day.core_invariant import core_agrees_with_parts
from storefront.day.till_invariants import (
    till_counts_cover_what_they_expect,
    tills_hold_what_was_taken,
)
from storefront.notices.models import Notice

# A sweep runs every half minute; what it has not ended by then, it will not.
SWEPT_WITHIN = timedelta(minutes=10)
# Boxes of an hour's outage are late, not missing.
RENEWED_WITHIN = timedelta(hours=1)
# The night's closing has run by then; until that hour yesterday's parts may still be open.
CLOSED_BY = timedelta(hours=4)
# Reckoning a plan anew asks for its roads; older plans were checked when they were driven.
PLANS_OF = timedelta(days=7)

CONFIRMED_ORDERS = (OrderStatus.CONFIRMED, OrderStatus.CLOSED)
ENDED_PARTS = (FulfilmentStatus.HANDED_OVER, FulfilmentStatus.CANCELLED)


@dataclass(frozen=True)
class Breach:
    """``subject``: the reference (or row) that breaks ``invariant``; ``detail``: how."""

    invariant: str
    subject: str
    detail: str


Found = Iterable[tuple[object, str]]
Check = Callable[[datetime], Found]
INVARIANTS: dict[str, Check] = {}


def invariant(check: Check) -> Check:
    """Adds a check under its own name."""
    INVARIANTS[check.__name__] = check
    return check


def check(name: str, now: datetime) -> list[Breach]:
    """The breaches of one invariant."""
    return [Breach(name, str(subject), detail) for subject, detail in INVARIANTS[name](now)]


def check_all(now: datetime) -> list[Breach]:
    """The breaches of every invariant; an empty list is good news."""
    return [breach for name in INVARIANTS for breach in check(name, now)]


def _of(rows: QuerySet[Any], key: str, number: Count | Sum) -> Coalesce:
    """``number`` over the rows that point at the outer row by ``key``; 0 without any."""
    grouped = rows.filter(**{key: OuterRef("pk")}).order_by().values(key).annotate(n=number)
    return Coalesce(Subquery(grouped.values("n"), output_field=BigIntegerField()), 0)


# Scarce things


def _stock() -> QuerySet[Any]:
    live = Allocation.objects.filter(status=AllocationStatus.ALLOCATED)
    held = Sum(F("quantity") - F("issued"))
    return StockRecord.objects.annotate(promised=_of(live, "record", held))


@invariant
def stock_is_never_oversold(now: datetime) -> Found:
    for record in _stock().filter(promised__gt=F("on_hand")):
        yield record.pk, f"{record.promised} promised of {record.on_hand}"


@invariant
def stock_counts_its_allocations(now: datetime) -> Found:
    for record in _stock().exclude(promised=F("allocated")):
        yield record.pk, f"says {record.allocated}, promised {record.promised}"


def _slots() -> QuerySet[Any]:
    live = Booking.objects.filter(status__in=TAKES_A_PLACE)
    return Slot.objects.annotate(
        cars=_of(live, "slot", Count("pk")),
        booked_seconds=_of(live, "slot", Sum("preparation_seconds")),
    )


@invariant
def slots_are_never_overfull(now: datetime) -> Found:
    for slot in _slots().filter(cars__gt=F("capacity_cars")):
        yield slot, f"{slot.cars} cars in {slot.capacity_cars} places"


@invariant
def slots_count_their_bookings(now: datetime) -> Found:
    for slot in _slots().exclude(cars=F("taken_cars")):
        yield slot, f"says {slot.taken_cars}, booked {slot.cars}"


@invariant
def slots_have_time_to_prepare(now: datetime) -> Found:
    for slot in _slots().filter(booked_seconds__gt=F("capacity_preparation_seconds")):
        yield slot, f"{slot.booked_seconds} s booked of {slot.capacity_preparation_seconds}"


@invariant
def slots_count_their_preparation(now: datetime) -> Found:
    for slot in _slots().exclude(booked_seconds=F("taken_preparation_seconds")):
        yield slot, f"says {slot.taken_preparation_seconds} s, booked {slot.booked_seconds}"


def _pickup_stocks() -> Iterable[tuple[PickupStock, int]]:
    """Each with the pieces that are booked for its date."""
    for row in PickupStock.objects.select_related("site"):
        yield row, pickup_stock.taken_of(row.site, row.on_date, row.item_reference)


@invariant
def dates_are_never_oversold(now: datetime) -> Found:
    for row, booked in _pickup_stocks():
        if booked > row.amount:
            yield row, f"{booked} booked of {row.amount}"


@invariant
def dates_count_their_bookings(now: datetime) -> Found:
    for row, booked in _pickup_stocks():
        if booked != row.taken:
            yield row, f"says {row.taken}, booked {booked}"


@invariant
def slots_know_what_their_date_limits(now: datetime) -> Found:
    """Who takes a place reads it in the slot, and counts by the date."""
    rows = PickupStock.objects.values_list("site_id", "on_date", "item_reference")
    limited: dict[tuple[int, date], set[str]] = {}
    for site, on_date, item in rows:
        limited.setdefault((site, on_date), set()).add(item)
    days = [business_day(on_date) for _, on_date in limited]
    of_days = [Q(starts_at__gte=begins, starts_at__lt=ends) for begins, ends in days]
    for slot in Slot.objects.filter(reduce(or_, of_days, ~Q(limited_items=[]))):
        says = limited.get((slot.site_id, business_date(slot.starts_at)), set())
        if {*slot.limited_items} != says:
            yield slot, f"says {sorted(slot.limited_items)}, the date limits {sorted(says)}"


def _windows() -> QuerySet[Any]:
    live = WindowPlace.objects.filter(released_at=None)
    return DeliveryWindow.objects.annotate(stops=_of(live, "window", Count("pk")))


@invariant
def windows_are_never_overfull(now: datetime) -> Found:
    for window in _windows().filter(stops__gt=F("capacity_stops")):
        yield window, f"{window.stops} stops in {window.capacity_stops} places"


@invariant
def windows_count_their_places(now: datetime) -> Found:
    for window in _windows().exclude(stops=F("taken_stops")):
        yield window, f"says {window.taken_stops}, taken {window.stops}"


@invariant
def bundles_are_with_one_family(now: datetime) -> Found:
    active = Loan.objects.exclude(status__in=ENDED_LOANS).order_by()
    for who in ("bundle__reference", "child__reference"):
        for row in active.values(who).annotate(loans=Count("pk")).filter(loans__gt=1):
            yield row[who], f"{row['loans']} loans at once"


@invariant
def bundles_are_where_their_loans_say(now: datetime) -> Found:
    for loan in Loan.objects.exclude(status__in=ENDED_LOANS).select_related("bundle"):
        if loan.bundle.status != BUNDLE_WHILE[LoanStatus(loan.status)]:
            yield loan.bundle, f"{loan.bundle.status} while {loan} is {loan.status}"
    lent = Loan.objects.filter(bundle=OuterRef("pk")).exclude(status__in=ENDED_LOANS)
    for bundle in Bundle.objects.filter(~Exists(lent), status__in=BUNDLE_WHILE.values()):
        yield bundle, f"{bundle.status} without a loan"


# Orders and their parts


@invariant
def orders_add_up(now: datetime) -> Found:
    """Order = sum of its parts, part = sum of its lines."""
    parts, lines = Fulfilment.objects.all(), OrderLine.objects.all()
    orders = Order.objects.annotate(
        parts_goods=_of(parts, "order", Sum("goods_won")),
        parts_delivery=_of(parts, "order", Sum("delivery_won")),
    )
    right = Q(
        goods_won=F("parts_goods"),
        delivery_won=F("parts_delivery"),
        total_won=F("goods_won") + F("delivery_won"),
    )
    for order in orders.exclude(right):
        yield order, f"{order.goods_won} + {order.delivery_won}, parts {order.parts_goods}"
    by_lines = Fulfilment.objects.annotate(lines_won=_of(lines, "fulfilment", Sum("line_won")))
    for part in by_lines.exclude(goods_won=F("lines_won")):
        yield part, f"{part.goods_won}, lines {part.lines_won}"


def _kept_parts() -> QuerySet[Fulfilment]:
    """Of orders that stand, with something to pay."""
    return Fulfilment.objects.filter(order__status__in=CONFIRMED_ORDERS).exclude(
        Q(status=FulfilmentStatus.CANCELLED) | Q(goods_won=0, delivery_won=0)
    )


@invariant
def confirmed_parts_are_paid_for(now: datetime) -> Found:
    """By card with the order, where it may be held first, or by voucher, or on site at the latest
    when it is handed over."""
    as_a_whole = Payment.objects.filter(
        order=OuterRef("order"),
        fulfilment=None,
        voucher=None,
        status__in=[*HELD, PaymentStatus.PAID],
    )
    by_voucher = PaymentShare.objects.filter(
        payment__voucher__isnull=False, payment__status=PaymentStatus.PAID
    )
    # What was sent back afterwards was paid.
    all_of_it = _of(by_voucher, "fulfilment", Sum("won"))
    on_site = Payment.objects.filter(fulfilment=OuterRef("pk"), method=PaymentMethod.ON_SITE)
    paid = Exists(as_a_whole) | Exists(on_site.filter(status=PaymentStatus.PAID))
    due = Exists(on_site.filter(status=PaymentStatus.OPEN)) & ~Q(
        status=FulfilmentStatus.HANDED_OVER
    )
    # What the bank let go of is owed, and an operator is shown that.
    owed = Q(pk__in=handed_over_unpaid().values("pk"))
    unpaid = _kept_parts().exclude(paid | due | owed).annotate(voucher_won=all_of_it)
    for part in unpaid.filter(voucher_won__lt=F("goods_won") + F("delivery_won")):
        yield part, f"{part.status} without a payment"


@invariant
def parts_end_in_time(now: datetime) -> Found:
    """The day after it was promised, each part is handed over or given back; but what a courier
    has, or brought back, which ends by a law of its own."""
    today = instant(business_date(now - CLOSED_BY))
    late = Fulfilment.objects.filter(
        order__status=OrderStatus.CONFIRMED, promised_until__lt=today
    ).exclude(status__in=ENDED_PARTS)
    with_courier = [FulfilmentStatus.OUT, FulfilmentStatus.UNDELIVERED]
    for part in late.exclude(way=Way.PARCEL, status__in=with_courier):
        yield part, f"{part.status}, promised until {part.promised_until.isoformat()}"


@invariant
def parts_end_once(now: datetime) -> Found:
    """Handed over: its goods left the shelf. Cancelled: none left and nobody earned from it."""
    lines = Allocation.objects.filter(
        line_reference__in=OrderLine.objects.filter(
            fulfilment=OuterRef(OuterRef("pk")), quantity__gte=1
        ).values("reference")
    )
    left, stayed = lines.filter(status="issued"), lines.exclude(status="issued")
    earned = Journal.objects.filter(key=Concat(Value("handed-over:"), OuterRef("reference")))
    handed_over = Fulfilment.objects.filter(status=FulfilmentStatus.HANDED_OVER)
    for part in handed_over.filter(Exists(stayed)):
        yield part, "handed over, and its goods are still on the shelf"
    cancelled = Fulfilment.objects.filter(status=FulfilmentStatus.CANCELLED)
    for part in cancelled.filter(Exists(left) | Exists(earned)):
        yield part, "cancelled, and handed over too"


invariant(core_agrees_with_parts)


@invariant
def orders_end_with_their_parts(now: datetime) -> Found:
    open_part = Fulfilment.objects.filter(order=OuterRef("pk")).exclude(status__in=ENDED_PARTS)
    ended = Q(status__in=[OrderStatus.CLOSED, OrderStatus.CANCELLED])
    for order in Order.objects.filter(ended & Exists(open_part) | ~ended & ~Exists(open_part)):
        yield order, f"{order.status}, and its parts say otherwise"


@invariant
def gate_parts_have_their_booking(now: datetime) -> Found:
    """A part at the gate that is still to come owns the booking it names."""
    own = Booking.objects.filter(
        reference=OuterRef("booking_reference"), owner_reference=OuterRef("reference")
    )
    at_gate = Fulfilment.objects.filter(way=Way.DRIVE_THROUGH, ticket_reference="")
    parts = at_gate.exclude(status__in=ENDED_PARTS)
    for part in parts.filter(~Exists(own.filter(status__in=TAKES_A_PLACE))):
        yield part, f"no live booking {part.booking_reference}"


@invariant
def bays_are_their_owners(now: datetime) -> Found:
    """Whoever has ordered a bay and not driven in yet has its ticket, or still has to choose."""
    own = Ticket.objects.filter(
        reference=OuterRef("ticket_reference"),
        owner_reference=OuterRef("order__customer__user_reference"),
    )
    asked = Q(status=TicketStatus.CALLED_OFF, instead="")
    parts = Fulfilment.objects.exclude(ticket_reference="").exclude(status__in=ENDED_PARTS)
    for part in parts.filter(~Exists(own.filter(asked | Q(status=TicketStatus.SOLD)))):
        yield part, f"no live ticket {part.ticket_reference}"


@invariant
def gate_promises_are_their_slots(now: datetime) -> Found:
    """Whoever moves a booking moves the promise with it."""
    parts = Fulfilment.objects.filter(way=Way.DRIVE_THROUGH)
    booked = Booking.objects.filter(
        reference=OuterRef("booking_reference"), status__in=TAKES_A_PLACE
    )
    other = booked.exclude(slot__starts_at=OuterRef("promised_from"))
    for part in parts.exclude(status=FulfilmentStatus.CANCELLED).filter(Exists(other)):
        yield part, f"promised from {part.promised_from.isoformat()}, booked for another time"


@invariant
def displaced_cars_are_answered(now: datetime) -> Found:
    """After its deadline each car whose slot was called off has another place, or its money."""
    late = Displacement.objects.filter(answered_at=None, answer_until__lte=now - SWEPT_WITHIN)
    for row in late:
        yield row, f"unanswered since {row.answer_until.isoformat()}"
    back = Displacement.objects.filter(answer=Answer.REFUND, booking__status__in=TAKES_A_PLACE)
    for row in back:
        yield row, "given back, and still has its place"


@invariant
def offers_are_of_held_places(now: datetime) -> Found:
    """Each offered place is held for the one who waits, and for nobody else."""
    offered = Waiting.objects.filter(status=WaitingStatus.OFFERED)
    held = Q(booking__status=BookingStatus.HELD, booking__owner_reference=F("reference"))
    swept = Q(booking__held_until__lte=now - SWEPT_WITHIN)
    lost = ~held & Q(offered_at__lte=now - SWEPT_WITHIN)
    for row in offered.filter(swept | lost):
        yield row, "offered, and its place is not held"


@invariant
def harvests_are_shared_out(now: datetime) -> Found:
    """What was picked is what all shares come to; and no cut is left half made."""
    for harvest in Harvest.objects.annotate(shared=Sum("shares__gets")).exclude(shared=F("picked")):
        yield harvest, f"{harvest.picked} picked, {harvest.shared} shared out"
    half_made = Harvest.objects.filter(finished_at=None, declared_at__lte=now - SWEPT_WITHIN)
    for left in half_made:
        yield left, "declared, and not every order was cut"


@invariant
def served_cars_were_seen_to_be(now: datetime) -> Found:
    """A car is served exactly when somebody told that its goods are in it."""
    told = QueueEvent.objects.filter(booking=OuterRef("booking"), kind=Kind.SERVED)
    of_car = Arrival.objects.annotate(told=Exists(told))
    for arrival in of_car.filter(Q(status=ArrivalStatus.SERVED) ^ Q(told=True)):
        yield arrival, f"{arrival.status}, and what was seen says otherwise"


@invariant
def home_parts_are_asked_of_logistics(now: datetime) -> Found:
    move = Consignment.objects.filter(
        owner_reference=OuterRef("reference"), kind=ConsignmentKind.DELIVER
    )
    parts = Fulfilment.objects.filter(way=Way.DELIVERY, order__status=OrderStatus.CONFIRMED)
    for part in parts.exclude(status__in=ENDED_PARTS).filter(~Exists(move)):
        yield part, "nobody was asked to bring it"


@invariant
def parcels_are_sent_by_their_merchants(now: datetime) -> Found:
    """A courier has exactly what is on its way or has come, and none of it for long; no van is
    asked to bring it, and its fee is never the carrier's."""
    parts = Fulfilment.objects.filter(way=Way.PARCEL)
    written = Parcel.objects.filter(fulfilment=OuterRef("pk"))
    gone = Q(status__in=[FulfilmentStatus.OUT, FulfilmentStatus.HANDED_OVER])
    came_back = Q(status__in=[FulfilmentStatus.UNDELIVERED, FulfilmentStatus.CANCELLED])
    for part in parts.filter(gone & ~Exists(written) | ~gone & ~came_back & Exists(written)):
        yield part, f"{part.status}, and its tracking number says otherwise"
    long_ago = now - timedelta(days=settings.PARCEL_DAYS) - SWEPT_WITHIN
    for part in on_the_way_since(long_ago):
        yield part, "sent, and nobody said that it came"
    for part in back_since(long_ago):
        yield part, "brought back, and neither sent again nor paid back"
    move = Consignment.objects.filter(owner_reference=OuterRef("reference"))
    for part in parts.filter(Exists(move)):
        yield part, "a van was asked to bring it"
    carrier = LedgerEntry.objects.filter(
        account__kind=AccountKind.CARRIER, line_reference=OuterRef("reference")
    )
    for part in parts.filter(Exists(carrier)):
        yield part, "its fee went to the carrier"


@invariant
def boxes_are_all_explained(now: datetime) -> Found:
    """Expected = placed + skipped + refused, and what is placed is an order."""
    for box in missing_boxes(now - RENEWED_WITHIN):
        yield box.subscription_reference, f"nothing for {box.hand_over_on}"
    placed = Order.objects.filter(reference=OuterRef("order_reference"))
    for renewal in Renewal.objects.filter(~Exists(placed), status=RenewalStatus.PLACED):
        yield renewal, f"placed as {renewal.order_reference}, which is not there"


# Money


@invariant
def refunds_are_at_most_what_was_paid(now: datetime) -> Found:
    promised = Refund.objects.exclude(status=RefundStatus.REFUSED)
    payments = Payment.objects.annotate(back_won=_of(promised, "payment", Sum("amount_won")))
    right = Q(refunded_won=F("back_won"), refunded_won__lte=F("amount_won"))
    for payment in payments.exclude(right):
        detail = f"{payment.back_won} of {payment.amount_won}, says {payment.refunded_won}"
        yield payment, detail


@invariant
def cancelled_parts_are_given_back(now: datetime) -> Found:
    for owed in owed_back():
        paid_at = owed.payment.paid_at
        if paid_at is not None and paid_at <= now - SWEPT_WITHIN:
            yield owed.payment, f"{owed.owed_won} won kept for what was cancelled"


@invariant
def money_under_way_arrives(now: datetime) -> Found:
    """No charge without an outcome, no refund unsent, no paid order waiting."""
    swept = now - SWEPT_WITHIN
    asked = Q(
        status__in=[PaymentStatus.CHARGING, PaymentStatus.CAPTURING, PaymentStatus.VOIDING],
        asked_at__lt=swept,
    )
    unheard = Q(status=PaymentStatus.PAID, order__status=OrderStatus.PLACED, paid_at__lt=swept)
    for payment in Payment.objects.filter(asked | unheard):
        yield payment, f"{payment.status}, and nothing followed"
    unsent = Refund.objects.filter(status=RefundStatus.OPEN, opened_at__lt=swept)
    # A person sends those of transfers at the bank, on working days.
    for refund in unsent.exclude(payment__method=PaymentMethod.TRANSFER):
        yield refund, "not sent"


# Vouchers


@invariant
def vouchers_count_their_use(now: datetime) -> Found:
    """Held for orders or spent, less what came back; never more than was issued."""
    standing = Payment.objects.filter(status__in=ACTIVE_PAYMENTS)
    used = _of(standing, "voucher", Sum(F("amount_won") - F("refunded_won")))
    right = Q(used_won=F("paid_won"), amount_won__gte=F("paid_won") + F("expired_won"))
    for voucher in Voucher.objects.annotate(paid_won=used).exclude(right):
        yield voucher, f"{voucher.paid_won} of {voucher.amount_won}, says {voucher.used_won}"


@invariant
def budgets_are_never_overspent(now: datetime) -> Found:
    """What vouchers hold or have spent is at most what was paid in, and counted right."""
    for one in _programmes():
        issued_won = one.out_won - (one.lapsed_won if one.funding == Funding.BUDGET else 0)
        counted = (one.budget_won, one.issued_won)
        if counted != (one.paid_in_won, issued_won) or issued_won > one.paid_in_won:
            yield one, f"{issued_won} issued of {one.paid_in_won}, says {counted}"


@invariant
def voucher_books_agree(now: datetime) -> Found:
    """The ledger's accounts of budgets and vouchers are what the rows say."""
    paid = Payment.objects.filter(status=PaymentStatus.PAID, voucher__isnull=False).order_by()
    spent = dict(
        paid.values_list("voucher__programme__reference").annotate(
            won=Sum(F("amount_won") - F("refunded_won"))
        )
    )
    expected: dict[tuple[str, str], int] = {}
    for one in _programmes():
        back_won = one.lapsed_won if one.funding == Funding.BUDGET else 0
        left_won = one.out_won - one.lapsed_won - spent.get(one.reference, 0)
        expected[AccountKind.VOUCHER, one.reference] = -left_won
        expected[AccountKind.BUDGET, one.reference] = one.out_won - back_won - one.paid_in_won
    rows = LedgerEntry.objects.filter(account__kind__in=[AccountKind.VOUCHER, AccountKind.BUDGET])
    stands = {
        (kind, owner): won
        for kind, owner, won in rows.order_by()
        .values_list("account__kind", "account__owner_reference")
        .annotate(won=Sum("amount_won"))
    }
    for account in sorted(expected.keys() | stands.keys()):
        if stands.get(account, 0) != expected.get(account, 0):
            detail = f"{stands.get(account, 0)} in the ledger, not {expected.get(account, 0)}"
            yield ":".join(account), detail


def _programmes() -> QuerySet[Any]:
    seen, issued = Recharge.objects.filter(seen_at__isnull=False), Voucher.objects.all()
    return Programme.objects.annotate(
        paid_in_won=_of(seen, "programme", Sum("amount_won")),
        out_won=_of(issued, "programme", Sum("amount_won")),
        lapsed_won=_of(issued, "programme", Sum("expired_won")),
    )


@invariant
def deposits_are_whose_they_are(now: datetime) -> Found:
    """What the ledger keeps for depositors is what no order has taken, and none is sent twice."""
    kept = -balances().get(AccountKind.DEPOSITS, 0)
    unused = sum(
        payment.in_hand_won - (payment.amount_won if payment.status == PaymentStatus.PAID else 0)
        for payment in payments_by_transfer()
    )
    if kept != unused:
        yield "deposits", f"the ledger keeps {kept}, deposits come to {unused}"
    for payment in payments_by_transfer().filter(owed_won__lt=0):
        yield payment, f"{-payment.owed_won} more than came in"


invariant(tills_hold_what_was_taken)
invariant(till_counts_cover_what_they_expect)


@invariant
def ledger_sums_to_zero(now: datetime) -> Found:
    """In each journal, and so in all."""
    sums = (
        LedgerEntry.objects.order_by().values("journal__reference").annotate(won=Sum("amount_won"))
    )
    for row in sums.exclude(won=0):
        yield row["journal__reference"], f"{row['won']} won too many"


@invariant
def nothing_is_held_for_ended_orders(now: datetime) -> Found:
    """Nor is any part given out twice: what is held for it is never below nothing."""
    held = LedgerEntry.objects.filter(account__kind=AccountKind.HELD).order_by()
    ended = Order.objects.filter(status__in=[OrderStatus.CLOSED, OrderStatus.CANCELLED])
    of_ended = held.filter(journal__order_reference__in=ended.values("reference"))
    orders = of_ended.values("journal__order_reference").annotate(won=Sum("amount_won"))
    for row in orders.exclude(won=0):
        yield row["journal__order_reference"], f"ended with {-row['won']} won held"
    parts = held.exclude(line_reference="").values("line_reference")
    for part in parts.annotate(won=Sum("amount_won")).filter(won__gt=0):
        yield part["line_reference"], f"{part['won']} won given out twice"


@invariant
def settlements_add_up(now: datetime) -> Found:
    """An approved settlement pays its merchant's entries exactly; before, they are what it says."""
    theirs = LedgerEntry.objects.filter(account__kind=AccountKind.MERCHANT)
    settlements = Settlement.objects.annotate(
        left_won=_of(theirs, "settlement", Sum("amount_won")),
        paid_won=_of(theirs.filter(journal__event="paid_out"), "settlement", Sum("amount_won")),
    )
    paid = Q(run__approved_at__isnull=False, left_won=0, paid_won=F("total_won"))
    due = Q(run__approved_at=None, left_won=-F("total_won"), paid_won=0)
    for settlement in settlements.exclude(paid | due | Q(run__status=RunStatus.REJECTED)):
        detail = f"{settlement.total_won}, paid {settlement.paid_won}, left {settlement.left_won}"
        yield settlement, detail
    strangers = LedgerEntry.objects.filter(settlement__isnull=False).exclude(
        account__kind=AccountKind.MERCHANT,
        account__owner_reference=F("settlement__merchant_reference"),
    )
    for entry in strangers.select_related("account"):
        yield entry.settlement_id, f"holds an entry of {entry.account}"


@invariant
def runs_add_up(now: datetime) -> Found:
    """A run's control totals are its settlements', and nothing is sent before it is approved."""
    made = Settlement.objects.all()
    runs = SettlementRun.objects.annotate(
        made_count=_of(made, "run", Count("pk")), made_won=_of(made, "run", Sum("total_won"))
    )
    for run in runs.exclude(made_count=F("merchant_count"), made_won=F("total_won")):
        yield run, f"{run.merchant_count} for {run.total_won}, made {run.made_count}"
    for payout in Payout.objects.filter(settlement__run__approved_at=None):
        yield payout, "opened for a run nobody has approved"


@invariant
def paid_payouts_are_in_the_ledger(now: datetime) -> Found:
    """Won that arrived at merchants left the books once: sum by sum, and payout by payout."""
    arrived = LedgerEntry.objects.filter(
        account__kind=AccountKind.PAYOUTS, journal__event="payout_sent"
    )
    booked = dict(arrived.values_list("journal__key").annotate(won=Sum("amount_won")).order_by())
    for payout in Payout.objects.filter(status=PayoutStatus.DONE):
        won = booked.pop(f"arrived:{payout.reference}", 0)
        if won != payout.amount_won:
            yield payout, f"{payout.amount_won} won arrived, {won} in the ledger"
    for key, won in booked.items():
        yield key, f"{won} won in the ledger of a payout that has not arrived"


@invariant
def settled_lines_are_in_one_run(now: datetime) -> Found:
    """What was handed over is paid by one run that stands; a rejected one holds nothing."""
    held = LedgerEntry.objects.filter(account__kind=AccountKind.MERCHANT, settlement__isnull=False)
    for entry in held.filter(settlement__run__status=RunStatus.REJECTED):
        yield entry.line_reference or entry.pk, "held by a run that was rejected"
    sold = held.filter(journal__event="handed_over").order_by().values("line_reference")
    for row in sold.annotate(times=Count("pk")).filter(times__gt=1):
        yield row["line_reference"], f"settled {row['times']} times"


# Routes


@invariant
def published_plans_break_no_rule(now: datetime) -> Found:
    recent = Plan.objects.filter(
        status=PlanStatus.PUBLISHED, on_date__gte=business_date(now - PLANS_OF)
    )
    for plan in recent.order_by("pk"):
        for violation in plan_violations(plan):
            yield plan, f"{violation.kind} by {violation.by}"


@invariant
def consignments_are_on_one_route(now: datetime) -> Found:
    tasks = StopTask.objects.filter(stop__route__plan__status=PlanStatus.PUBLISHED).order_by()
    routes = tasks.values("consignment__reference", "attempt").annotate(times=Count("pk"))
    for row in routes.filter(times__gt=1):
        yield row["consignment__reference"], f"on {row['times']} published stops"


# Messages


@invariant
def notices_are_unique(now: datetime) -> Found:
    keys = Notice.objects.order_by().values("key").annotate(times=Count("pk"))
    for row in keys.filter(times__gt=1):
        yield row["key"], f"{row['times']} messages for one event"
