"""What can happen to orders and their fulfilments.

The order's row lock guards its fulfilments and lines too: two merchants packing the last two lines,
or two drivers handing over the last two parts, must see each other or the order never moves on.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import IntegrityError, transaction

from commerce.catalogue.models import Variant
from commerce.customers.models import Customer
from commerce.errors import CommerceError
from commerce.orders import transitions
from commerce.orders.models import (
    Fulfilment,
    FulfilmentStatus,
    Order,
    OrderLine,
    OrderStatus,
    Substitution,
    SubstitutionStatus,
    WhenShort,
)


class OrderEmpty(CommerceError):
    code = "ORDER_EMPTY"


class IdempotencyMismatch(CommerceError):
    """The key was used before, for something else."""

    code = "IDEMPOTENCY_MISMATCH"


class InvalidTransition(CommerceError):
    """``data``: ``now`` (the status) and ``allowed`` (those that may follow it)."""

    code = "INVALID_TRANSITION"


class FulfilmentUnknown(CommerceError):
    code = "FULFILMENT_UNKNOWN"


class SubstitutePending(CommerceError):
    """The shopper has still to say whether something else may come. ``data``: ``until``."""

    code = "SUBSTITUTE_PENDING"


class WeightNeeded(CommerceError):
    """It is settled by weight, and nobody has weighed it. ``data``: ``name``, ``name_en``."""

    code = "WEIGHT_NEEDED"


class LineUnknown(CommerceError):
    """No such line, or not this merchant's."""

    code = "LINE_UNKNOWN"


@dataclass(frozen=True)
class NewLine:
    """Goods (``variant``), a book bundle (``bundle_reference``), or neither: a ticket."""

    merchant_reference: str
    variant: Variant | None
    bundle_reference: str
    name: str
    name_en: str
    unit: str
    quantity: int
    unit_price_won: int
    tax_class: str
    return_notice: str = ""

    @property
    def line_won(self) -> int:
        return self.unit_price_won * self.quantity

    @property
    def unit_grams(self) -> int | None:
        """Of goods settled by weight: what one weighs at most for its price."""
        by_weight = self.variant is not None and self.variant.by_weight
        return self.variant.weight_grams if self.variant and by_weight else None


@dataclass(frozen=True)
class NewFulfilment:
    way: str
    hands_over: str
    hands_over_name: str
    place_name: str
    promised_from: datetime
    promised_until: datetime
    delivery_won: int
    booking_reference: str = ""
    window_reference: str = ""
    address_reference: str = ""
    ticket_reference: str = ""
    hands_over_name_en: str = ""
    lines: Sequence[NewLine] = field(default_factory=tuple)

    @property
    def goods_won(self) -> int:
        return sum(line.line_won for line in self.lines)


@transaction.atomic
def open_order(
    *,
    key: str,
    basket_reference: str | None,
    customer: Customer,
    contact_name: str,
    contact_phone: str,
    parts: Sequence[NewFulfilment],
    when_short: WhenShort = WhenShort.REFUND,
    now: datetime,
) -> tuple[Order, bool]:
    """The order and whether this call made it; parts and lines get row ids in the order given.

    A repeat of the key, or a second tab with the same basket, gets the first order even when its
    parts differ: the first submit won. ORDER_EMPTY; IDEMPOTENCY_MISMATCH for another customer's.
    """
    if not parts or not all(part.lines for part in parts):
        raise OrderEmpty("parts")
    goods_won = sum(part.goods_won for part in parts)
    delivery_won = sum(part.delivery_won for part in parts)
    try:
        # A rival's uncommitted row makes this insert wait, so a second tab learns the outcome of
        # the first before it takes any slot, window or stock.
        with transaction.atomic():
            order = Order.objects.create(
                key=key,
                basket_reference=basket_reference,
                customer=customer,
                contact_name=contact_name,
                contact_phone=contact_phone,
                when_short=when_short,
                goods_won=goods_won,
                delivery_won=delivery_won,
                total_won=goods_won + delivery_won,
                placed_at=now,
            )
    except IntegrityError:
        first = _first_order(key, basket_reference)
        if first is None:
            raise
        if first.customer_id != customer.pk:
            raise IdempotencyMismatch("key") from None
        return first, False
    _add_fulfilments(order, parts)
    return order, True


def _first_order(key: str, basket_reference: str | None) -> Order | None:
    by_key = Order.objects.filter(key=key).first()
    if by_key is None and basket_reference is not None:
        return Order.objects.filter(basket_reference=basket_reference).first()
    return by_key


def _add_fulfilments(order: Order, parts: Sequence[NewFulfilment]) -> None:
    fulfilments = Fulfilment.objects.bulk_create(
        Fulfilment(
            order=order,
            way=part.way,
            hands_over=part.hands_over,
            hands_over_name=part.hands_over_name,
            hands_over_name_en=part.hands_over_name_en,
            place_name=part.place_name,
            promised_from=part.promised_from,
            promised_until=part.promised_until,
            booking_reference=part.booking_reference,
            window_reference=part.window_reference,
            address_reference=part.address_reference,
            ticket_reference=part.ticket_reference,
            goods_won=part.goods_won,
            delivery_won=part.delivery_won,
        )
        for part in parts
    )
    OrderLine.objects.bulk_create(
        OrderLine(
            fulfilment=fulfilment,
            merchant_reference=line.merchant_reference,
            variant=line.variant,
            bundle_reference=line.bundle_reference,
            name=line.name,
            name_en=line.name_en,
            unit=line.unit,
            quantity=line.quantity,
            unit_price_won=line.unit_price_won,
            line_won=line.line_won,
            tax_class=line.tax_class,
            unit_grams=line.unit_grams,
            return_notice=line.return_notice,
        )
        for fulfilment, part in zip(fulfilments, parts, strict=True)
        for line in part.lines
    )


@transaction.atomic
def confirm(*, order: Order, now: datetime) -> Order:
    """Paid, or to be paid where it is handed over; a repeat changes nothing.

    INVALID_TRANSITION when it was cancelled meanwhile: a card payment is then to be given back.
    """
    order = Order.objects.locked().get(pk=order.pk)
    if order.status in (OrderStatus.CONFIRMED, OrderStatus.CLOSED):
        return order
    _check(transitions.ORDER, order.status, OrderStatus.CONFIRMED)
    order.status = OrderStatus.CONFIRMED
    order.confirmed_at = now
    order.save(update_fields=["status", "confirmed_at"])
    order.fulfilments.filter(status=FulfilmentStatus.PLACED).update(
        status=FulfilmentStatus.CONFIRMED
    )
    return order


@transaction.atomic
def mark_line_ready(*, line_reference: str, merchant_reference: str, now: datetime) -> Fulfilment:
    """One line is packed; its fulfilment is ready once all are. A repeat changes nothing.

    A library marks a bundle's line with its own reference. LINE_UNKNOWN for another's line,
    INVALID_TRANSITION before the order is confirmed or after the part has ended,
    SUBSTITUTE_PENDING, WEIGHT_NEEDED: ``weighing.weigh_line`` weighs and marks it.
    """
    line = OrderLine.objects.select_related("fulfilment").filter(reference=line_reference).first()
    if line is None or merchant_reference != (
        line.merchant_reference or line.fulfilment.hands_over
    ):
        raise LineUnknown("line_reference")
    (fulfilment,) = _locked([line.fulfilment.reference])
    ready = OrderLine.objects.filter(pk=line.pk, ready_at=None)
    if not ready.exists():
        return fulfilment
    _check(transitions.FULFILMENT, fulfilment.status, FulfilmentStatus.READY)
    refuse_pending(line)
    line.refresh_from_db()  # it was read before the order was locked
    if line.to_weigh:
        raise WeightNeeded("grams", name=line.name, name_en=line.name_en or line.name)
    ready.update(ready_at=now)
    if not fulfilment.lines.filter(ready_at=None).exists():
        _move([fulfilment], FulfilmentStatus.READY, now)
    return fulfilment


def refuse_pending(line: OrderLine) -> None:
    """SUBSTITUTE_PENDING while the shopper is asked about the line; its order is locked."""
    offer = Substitution.objects.filter(line=line, status=SubstitutionStatus.OFFERED).first()
    if offer is not None:
        raise SubstitutePending("line", until=offer.answer_until.isoformat())


@transaction.atomic
def mark_out(*, references: Sequence[str], now: datetime) -> list[Fulfilment]:
    """On the road. Returns those this call moved; one already out is left as it is."""
    return _mark(references, FulfilmentStatus.OUT, now)


@transaction.atomic
def mark_handed_over(*, references: Sequence[str], now: datetime) -> list[Fulfilment]:
    """In the shopper's hands. Returns those this call moved, so that what follows is done once.

    Closes each order whose fulfilments have all ended. All or none: FULFILMENT_UNKNOWN,
    INVALID_TRANSITION.
    """
    return _mark(references, FulfilmentStatus.HANDED_OVER, now)


@transaction.atomic
def mark_undelivered(*, references: Sequence[str], now: datetime) -> list[Fulfilment]:
    """Brought back. No end: it goes out again, or is cancelled and its money given back."""
    return _mark(references, FulfilmentStatus.UNDELIVERED, now)


@transaction.atomic
def cancel_fulfilment(*, fulfilment: Fulfilment, now: datetime) -> Fulfilment:
    """Ends one part unserved; the order ends with its last part. A repeat changes nothing.

    INVALID_TRANSITION once it is on the road or handed over.
    """
    (current,) = _locked([fulfilment.reference])
    if current.status != FulfilmentStatus.CANCELLED:
        _check(transitions.FULFILMENT, current.status, FulfilmentStatus.CANCELLED)
        _move([current], FulfilmentStatus.CANCELLED, now)
    return current


def _locked(references: Sequence[str]) -> list[Fulfilment]:
    """These fulfilments as they are once their orders' rows are locked, in one order."""
    wanted = set(references)
    orders = Order.objects.locked().in_bulk(
        Fulfilment.objects.filter(reference__in=wanted).values_list("order_id", flat=True)
    )
    fulfilments = list(Fulfilment.objects.filter(reference__in=wanted).order_by("pk"))
    for fulfilment in fulfilments:
        fulfilment.order = orders[fulfilment.order_id]
    missing = wanted - {fulfilment.reference for fulfilment in fulfilments}
    if missing:
        raise FulfilmentUnknown("references", unknown=sorted(missing))
    return fulfilments


def _mark(references: Sequence[str], status: FulfilmentStatus, now: datetime) -> list[Fulfilment]:
    moving = [f for f in _locked(references) if f.status != status]
    for fulfilment in moving:
        _check(transitions.FULFILMENT, fulfilment.status, status)
    _move(moving, status, now)
    return moving


def _check(graph: transitions.Graph, status: str, following: str) -> None:
    if not transitions.may(graph, status, following):
        raise InvalidTransition(
            "status", now=status, allowed=list(transitions.allowed(graph, status))
        )


def _move(fulfilments: Sequence[Fulfilment], status: FulfilmentStatus, now: datetime) -> None:
    """Under the orders' locks, after ``_check``."""
    ended_at = None if transitions.FULFILMENT[status] else now
    for fulfilment in fulfilments:
        fulfilment.status = status
        fulfilment.ended_at = ended_at
    Fulfilment.objects.bulk_update(fulfilments, ["status", "ended_at"])
    if ended_at is not None:
        for order in {fulfilment.order for fulfilment in fulfilments}:
            _end_order(order, now)


def _end_order(order: Order, now: datetime) -> None:
    end = transitions.end_of_order(order.fulfilments.values_list("status", flat=True))
    if end is not None:
        order.status = end
        order.ended_at = now
        order.save(update_fields=["status", "ended_at"])


@transaction.atomic
def forget_contacts(*, customer: Customer) -> None:
    """Who took the orders of this customer and at which door: no law wants it kept any longer."""
    orders = Order.objects.filter(customer=customer)
    orders.update(contact_name="", contact_phone="")
    at_home = Fulfilment.objects.filter(order__in=orders).exclude(address_reference="")
    at_home.update(place_name="")
