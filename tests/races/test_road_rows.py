"""Planners of several depots, some of which still have the older road data."""

from functools import partial
from random import Random
from threading import Barrier

import pytest
from django.db import OperationalError, transaction

from logistics.road_matrix.cached import Cached
from logistics.road_matrix.models import RoadRow
from logistics.road_matrix.provider import Matrix, Point
from tests.logistics.road_matrix.test_cached import Source, the_same
from tests.races.together import at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

PLANNERS = 6
POINTS = [(37.2 + k / 500, 127 + k / 700) for k in range(60)]


def planned(name: str, points: list[Point]) -> Matrix:
    return Cached(Source(name)).matrix(points)


def some_points(number: int) -> list[Point]:
    return Random(number).sample(POINTS, 40)


def test_control_forgetting_and_storing_in_one_transaction_deadlocks():
    for name in ("older", "newer"):
        RoadRow.objects.create(provider=name, origin=1, ways=b"")
    both_have_forgotten = Barrier(2, timeout=20)

    @transaction.atomic
    def stored_in_one_transaction(name: str) -> None:
        RoadRow.objects.exclude(provider=name).delete()
        both_have_forgotten.wait()
        RoadRow.objects.create(provider=name, origin=1, ways=b"")

    answers = at_once([partial(stored_in_one_transaction, name) for name in ("older", "newer")])

    assert sum(isinstance(answer, OperationalError) for answer in answers) == 1


def test_planners_with_different_data_do_not_block_each_other():
    names = ["older", "newer"] * (PLANNERS // 2)

    answers = at_once(
        [partial(planned, name, some_points(number)) for number, name in enumerate(names)]
    )

    assert [answer for answer in answers if not isinstance(answer, Matrix)] == []


def test_planners_at_once_leave_nothing_wrong_behind():
    at_once([partial(planned, "newer", some_points(number)) for number in range(PLANNERS)])

    remembered = planned("newer", POINTS)

    RoadRow.objects.all().delete()
    assert the_same(remembered, planned("newer", POINTS))
