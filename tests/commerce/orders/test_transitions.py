from hypothesis import given
from hypothesis import strategies as st

from commerce.orders.models import FulfilmentStatus, OrderStatus
from commerce.orders.transitions import FULFILMENT, ORDER, allowed, end_of_order, may

STATUSES = st.sampled_from(sorted(FULFILMENT))


def test_the_graphs_know_every_status_that_is_stored() -> None:
    assert set(ORDER) == set(OrderStatus.values)
    assert set(FULFILMENT) == set(FulfilmentStatus.values)


def test_every_step_leads_to_a_known_status_and_never_back_to_placed() -> None:
    for graph in (ORDER, FULFILMENT):
        following = {status for steps in graph.values() for status in steps}
        assert following == set(graph) - {"placed"}


def test_an_undelivered_part_is_no_end() -> None:
    assert allowed(FULFILMENT, "undelivered") == ("out", "handed_over", "cancelled")


def test_what_is_on_the_road_cannot_be_cancelled() -> None:
    assert not may(FULFILMENT, "out", "cancelled")


@given(STATUSES)
def test_every_fulfilment_can_still_end(status: str) -> None:
    seen, following = set(), {status}
    while following - seen:
        seen |= following
        following = {step for known in seen for step in FULFILMENT[known]}
    assert {"handed_over", "cancelled"} & seen


@given(st.lists(STATUSES, min_size=1))
def test_an_order_ends_exactly_when_its_last_part_does(statuses: list[str]) -> None:
    end = end_of_order(statuses)
    all_ended = all(status in ("handed_over", "cancelled") for status in statuses)
    assert (end is not None) == all_ended
    if end is not None:
        assert end == ("closed" if "handed_over" in statuses else "cancelled")
