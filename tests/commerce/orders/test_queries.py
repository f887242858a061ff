from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from commerce.orders import actions, queries
from commerce.orders.queries import PickRow
from tests.builders.commerce import NOW, a_customer
from tests.builders.orders import a_gate_part, a_part, an_order, some_goods, the_part

pytestmark = pytest.mark.django_db

TOFU = some_goods(merchant_reference="MER-TOFU", name="두부", name_en="Tofu", unit="1모")


def test_a_shopper_sees_own_orders_newest_first(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    ada = a_customer()
    orders = [an_order(customer=ada, now=NOW + timedelta(days=day)) for day in range(3)]
    an_order()
    with django_assert_num_queries(3):
        seen = list(queries.orders_of(ada))
        assert [[len(part.lines.all()) for part in o.fulfilments.all()] for o in seen] == [[1]] * 3
    assert seen == orders[::-1]


def test_an_order_is_found_by_reference_or_not_at_all() -> None:
    order = an_order()
    assert queries.order(order.reference) == order
    assert queries.order("ORD-NOBODY") is None


def test_a_merchant_sees_only_own_lines_without_phone_or_door(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for _ in range(3):
        an_order(parts=[a_part(lines=[some_goods(), TOFU]), a_gate_part()], confirmed=True)
    with django_assert_num_queries(3):
        parts = queries.for_merchant("MER-TOFU")
    assert [[line.name for line in part.lines] for part in parts] == [["두부"]] * 3
    assert {(part.place_name, part.goods_won, part.is_ready) for part in parts} == {
        ("", 5_000, False)
    }
    assert "+8210" not in repr(parts)


def test_a_merchant_is_shown_what_is_paid_unless_asked_otherwise() -> None:
    an_order()
    confirmed = an_order(confirmed=True)
    assert [p.order_reference for p in queries.for_merchant("MER-GREENS")] == [confirmed.reference]
    assert len(queries.for_merchant("MER-GREENS", statuses=["placed", "confirmed"])) == 2


def test_a_merchants_parts_are_bounded_by_their_promised_times() -> None:
    for day in (1, 2, 3):
        an_order(parts=[_gate_on(day)], confirmed=True)
    found = queries.for_merchant(
        "MER-GREENS", since=NOW + timedelta(days=2), until=NOW + timedelta(days=3)
    )
    assert [part.promised_from for part in found] == [NOW + timedelta(days=2)]


def test_two_lines_in_one_part_are_one_part() -> None:
    an_order(parts=[a_part(lines=[some_goods(), some_goods(name="대파")])], confirmed=True)
    (part,) = queries.for_merchant("MER-GREENS")
    assert [line.name for line in part.lines] == ["시금치", "대파"]


def test_the_pick_list_adds_up_what_is_still_to_be_packed() -> None:
    an_order(parts=[a_part(lines=[some_goods(), TOFU])], confirmed=True)
    an_order(parts=[a_part(lines=[some_goods(quantity=3)])], confirmed=True)
    an_order(parts=[a_part(lines=[some_goods(name="대파", name_en="Leek")])], confirmed=True)
    an_order()  # not paid
    packed = the_part(an_order(confirmed=True)).lines.get()
    actions.mark_line_ready(
        line_reference=packed.reference, merchant_reference="MER-GREENS", now=NOW
    )
    assert queries.pick_list("MER-GREENS", NOW + timedelta(days=1)) == [
        PickRow("대파", "Leek", "1단", 2, 1),
        PickRow("시금치", "Spinach", "1단", 5, 2),
    ]


def test_the_pick_list_stops_before_until() -> None:
    an_order(parts=[_gate_on(1)], confirmed=True)
    assert queries.pick_list("MER-GREENS", NOW + timedelta(days=1)) == []
    assert len(queries.pick_list("MER-GREENS", NOW + timedelta(days=1, seconds=1))) == 1


def test_contents_are_the_lines_to_hand_over() -> None:
    part = the_part(an_order(parts=[a_part(lines=[some_goods(), TOFU])]))
    assert [line.name for line in queries.contents(part.reference)] == ["시금치", "두부"]
    assert queries.contents("FUL-NOBODY") == []


def test_fulfilments_are_found_by_reference(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    parts = [the_part(an_order()) for _ in range(3)]
    references = [part.reference for part in parts]
    with django_assert_num_queries(2):
        found = queries.fulfilments_by_reference([*references, "FUL-NOBODY"])
        assert {f.order.customer.full_name for f in found.values()} == {"김영희"}
        assert [len(found[reference].lines.all()) for reference in references] == [1, 1, 1]


def test_a_car_at_the_gate_is_shown_with_what_it_came_for() -> None:
    order = an_order(
        parts=[a_gate_part(), a_gate_part(booking_reference="BKG-2"), a_part()], confirmed=True
    )
    first, second, _home = order.fulfilments.order_by("pk")
    actions.cancel_fulfilment(fulfilment=second, now=NOW)
    assert queries.fulfilments_by_booking(["BKG-1", "BKG-2", ""]) == {"BKG-1": [first]}


def _gate_on(day: int) -> actions.NewFulfilment:
    return a_gate_part(promised_from=NOW + timedelta(days=day))
