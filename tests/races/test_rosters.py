"""One van, two planners."""

from datetime import time
from functools import partial
from threading import Barrier

import pytest
from django.db import DatabaseError

from logistics.fleet import actions
from logistics.fleet.models import Shift
from logistics.seoul_time import moment
from tests.builders.logistics import SATURDAY, a_depot, a_driver, a_shift, a_vehicle
from tests.races.together import at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


def test_control_looking_before_rostering_fails_in_one_tab() -> None:
    depot = a_depot()
    vehicle = a_vehicle(depot=depot)
    drivers = [a_driver(depot=depot), a_driver(depot=depot)]
    both_have_looked = Barrier(2, timeout=20)

    def rostered_after_looking(number: int) -> Shift:
        assert not Shift.objects.filter(vehicle=vehicle).exists()
        both_have_looked.wait()
        return Shift.objects.create(
            depot=depot,
            driver=drivers[number],
            vehicle=vehicle,
            on_date=SATURDAY,
            starts_at=moment(SATURDAY, time(9 + number)),
            ends_at=moment(SATURDAY, time(18)),
        )

    answers = at_once([partial(rostered_after_looking, number) for number in range(2)])

    # Refused by the constraint, or ended as one of two that waited for each other in it.
    assert sorted(isinstance(answer, DatabaseError) for answer in answers) == [False, True]


def test_of_two_planners_who_want_one_van_one_gets_it() -> None:
    depot = a_depot()
    vehicle = a_vehicle(depot=depot)

    answers = at_once(
        [
            partial(a_shift, depot=depot, vehicle=vehicle, start=time(hour), end=time(18))
            for hour in (8, 9, 10, 11)
        ]
    )

    assert sum(isinstance(answer, Shift) for answer in answers) == 1
    assert sum(isinstance(answer, actions.ShiftOverlaps) for answer in answers) == 3
    assert Shift.objects.count() == 1


def test_the_same_shift_from_many_tabs_is_one() -> None:
    depot = a_depot()
    who = {"driver": a_driver(depot=depot), "vehicle": a_vehicle(depot=depot)}

    answers = at_once([partial(a_shift, depot=depot, **who)] * 4)

    assert set(answers) == {Shift.objects.get()}
