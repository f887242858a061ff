from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commerce.orders import actions
from commerce.orders.actions import FulfilmentUnknown, InvalidTransition, LineUnknown
from commerce.orders.models import Fulfilment, FulfilmentStatus, Order, OrderLine, OrderStatus
from commerce.orders.transitions import FULFILMENT, ORDER, may
from tests.builders.commerce import NOW
from tests.builders.orders import a_bundle_line, a_gate_part, a_part, an_order, some_goods, the_part

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(hours=1)


def test_confirming_confirms_every_part_once() -> None:
    order = an_order(parts=[a_part(), a_gate_part()])
    actions.confirm(order=order, now=NOW)
    again = actions.confirm(order=order, now=LATER)
    assert (again.status, again.confirmed_at) == (OrderStatus.CONFIRMED, NOW)
    assert {part.status for part in order.fulfilments.all()} == {FulfilmentStatus.CONFIRMED}


def test_a_part_cancelled_before_payment_stays_cancelled() -> None:
    order = an_order(parts=[a_part(), a_gate_part()])
    home, gate = order.fulfilments.order_by("pk")
    actions.cancel_fulfilment(fulfilment=home, now=NOW)
    actions.confirm(order=order, now=NOW)
    home.refresh_from_db()
    gate.refresh_from_db()
    assert (home.status, gate.status) == ("cancelled", "confirmed")


def test_a_cancelled_order_cannot_be_confirmed() -> None:
    order = an_order()
    actions.cancel_fulfilment(fulfilment=the_part(order), now=NOW)
    with pytest.raises(InvalidTransition) as refusal:
        actions.confirm(order=order, now=LATER)
    assert refusal.value.data == {"now": "cancelled", "allowed": []}
    order.refresh_from_db()
    assert (order.status, order.confirmed_at) == (OrderStatus.CANCELLED, None)


def test_a_part_is_ready_when_its_last_line_is() -> None:
    lines = [some_goods(), some_goods(merchant_reference="MER-TOFU")]
    order = an_order(parts=[a_part(lines=lines)], confirmed=True)
    greens, tofu = the_part(order).lines.all()
    first = _ready(greens, "MER-GREENS")
    second = _ready(tofu, "MER-TOFU")
    assert (first.status, second.status) == ("confirmed", "ready")
    greens.refresh_from_db()
    assert greens.ready_at == NOW


def test_marking_a_line_twice_keeps_the_first_time() -> None:
    order = an_order(confirmed=True)
    line = the_part(order).lines.get()
    _ready(line, "MER-GREENS")
    actions.mark_line_ready(
        line_reference=line.reference, merchant_reference="MER-GREENS", now=LATER
    )
    line.refresh_from_db()
    assert line.ready_at == NOW


@pytest.mark.parametrize("merchant", ["MER-TOFU", "MKT-MOTGOL", ""])
def test_another_merchants_line_is_unknown(merchant: str) -> None:
    line = the_part(an_order(confirmed=True)).lines.get()
    with pytest.raises(LineUnknown):
        _ready(line, merchant)
    line.refresh_from_db()
    assert line.ready_at is None


def test_a_library_marks_its_own_bundle() -> None:
    books = a_part(hands_over="LIB-1", delivery_won=0, lines=[a_bundle_line()])
    order = an_order(parts=[books], confirmed=True)
    part = _ready(the_part(order).lines.get(), "LIB-1")
    assert part.status == FulfilmentStatus.READY


def test_nothing_is_packed_before_it_is_paid() -> None:
    line = the_part(an_order()).lines.get()
    with pytest.raises(InvalidTransition) as refusal:
        _ready(line, "MER-GREENS")
    assert refusal.value.data == {"now": "placed", "allowed": ["confirmed", "cancelled"]}
    line.refresh_from_db()
    assert line.ready_at is None


def test_handing_over_twice_hands_over_once() -> None:
    part = the_part(an_order(confirmed=True))
    first = actions.mark_handed_over(references=[part.reference], now=NOW)
    second = actions.mark_handed_over(references=[part.reference], now=LATER)
    assert (first, second) == ([part], [])
    part.refresh_from_db()
    assert (part.status, part.ended_at) == (FulfilmentStatus.HANDED_OVER, NOW)


def test_an_order_closes_with_its_last_part() -> None:
    order = an_order(parts=[a_part(), a_gate_part()], confirmed=True)
    home, gate = order.fulfilments.order_by("pk")
    (moved,) = actions.mark_handed_over(references=[gate.reference], now=NOW)
    assert moved.order.status == OrderStatus.CONFIRMED
    actions.mark_out(references=[home.reference], now=NOW)
    (moved,) = actions.mark_handed_over(references=[home.reference], now=LATER)
    assert (moved.order.status, moved.order.ended_at) == (OrderStatus.CLOSED, LATER)
    order.refresh_from_db()
    assert (order.status, order.ended_at) == (OrderStatus.CLOSED, LATER)


def test_an_order_half_cancelled_closes_when_the_rest_is_handed_over() -> None:
    order = an_order(parts=[a_part(), a_gate_part()], confirmed=True)
    home, gate = order.fulfilments.order_by("pk")
    actions.cancel_fulfilment(fulfilment=home, now=NOW)
    actions.mark_handed_over(references=[gate.reference], now=LATER)
    order.refresh_from_db()
    assert order.status == OrderStatus.CLOSED


def test_an_order_is_cancelled_with_its_last_part() -> None:
    order = an_order(parts=[a_part(), a_gate_part()], confirmed=True)
    for part in order.fulfilments.all():
        actions.cancel_fulfilment(fulfilment=part, now=NOW)
        actions.cancel_fulfilment(fulfilment=part, now=LATER)
    order.refresh_from_db()
    assert (order.status, order.ended_at) == (OrderStatus.CANCELLED, NOW)


def test_what_came_back_goes_out_again() -> None:
    part = the_part(an_order(confirmed=True))
    for mark in (actions.mark_out, actions.mark_undelivered, actions.mark_out):
        assert mark(references=[part.reference], now=NOW) == [part]
    part.refresh_from_db()
    assert (part.status, part.ended_at) == (FulfilmentStatus.OUT, None)


def test_a_van_takes_all_of_its_load_or_none() -> None:
    good = the_part(an_order(confirmed=True))
    unpaid = the_part(an_order())
    with pytest.raises(InvalidTransition):
        actions.mark_out(references=[good.reference, unpaid.reference], now=NOW)
    good.refresh_from_db()
    assert good.status == FulfilmentStatus.CONFIRMED


def test_an_unknown_fulfilment_is_named() -> None:
    part = the_part(an_order(confirmed=True))
    with pytest.raises(FulfilmentUnknown) as refusal:
        actions.mark_handed_over(references=[part.reference, "FUL-NOBODY"], now=NOW)
    assert refusal.value.data == {"unknown": ["FUL-NOBODY"]}
    part.refresh_from_db()
    assert part.status == FulfilmentStatus.CONFIRMED


def test_what_is_on_the_road_is_not_cancelled() -> None:
    part = the_part(an_order(confirmed=True))
    actions.mark_out(references=[part.reference], now=NOW)
    with pytest.raises(InvalidTransition) as refusal:
        actions.cancel_fulfilment(fulfilment=part, now=LATER)
    assert refusal.value.data == {"now": "out", "allowed": ["handed_over", "undelivered"]}


STEPS = ["confirm", "ready", "out", "handed_over", "undelivered", "cancel"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 1)), max_size=12))
def test_every_history_is_a_path_in_the_graph(steps: list[tuple[str, int]]) -> None:
    order = an_order(parts=[a_part(), a_gate_part()])
    before = _statuses(order)
    for minute, (step, which) in enumerate(steps):
        try:
            _take(order, step, which, minute)
        except InvalidTransition:
            assert _statuses(order) == before
            continue
        after = _statuses(order)
        for graph, was, became in zip((ORDER, FULFILMENT, FULFILMENT), before, after, strict=True):
            assert was == became or may(graph, was, became)
        before = after
    ended = {status for status in before[1:] if not FULFILMENT[status]}
    assert (before[0] in ("closed", "cancelled")) == (ended == set(before[1:]))


def _take(order: Order, step: str, which: int, minute: int) -> None:
    part = list(order.fulfilments.order_by("pk"))[which]
    now = NOW + timedelta(minutes=minute)
    if step == "confirm":
        actions.confirm(order=order, now=now)
    elif step == "ready":
        actions.mark_line_ready(
            line_reference=part.lines.get().reference,
            merchant_reference="MER-GREENS",
            now=now,
        )
    elif step == "cancel":
        actions.cancel_fulfilment(fulfilment=part, now=now)
    else:
        mark = getattr(actions, f"mark_{step}")
        mark(references=[part.reference], now=now)


def _statuses(order: Order) -> tuple[str, ...]:
    order.refresh_from_db()
    parts = order.fulfilments.order_by("pk").values_list("status", flat=True)
    return (order.status, *parts)


def _ready(line: OrderLine, merchant_reference: str) -> Fulfilment:
    return actions.mark_line_ready(
        line_reference=line.reference, merchant_reference=merchant_reference, now=NOW
    )
