"""Two sweeps tell the cars of one site when they will be called."""

from datetime import timedelta
from functools import partial
from threading import Barrier

import pytest
from django.db import transaction

from drivethrough.queue import turns
from drivethrough.queue.models import Turn
from drivethrough.queue.queries import CarStatus, DayCar
from storefront.journeys.tell_turns import tell
from storefront.notices.models import Notice
from tests.builders.drivethrough import AT_THE_GATE, a_booking
from tests.builders.journeys import a_mall, a_placed_order
from tests.races.together import at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

SWEEPS = 6
LATER = timedelta(minutes=10)


def told(booking, minutes):
    return [
        partial(
            turns.foretell,
            booking=booking,
            call_at=AT_THE_GATE + timedelta(minutes=n),
            now=AT_THE_GATE,
        )
        for n in minutes
    ]


def test_control_sweeps_that_look_before_they_write_both_have_news():
    booking = a_booking()
    both_have_looked = Barrier(2, timeout=20)
    Turn.objects.create(booking=booking, call_at=AT_THE_GATE)

    @transaction.atomic
    def told_without_the_lock():
        turn = Turn.objects.get(booking=booking)
        both_have_looked.wait()
        is_news = abs(AT_THE_GATE + LATER - turn.call_at) >= turns.WORTH_TELLING
        turn.call_at = AT_THE_GATE + LATER
        turn.save()
        return is_news

    assert at_once([told_without_the_lock] * 2) == [True, True]


@pytest.mark.parametrize("told_before", [False, True])
def test_sweeps_at_once_have_the_news_once(told_before):
    booking = a_booking()
    if told_before:
        Turn.objects.create(booking=booking, call_at=AT_THE_GATE - LATER)

    answers = at_once(told(booking, [0] * SWEEPS))

    assert [answer.changed for answer in answers].count(True) == 1
    assert Turn.objects.get().call_at == AT_THE_GATE


def test_sweeps_that_planned_a_minute_apart_disturb_nobody_twice():
    booking = a_booking()

    answers = at_once(told(booking, range(4)))

    assert [answer.changed for answer in answers].count(True) == 1


def test_sweeps_at_once_send_one_message():
    mall = a_mall()
    order = a_placed_order(mall)
    reference = order.fulfilments.exclude(booking_reference="").get().booking_reference
    booking = mall.slot.bookings.get(reference=reference)
    car = DayCar(booking=booking, status=CarStatus.EXPECTED)
    late = booking.slot.ends_at + LATER

    answers = at_once([partial(tell, car, call_at=late, now=AT_THE_GATE)] * SWEEPS)

    assert answers.count(True) == 1
    assert Notice.objects.filter(kind="turn_moved").count() == 1
