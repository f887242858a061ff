import pytest
from django.db import IntegrityError, transaction

from commerce.orders import actions
from commerce.orders.actions import IdempotencyMismatch, OrderEmpty
from commerce.orders.models import Fulfilment, Order, OrderLine, OrderStatus
from tests.builders.commerce import NOW, a_customer
from tests.builders.orders import a_bundle_line, a_gate_part, a_part, an_order, some_goods

pytestmark = pytest.mark.django_db


def test_amounts_add_up_from_line_to_order() -> None:
    order = an_order(
        parts=[
            a_part(lines=[some_goods(), some_goods(quantity=3, unit_price_won=6_000)]),
            a_gate_part(),
        ]
    )
    first, second = order.fulfilments.order_by("pk")
    assert [line.line_won for line in first.lines.all()] == [5_000, 18_000]
    assert (first.goods_won, first.delivery_won, first.total_won) == (23_000, 4_000, 27_000)
    assert (second.goods_won, second.delivery_won) == (5_000, 0)
    assert (order.goods_won, order.delivery_won, order.total_won) == (28_000, 4_000, 32_000)
    assert (order.status, order.placed_at) == (OrderStatus.PLACED, NOW)


def test_row_ids_follow_the_order_of_the_parts() -> None:
    parts = [a_gate_part(hands_over="SIT-2"), a_part(), a_gate_part(hands_over="SIT-1")]
    order = an_order(parts=parts)
    saved = order.fulfilments.order_by("pk")
    assert [part.hands_over for part in saved] == ["SIT-2", "MKT-MOTGOL", "SIT-1"]


def test_an_order_of_books_costs_nothing() -> None:
    order = an_order(parts=[a_part(delivery_won=0, lines=[a_bundle_line()])])
    assert order.total_won == 0


def test_the_same_key_gets_the_first_order() -> None:
    ada = a_customer()
    first = an_order(customer=ada, key="submit-1", basket_reference="BKT-1")
    again, created = _open(customer=ada, key="submit-1", basket_reference="BKT-1")
    assert (again, created) == (first, False)
    assert (Order.objects.count(), Fulfilment.objects.count(), OrderLine.objects.count()) == (
        1,
        1,
        1,
    )


def test_a_second_tab_gets_the_first_order() -> None:
    ada = a_customer()
    first = an_order(customer=ada, key="tab-1", basket_reference="BKT-1")
    assert _open(customer=ada, key="tab-2", basket_reference="BKT-1") == (first, False)
    assert Order.objects.count() == 1


def test_a_repeat_with_other_parts_gets_the_order_that_was_agreed_first() -> None:
    ada = a_customer()
    first = an_order(customer=ada, key="submit-1", basket_reference="BKT-1")
    again, created = _open(
        customer=ada, key="submit-1", basket_reference="BKT-1", parts=[a_part(delivery_won=0)]
    )
    assert (again.total_won, created) == (first.total_won, False)


def test_a_key_of_another_customer_is_refused() -> None:
    an_order(key="submit-1")
    with pytest.raises(IdempotencyMismatch) as refusal:
        _open(customer=a_customer(), key="submit-1", basket_reference="BKT-2")
    assert refusal.value.field == "key"
    assert Order.objects.count() == 1


def test_a_basket_of_another_customer_is_refused() -> None:
    an_order(key="submit-1", basket_reference="BKT-1")
    with pytest.raises(IdempotencyMismatch):
        _open(customer=a_customer(), key="submit-2", basket_reference="BKT-1")
    assert Order.objects.count() == 1


def test_orders_without_a_basket_do_not_collide() -> None:
    ada = a_customer()
    first = an_order(customer=ada, key="renewal-1")
    second, created = _open(customer=ada, key="renewal-2", basket_reference=None)
    assert created
    assert second != first


@pytest.mark.parametrize("parts", [[], [a_part(lines=[])], [a_part(), a_gate_part(lines=[])]])
def test_an_order_for_nothing_is_refused(parts: list[actions.NewFulfilment]) -> None:
    with pytest.raises(OrderEmpty):
        an_order(parts=parts)
    assert Order.objects.count() == 0


def test_a_repeat_leaves_the_callers_transaction_usable() -> None:
    ada = a_customer()
    an_order(customer=ada, key="submit-1")
    with transaction.atomic():
        _open(customer=ada, key="submit-1", basket_reference=None)
        assert Order.objects.count() == 1


def test_totals_that_do_not_add_up_are_refused_by_the_database() -> None:
    order = an_order()
    with pytest.raises(IntegrityError), transaction.atomic():
        Order.objects.filter(pk=order.pk).update(total_won=1)


def _open(**changed: object) -> tuple[Order, bool]:
    return actions.open_order(
        **{
            "contact_name": "김영희",
            "contact_phone": "+821012345678",
            "parts": [a_part()],
            "now": NOW,
        }
        | changed
    )
