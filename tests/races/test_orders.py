from collections.abc import Callable
from threading import Barrier, Event
from typing import Any

import pytest
from django.db import transaction

from commerce.customers.models import Customer
from commerce.orders import actions
from commerce.orders.models import Fulfilment, FulfilmentStatus, Order, OrderLine, OrderStatus
from commerce.orders.transitions import end_of_order
from tests.builders.commerce import NOW, a_customer
from tests.builders.orders import a_gate_part, a_part, an_order, some_goods, the_part
from tests.races.together import at_once, wait_until_somebody_waits

pytestmark = pytest.mark.django_db(transaction=True)

TABS = 16


def _submit(customer: Customer, key: str, basket_reference: str | None) -> tuple[Order, bool]:
    """As the journey does: the order is the first of several steps in one transaction."""
    with transaction.atomic():
        return actions.open_order(
            key=key,
            basket_reference=basket_reference,
            customer=customer,
            contact_name="김영희",
            contact_phone="+821012345678",
            parts=[a_part(), a_gate_part()],
            now=NOW,
        )


def test_control_looking_before_inserting_orders_a_basket_many_times() -> None:
    ada, looked = a_customer(), Barrier(TABS, timeout=20)

    def look_then_insert(key: str) -> None:
        known = Order.objects.filter(customer=ada).exists()
        looked.wait()
        if not known:
            _submit(ada, key, None)

    at_once([lambda n=n: look_then_insert(f"tab-{n}") for n in range(TABS)])
    assert Order.objects.count() == TABS


def test_sixteen_tabs_with_one_basket_make_one_order() -> None:
    ada = a_customer()
    answers = at_once([lambda n=n: _submit(ada, f"tab-{n}", "BKT-1") for n in range(TABS)])
    order = Order.objects.get()
    assert [answer[0] for answer in answers] == [order] * TABS
    assert sorted(answer[1] for answer in answers) == [False] * (TABS - 1) + [True]
    assert (Fulfilment.objects.count(), OrderLine.objects.count()) == (2, 2)


def test_sixteen_repeats_of_one_submit_make_one_order() -> None:
    ada = a_customer()
    answers = at_once([lambda: _submit(ada, "submit-1", None) for _ in range(TABS)])
    order = Order.objects.get()
    assert [answer[0] for answer in answers] == [order] * TABS
    assert [answer[1] for answer in answers].count(True) == 1


def test_a_second_tab_gets_its_own_order_when_the_first_one_fails() -> None:
    ada, inserted = a_customer(), Event()

    def fails_later() -> None:
        with transaction.atomic():
            _submit(ada, "tab-1", "BKT-1")
            inserted.set()
            wait_until_somebody_waits()
            raise LookupError("the slot is full")

    def second_tab() -> tuple[Order, bool]:
        inserted.wait(timeout=20)
        return _submit(ada, "tab-2", "BKT-1")

    first, second = at_once([fails_later, second_tab])
    assert isinstance(first, LookupError)
    assert second == (Order.objects.get(), True)
    assert second[0].key == "tab-2"


def _two_stalls() -> Fulfilment:
    lines = [some_goods(merchant_reference=f"MER-{n}") for n in range(2)]
    return the_part(an_order(parts=[a_part(lines=lines)], confirmed=True))


def test_control_two_stalls_that_do_not_see_each_other_never_finish_a_part() -> None:
    part, marked = _two_stalls(), Barrier(2, timeout=20)

    def mark(line: OrderLine) -> None:
        with transaction.atomic():
            OrderLine.objects.filter(pk=line.pk).update(ready_at=NOW)
            marked.wait()
            if not part.lines.filter(ready_at=None).exists():
                Fulfilment.objects.filter(pk=part.pk).update(status=FulfilmentStatus.READY)
            marked.wait()

    at_once([lambda line=line: mark(line) for line in part.lines.all()])
    part.refresh_from_db()
    assert part.status == FulfilmentStatus.CONFIRMED
    assert not part.lines.filter(ready_at=None).exists()


def test_two_stalls_packing_the_last_lines_make_the_part_ready() -> None:
    part = _two_stalls()
    one, other = part.lines.all()

    def mark(line: OrderLine) -> Fulfilment:
        return actions.mark_line_ready(
            line_reference=line.reference, merchant_reference=line.merchant_reference, now=NOW
        )

    first, second = _overlapping(lambda: mark(one), lambda: mark(other))
    assert (first.status, second.status) == ("confirmed", "ready")


def test_control_two_drivers_that_do_not_see_each_other_never_close_an_order() -> None:
    order = an_order(parts=[a_part(), a_gate_part()], confirmed=True)
    handed = Barrier(2, timeout=20)

    def hand_over(part: Fulfilment) -> None:
        with transaction.atomic():
            Fulfilment.objects.filter(pk=part.pk).update(status=FulfilmentStatus.HANDED_OVER)
            handed.wait()
            end = end_of_order(order.fulfilments.values_list("status", flat=True))
            handed.wait()
            if end is not None:
                Order.objects.filter(pk=order.pk).update(status=end)

    at_once([lambda part=part: hand_over(part) for part in order.fulfilments.all()])
    order.refresh_from_db()
    assert order.status == OrderStatus.CONFIRMED
    assert end_of_order(order.fulfilments.values_list("status", flat=True)) == "closed"


def test_the_last_two_parts_handed_over_at_once_close_the_order() -> None:
    order = an_order(parts=[a_part(), a_gate_part()], confirmed=True)
    one, other = order.fulfilments.values_list("reference", flat=True)
    _overlapping(
        lambda: actions.mark_handed_over(references=[one], now=NOW),
        lambda: actions.mark_handed_over(references=[other], now=NOW),
    )
    order.refresh_from_db()
    assert order.status == OrderStatus.CLOSED


def test_the_same_load_named_in_two_orders_neither_deadlocks_nor_moves_twice() -> None:
    load = [the_part(an_order(confirmed=True)).reference for _ in range(6)]
    answers = at_once(
        [
            lambda references=references: actions.mark_handed_over(references=references, now=NOW)
            for references in [load, load[::-1]] * 4
        ]
    )
    assert sorted(len(moved) for moved in answers) == [0] * 7 + [6]


def _overlapping(first: Callable[[], object], second: Callable[[], object]) -> list[Any]:
    """``second`` runs while the transaction of ``first`` is still open, and has to wait for it."""
    begun = Event()

    def hold() -> object:
        with transaction.atomic():
            answer = first()
            begun.set()
            wait_until_somebody_waits()
            return answer

    def follow() -> object:
        begun.wait(timeout=20)
        return second()

    return at_once([hold, follow])
