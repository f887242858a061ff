from functools import partial

import pytest
from django.db.models import F

from commerce.orders.actions import OrderEmpty
from commerce.orders.models import FulfilmentStatus, Order
from commerce.payments.models import Payment, PaymentStatus
from commerce.stock.models import StockRecord
from drivethrough.queue.models import Arrival
from drivethrough.queue.queries import lane_board
from drivethrough.slots.models import Booking, Slot
from drivethrough.slots.refusals import PlateFormat
from drivethrough.slots.walking_up import NoPlaceToday
from storefront.journeys.serve_car import serve
from storefront.journeys.walk_up import walk_up
from storefront.refusals import REFUSALS, NotFound
from tests.builders import drivethrough
from tests.builders.journeys import AT_THE_GATE, TOMORROW, Mall, a_mall
from tests.races.together import at_once


def a_car(mall: Mall, *, quantity: int = 2, key: str = "tap", plate: str = "12가3456"):
    return walk_up(
        site=mall.site,
        wanted={mall.strawberries.reference: quantity},
        plate=plate,
        phone_last4="",
        key=key,
        now=AT_THE_GATE,
    )


@pytest.mark.django_db
def test_it_waits_in_the_queue_with_its_goods_and_pays_when_they_are_handed_over() -> None:
    mall = a_mall()
    part = a_car(mall)
    board = lane_board(mall.site.reference, TOMORROW)
    assert [arrival.booking.reference for arrival in board.waiting] == [part.booking_reference]
    assert StockRecord.objects.get(variant=mall.strawberries).allocated == 2
    serve(
        booking_reference=part.booking_reference,
        site_reference=mall.site.reference,
        key="served",
        now=AT_THE_GATE,
    )
    part.refresh_from_db()
    payment = Payment.objects.get()
    assert part.status == FulfilmentStatus.HANDED_OVER
    assert (payment.amount_won, payment.status) == (24_000, PaymentStatus.PAID)


@pytest.mark.django_db
def test_it_gets_a_place_that_booking_leaves_free_and_after_that_one_in_the_next_slot() -> None:
    mall = a_mall(cars=1)
    Slot.objects.update(walk_up_cars=1, walk_up_until_at=F("starts_at"))
    places = [a_car(mall, key=f"tap-{n}", quantity=1).promised_from for n in range(2)]
    assert places == [mall.slot.starts_at, mall.later_slot.starts_at]
    with pytest.raises(NoPlaceToday):
        a_car(mall, key="third")
    assert Order.objects.count() == 2


@pytest.mark.django_db
def test_a_double_tap_is_one_car() -> None:
    mall = a_mall()
    assert a_car(mall) == a_car(mall)
    assert (Booking.objects.count(), Arrival.objects.count()) == (1, 1)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("wanted", "plate", "refusal"),
    [
        ({}, "12가3456", OrderEmpty),
        ({"VAR-NOTHING": 1}, "12가3456", NotFound),
        ({"berries": 1}, "no plate", PlateFormat),
        ({"berries": 11}, "12가3456", REFUSALS),
    ],
)
def test_what_is_refused_takes_nothing(wanted, plate, refusal) -> None:
    mall = a_mall()
    named = {
        mall.strawberries.reference if name == "berries" else name: quantity
        for name, quantity in wanted.items()
    }
    with pytest.raises(refusal):
        walk_up(site=mall.site, wanted=named, plate=plate, phone_last4="", key="k", now=AT_THE_GATE)
    mall.slot.refresh_from_db()
    assert (mall.slot.taken_cars, Order.objects.count()) == (0, 0)


@pytest.mark.django_db
def test_another_sites_goods_are_not_there() -> None:
    mall = a_mall()
    elsewhere = drivethrough.a_site()
    drivethrough.a_slot(site=elsewhere, on_date=TOMORROW)
    with pytest.raises(NotFound):
        walk_up(
            site=elsewhere,
            wanted={mall.strawberries.reference: 1},
            plate="12가3456",
            phone_last4="",
            key="k",
            now=AT_THE_GATE,
        )


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_cars_at_two_tablets_never_share_the_last_place() -> None:
    mall = a_mall(cars=1)
    mall.later_slot.delete()
    cars = [partial(a_car, mall, key=f"tap-{n}", quantity=1) for n in range(6)]
    answers = at_once(cars)
    assert [type(answer) for answer in answers].count(NoPlaceToday) == 5
    mall.slot.refresh_from_db()
    assert (mall.slot.taken_cars, Booking.objects.count()) == (1, 1)
