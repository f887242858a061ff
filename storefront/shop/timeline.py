"""One timeline for all parts of an order: what has happened, and what is still promised."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from commerce.catalogue.models import Way
from commerce.orders.models import Fulfilment, FulfilmentStatus, Order
from commerce.parcels.models import Parcel
from commerce.payments.models import RefundStatus
from commerce.returns.models import ReturnRequest
from storefront.templatetags.words import local_name

COMING = (FulfilmentStatus.CONFIRMED, FulfilmentStatus.READY, FulfilmentStatus.OUT)


class Happening(NamedTuple):
    """``kind`` says what; ``what`` is the part's or the goods' name, "" for the whole order;
    ``won`` what went back; ``parcel`` who has it. ``done`` is False for what is still promised."""

    at: datetime
    kind: str
    what: str = ""
    won: int | None = None
    until: datetime | None = None
    parcel: Parcel | None = None
    done: bool = True


def timeline_of(
    order: Order,
    returns: Mapping[int, Sequence[ReturnRequest]],
    parcels: Mapping[str, Parcel],
) -> list[Happening]:
    """Of an order read with its payments, by time; what is still to come last. ``returns`` by the
    part's row, ``parcels`` by its reference. No queries."""
    asked = [one for part in returns.values() for one in part]
    found = [*_of_order(order), *_of_holds(order), *_of_refunds(order), *_of_returns(asked)]
    for part in order.fulfilments.all():
        found += _of_part(part, parcels.get(part.reference))
    return sorted(found, key=lambda one: (not one.done, one.at))


def _of_order(order: Order) -> Iterator[Happening]:
    yield Happening(order.placed_at, "placed")
    if order.confirmed_at:
        yield Happening(order.confirmed_at, "confirmed")


def _of_part(part: Fulfilment, parcel: Parcel | None) -> Iterator[Happening]:
    name = local_name(part, "hands_over_name")
    packed = [line.ready_at for line in part.lines.all()]
    ready = [at for at in packed if at is not None]
    if ready and len(ready) == len(packed):
        yield Happening(max(ready), "ready", name)
    if part.ticket_reference:
        yield from _of_bay(part)
    elif part.way == Way.PARCEL:
        yield from _of_parcel(part, parcel)
    elif part.ended_at:
        yield Happening(part.ended_at, part.status, name)
    elif part.status in COMING:
        yield Happening(part.promised_from, "promised", name, until=part.promised_until, done=False)


def _of_parcel(part: Fulfilment, parcel: Parcel | None) -> Iterator[Happening]:
    name = local_name(part, "hands_over_name")
    if parcel is not None:
        yield Happening(parcel.sent_at, "sent", name, parcel=parcel)
    if part.ended_at:
        kind = "came" if part.status == FulfilmentStatus.HANDED_OVER else part.status
        yield Happening(part.ended_at, kind, name)
    elif part.status in COMING:
        if parcel is None:
            yield Happening(part.promised_from, "will_be_sent", name, done=False)
        yield Happening(part.promised_until, "will_come", name, done=False)


def _of_bay(part: Fulfilment) -> Iterator[Happening]:
    """A film begins at one moment; what has ended was seen, or its bay kept in vain."""
    if part.ended_at:
        kind = "show_over" if part.status == FulfilmentStatus.HANDED_OVER else part.status
        yield Happening(part.ended_at, kind, local_name(part, "hands_over_name"))
    elif part.status in COMING:
        yield Happening(part.promised_from, "show", local_name(part, "hands_over_name"), done=False)


def _of_refunds(order: Order) -> Iterator[Happening]:
    for payment in order.payments.all():
        for refund in payment.refunds.all():
            if refund.status == RefundStatus.OPEN:
                yield Happening(refund.opened_at, "refunding", won=refund.amount_won)
            elif refund.status == RefundStatus.DONE:
                at = refund.done_at or refund.opened_at
                yield Happening(at, "refunded", won=refund.amount_won)


def _of_holds(order: Order) -> Iterator[Happening]:
    """The most that may be taken, and what was."""
    for payment in order.payments.all():
        if payment.authorised_at:
            yield Happening(payment.authorised_at, "held", won=payment.held_won)
            if payment.paid_at:
                yield Happening(payment.paid_at, "taken", won=payment.amount_won)
            elif payment.cancelled_at:
                yield Happening(payment.cancelled_at, "let_go", won=payment.held_won)


def _of_returns(asked: Iterable[ReturnRequest]) -> Iterator[Happening]:
    for one in asked:
        yield Happening(one.asked_at, "return_asked", one.line.name)
        if one.answered_at:
            yield Happening(one.answered_at, f"return_{one.status}", one.line.name)
