"""Tablets that get their network back at the same moment."""

from datetime import timedelta
from functools import partial
from threading import Barrier

import pytest
from django.db import IntegrityError, transaction

from drivethrough.queue import actions, reports
from drivethrough.queue.models import Arrival, ArrivalStatus, Call, QueueEvent
from drivethrough.queue.replaying import Kind
from drivethrough.queue.reports import Report
from tests.builders.drivethrough import AT_THE_GATE, SATURDAY, a_key, a_site, a_slot, an_arrival
from tests.races.together import at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

TABLETS = 4


def a_call(arrival, lane, *, minutes):
    return Report(
        key=a_key(),
        kind=Kind.CALLED,
        booking_reference=arrival.booking.reference,
        happened_at=AT_THE_GATE + timedelta(minutes=minutes),
        lane_reference=lane.reference,
    )


def tell(site, report):
    reports.keep(report=report, site=site, received_at=AT_THE_GATE)
    reports.replay_day(site=site, on_date=SATURDAY)


def test_control_two_who_read_the_day_before_either_has_told_call_the_car_twice():
    arrival = an_arrival()
    both_have_read = Barrier(2, timeout=20)

    @transaction.atomic
    def read_then_called(lane):
        assert not QueueEvent.objects.filter(kind=Kind.CALLED).exists()
        both_have_read.wait()
        Call.objects.create(key=a_key(), lane=lane, arrival=arrival, called_at=AT_THE_GATE)

    answers = at_once([partial(read_then_called, lane) for lane in arrival.site.lanes.all()])

    assert [type(answer) for answer in answers if answer] == [IntegrityError]


def test_tablets_that_tell_at_once_agree_on_the_first_call():
    for _ in range(5):
        site = a_site(lanes=TABLETS)
        arrival = an_arrival(slot=a_slot(site=site))
        told = [
            a_call(arrival, lane, minutes=5 - number)
            for number, lane in enumerate(site.lanes.all())
        ]

        answers = at_once([partial(tell, site, report) for report in told])

        assert answers == [None] * TABLETS
        assert Call.objects.get(arrival=arrival).key == told[-1].key
        arrival.refresh_from_db()
        assert arrival.status == ArrivalStatus.CALLED


def test_one_report_told_at_once_is_kept_once():
    arrival = an_arrival()
    report = a_call(arrival, arrival.site.lanes.get(number=1), minutes=1)

    answers = at_once([partial(tell, arrival.site, report)] * TABLETS)

    assert answers == [None] * TABLETS
    assert QueueEvent.objects.filter(kind=Kind.CALLED).count() == 1


def test_a_car_served_with_a_network_while_another_tablet_tells_stays_served():
    for _ in range(5):
        slot = a_slot()
        arrival, other = an_arrival(slot=slot), an_arrival(slot=slot)
        late = a_call(other, slot.site.lanes.get(number=1), minutes=-1)
        serve = partial(
            actions.serve,
            booking_reference=arrival.booking.reference,
            key=a_key(),
            now=AT_THE_GATE,
        )

        at_once([serve, partial(tell, slot.site, late)])

        statuses = Arrival.objects.filter(site=slot.site).values_list("pk", "status")
        assert dict(statuses) == {arrival.pk: "served", other.pk: "called"}
