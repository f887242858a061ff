"""A door keeps its driver and its hour."""

from datetime import date, time, timedelta

import pytest

from logistics.consignments.models import Consignment
from logistics.fleet.models import Driver, Shift
from logistics.network.models import Depot
from logistics.planning import actions as planning
from logistics.planning.models import Route, Stop, StopTask
from logistics.planning.queries import plan_violations
from logistics.planning.regulars import Regular, door, regulars
from logistics.planning.terms import Terms, read
from logistics.routing.problem import Wish
from logistics.seoul_time import moment
from tests.builders.logistics import (
    HOMES,
    SATURDAY,
    a_consignment,
    a_depot,
    a_draft,
    a_driver,
    a_shift,
    a_stop_report,
)

pytestmark = pytest.mark.django_db

ADDRESS = "경기도 수원시 팔달구 효원로 1"
WEEK = timedelta(weeks=1)


def a_visit(depot: Depot, shift: Shift, *, at: time = time(14, 3), kind: str = "deliver") -> None:
    """Planned, driven and reported: the driver of the shift was at the door then."""
    day = shift.on_date
    a_consignment(depot=depot, on_date=day, address=ADDRESS, kind=kind, service_seconds=180)
    published = moment(day - timedelta(days=1), time(22))
    plan = planning.publish(plan=a_draft(depot, on_date=day, now=published), now=published)
    task = StopTask.objects.select_related("stop__route__shift__driver").get(stop__route__plan=plan)
    success = "delivered" if kind == "deliver" else "collected"
    a_stop_report(task, success, at=moment(day, at))


def weeks(depot: Depot, drivers: list[Driver], **fields: time) -> None:
    """One visit in each of the last weeks, the last driver last."""
    for back, driver in enumerate(reversed(drivers), start=1):
        a_visit(
            depot, a_shift(depot=depot, driver=driver, on_date=SATURDAY - back * WEEK), **fields
        )


def known(depot: Depot, on_date: date = SATURDAY) -> Regular | None:
    waiting = Consignment.objects.filter(address=ADDRESS)
    return regulars(depot, on_date, waiting).get(door(ADDRESS, *HOMES[0]))


def test_three_visits_alike_make_a_regular() -> None:
    depot = a_depot()
    driver = a_driver(depot=depot)
    weeks(depot, [driver] * 3)

    assert known(depot) == Regular(driver.pk, 14 * 3_600)


def test_two_visits_make_none() -> None:
    depot = a_depot()
    weeks(depot, [a_driver(depot=depot)] * 2)

    assert known(depot) is None


def test_whoever_comes_now_becomes_the_usual_one() -> None:
    depot = a_depot()
    before, now = a_driver(depot=depot), a_driver(depot=depot)
    weeks(depot, [before] * 4 + [now] * 3)

    regular = known(depot)
    assert regular is not None
    assert regular.driver == now.pk


def test_what_is_months_ago_is_forgotten() -> None:
    depot = a_depot()
    weeks(depot, [a_driver(depot=depot)] * 3)

    assert known(depot, SATURDAY + 9 * WEEK) is None


def test_another_depots_visits_tell_nothing() -> None:
    depot, other = a_depot(), a_depot()
    weeks(other, [a_driver(depot=other)] * 3)

    assert known(depot) is None


def test_a_plan_sends_the_usual_driver() -> None:
    depot = a_depot()
    strangers = [a_driver(depot=depot) for _ in range(2)]
    usual = a_driver(depot=depot)
    weeks(depot, [usual] * 3)
    for driver in (*strangers, usual):
        a_shift(depot=depot, driver=driver)
    a_consignment(depot=depot, address=ADDRESS)
    draft = a_draft(depot)
    [route] = Route.objects.filter(plan=draft).select_related("shift")

    assert route.shift.driver_id == usual.pk
    assert plan_violations(draft) == []


def test_a_door_of_the_afternoon_comes_after_one_that_does_not_mind() -> None:
    depot = a_depot()
    driver = a_driver(depot=depot)
    weeks(depot, [driver] * 3)
    a_shift(depot=depot, driver=driver)
    usual = a_consignment(depot=depot, address=ADDRESS)
    any_time = a_consignment(depot=depot, point=HOMES[4])
    tasks = StopTask.objects.filter(stop__route__plan=a_draft(depot)).order_by("stop__position")

    assert [task.consignment for task in tasks] == [any_time, usual]


def test_a_stranger_comes_when_the_usual_driver_is_off() -> None:
    depot = a_depot()
    weeks(depot, [a_driver(depot=depot)] * 3)
    a_shift(depot=depot)
    a_consignment(depot=depot, address=ADDRESS)
    stop = Stop.objects.get(route__plan=a_draft(depot))

    assert read(stop.terms) == Terms(Wish(14 * 3_600 - 1_200, 14 * 3_600 + 1_200, 1))


def test_another_driver_is_paid_for_where_the_usual_one_is_full() -> None:
    depot = a_depot()
    usual = a_driver(depot=depot)
    weeks(depot, [usual] * 3)
    own = a_shift(depot=depot, driver=usual)
    a_shift(depot=depot)
    own.vehicle.capacity_grams = 1_000
    own.vehicle.save()
    a_consignment(depot=depot, address=ADDRESS)
    draft = a_draft(depot)
    stop = Stop.objects.get(route__plan=draft)

    assert read(stop.terms).regular == own.reference
    assert draft.cost >= 600
    assert plan_violations(draft) == []


def test_an_hour_outside_the_window_is_no_wish() -> None:
    depot = a_depot()
    weeks(depot, [a_driver(depot=depot)] * 3)
    a_shift(depot=depot)
    a_consignment(depot=depot, address=ADDRESS, start=time(9), end=time(11))

    assert read(Stop.objects.get(route__plan=a_draft(depot)).terms) == Terms()


def test_terms_with_a_regular_are_stored_whole() -> None:
    terms = Terms(Wish(1, 2, 3), regular="SHF-1", stranger_cost=600)

    assert read(terms.told()) == terms
