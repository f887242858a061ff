"""What the rest of a site's day will look like."""

from datetime import timedelta

import pytest

from commerce.catalogue.models import Way
from commerce.orders.actions import mark_line_ready
from commerce.orders.models import OrderLine
from drivethrough.errors import NotFound
from drivethrough.planning import Why, violations
from drivethrough.queue import actions as queue
from drivethrough.slots.models import Booking
from storefront.journeys.foresee_queue import ASSUMED_HANDOVER, QueueAhead, foresee_queue
from storefront.journeys.serve_car import serve
from tests.builders.journeys import AT_THE_GATE, Mall, a_mall, a_placed_order

pytestmark = pytest.mark.django_db


def a_car(mall: Mall) -> Booking:
    known = set(Booking.objects.values_list("pk", flat=True))
    a_placed_order(mall, goods=((mall.strawberries, Way.DRIVE_THROUGH),))
    return Booking.objects.exclude(pk__in=known).get()


def foreseen(mall: Mall) -> QueueAhead:
    return foresee_queue(site_reference=mall.site.reference, preparers=2, now=AT_THE_GATE)


def test_a_car_that_waits_for_its_goods_is_called_when_they_are_packed() -> None:
    mall = a_mall()
    booking = a_car(mall)
    queue.arrive(key="scan", booking_reference=booking.reference, now=AT_THE_GATE)
    ahead = foreseen(mall)
    (visit,) = ahead.plan.visits
    # A minute, and a quarter of one for the single piece.
    assert ahead.at(visit.called) == AT_THE_GATE + timedelta(seconds=75)
    assert [reason.why for reason in ahead.reasons[booking.reference]] == [
        Why.WAITS_FOR_PREPARATION
    ]


def test_a_car_whose_goods_are_packed_is_called_at_once() -> None:
    mall = a_mall()
    booking = a_car(mall)
    for line in OrderLine.objects.filter(fulfilment__booking_reference=booking.reference):
        mark_line_ready(
            line_reference=line.reference,
            merchant_reference=line.merchant_reference,
            now=AT_THE_GATE - timedelta(hours=1),
        )
    queue.arrive(key="scan", booking_reference=booking.reference, now=AT_THE_GATE)
    ahead = foreseen(mall)
    assert ahead.at(ahead.plan.visits[0].called) == AT_THE_GATE
    assert [reason.why for reason in ahead.reasons[booking.reference]] == [Why.AT_ONCE]


def test_the_plan_passes_its_judge_and_the_queue_is_forecast_from_now_on() -> None:
    mall = a_mall()
    a_car(mall)
    a_car(mall)
    ahead = foreseen(mall)
    assert violations(ahead.day, ahead.plan) == []
    assert ahead.at(ahead.waiting[0].at) == AT_THE_GATE


def test_until_a_hand_over_is_measured_one_is_assumed() -> None:
    mall = a_mall()
    first, _ = a_car(mall), a_car(mall)
    ahead = foreseen(mall)
    assert (ahead.handover_seconds, ahead.measured) == (ASSUMED_HANDOVER, 0)
    came = AT_THE_GATE - timedelta(minutes=10)
    queue.arrive(key="scan", booking_reference=first.reference, now=came)
    lane = mall.site.lanes.get(number=1)
    queue.call_next(lane_reference=lane.reference, key="call", now=came)
    serve(
        booking_reference=first.reference,
        site_reference=mall.site.reference,
        key="tap",
        now=came + timedelta(minutes=4),
    )
    ahead = foreseen(mall)
    assert (ahead.handover_seconds, ahead.measured) == (240, 1)


def test_a_day_without_cars_has_nobody_waiting() -> None:
    ahead = foreseen(a_mall())
    assert (ahead.plan.visits, [minute.mean for minute in ahead.waiting]) == ((), [0.0])


def test_a_site_that_is_not_there_is_not_found() -> None:
    with pytest.raises(NotFound):
        foresee_queue(site_reference="SIT-NOWHERE", preparers=2, now=AT_THE_GATE)
