"""Each part of an order that has goods is placed in the commerce core before money moves."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from commerce.core import steps, working_off
from commerce.core.port import Wanted, WantedLine, core
from commerce.orders.actions import InvalidTransition
from commerce.orders.models import Fulfilment, Order, OrderStatus
from storefront.journeys.cancel_order import SOLD_OUT, cancel_order
from storefront.journeys.tell_birthplace import tell_birthplace


def take_place(*, fulfilments: Sequence[Fulfilment], now: datetime) -> None:
    """In the transaction that orders them, after their stock is held here. An immediate core's
    refusal undoes the order; any other is asked by ``placed_in_core`` or ``tell_core``."""
    wanted = [_wanted(part) for part in fulfilments]
    steps.take([steps.placing(one) for one in wanted if one.lines], now=now)


def placed_in_core(*, payment_reference: str, now: datetime) -> bool:
    """Whether the core holds all that this payment is for; asked before any money moves.

    When the core refuses, the order is cancelled and the shopper told. Must not be called inside a
    transaction.
    """
    if core().immediate:
        return True
    parts = Fulfilment.objects.filter(order__payments__reference=payment_reference)
    return working_off.place_now(
        fulfilments=list(parts.values_list("reference", flat=True)),
        not_placed=_give_up_order,
        now=now,
    )


def tell_core(*, now: datetime, limit: int = 200) -> int:
    """Whatever the core, or the shop an order was born in, is still to be told; returns how many
    steps were tried."""
    return working_off.work_off(
        not_placed=_give_up_order, tell_there=tell_birthplace, now=now, limit=limit
    )


@transaction.atomic
def _give_up_order(fulfilment_reference: str, now: datetime) -> None:
    """INVALID_TRANSITION when some of it has left already: then a person has to look."""
    order = Order.objects.locked().get(fulfilments__reference=fulfilment_reference)
    if order.status == OrderStatus.CLOSED:
        raise InvalidTransition("status", now=order.status, allowed=[])
    cancel_order(order=order, reason=SOLD_OUT, now=now)


def facts_of(part: Fulfilment) -> dict[str, str]:
    """What people see of it beside the core's order."""
    starts, ends = (timezone.localtime(at) for at in (part.promised_from, part.promised_until))
    # A parcel is on its way for days.
    until = f"{ends:%H:%M}" if starts.date() == ends.date() else f"{ends:%Y-%m-%d %H:%M}"
    return {
        "way": part.way,
        "hands_over": part.hands_over_name,
        "promised": f"{starts:%Y-%m-%d %H:%M}–{until}",
    }


def _wanted(part: Fulfilment) -> Wanted:
    return Wanted(
        reference=part.reference,
        group=part.order.reference,
        lines=tuple(
            WantedLine(line.reference, line.variant.reference, line.quantity, line.unit_price_won)
            for line in part.lines.all()
            if line.variant is not None
        ),
        delivery_won=part.delivery_won,
        facts=facts_of(part),
    )
