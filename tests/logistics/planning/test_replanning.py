"""Planning anew while vans are under way."""

from datetime import datetime, time, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from logistics.consignments.models import Consignment
from logistics.execution.actions import RouteChanged
from logistics.fleet.models import Shift
from logistics.network.models import Depot
from logistics.planning import queries, replanning
from logistics.planning.actions import PlanStale
from logistics.planning.choices import Choices
from logistics.planning.models import Plan, Route, Stop, StopTask
from logistics.planning.queries import plan_violations, routes_of
from logistics.planning.replanning import (
    ABOARD_STOPPED_VAN,
    VANS_HAVE_LEFT,
    InForce,
    NothingUnderWay,
)
from logistics.planning.under_way import NothingToTryAgain, VanNotDriving
from logistics.seoul_time import moment
from tests.builders.logistics import (
    HOMES,
    SATURDAY,
    a_consignment,
    a_departure,
    a_published_plan,
    a_replan,
    a_stop_report,
    two_vans_one_left,
)
from tests.rolled_back import rolled_back

pytestmark = pytest.mark.django_db

TEN = moment(SATURDAY, time(10))
MINUTE = timedelta(minutes=1)


def the_route(plan: Plan, shift: Shift | None = None) -> Route:
    return next(r for r in routes_of(plan) if shift is None or r.shift_id == shift.pk)


def tasks(route: Route) -> list[StopTask]:
    rows = StopTask.objects.select_related("consignment", "stop__route__shift__driver")
    return list(rows.filter(stop__route=route).order_by("stop__position", "pk"))


def references(route: Route) -> list[str]:
    return [task.consignment.reference for task in tasks(route)]


def a_van_under_way(*, homes: int = 4, done: int = 1, kind: str = "delivered") -> Plan:
    """One van that has left at ten and reported on so many doors, five minutes each."""
    plan = a_published_plan(homes=homes)
    a_departure(the_route(plan), now=TEN)
    for number, task in enumerate(tasks(the_route(plan))[:done], start=1):
        reason = "absent" if kind == "failed" else ""
        a_stop_report(task, kind, at=TEN + 5 * number * MINUTE, reason=reason)
    return plan


def in_force(draft: Plan, now: datetime) -> InForce:
    replanning.check(plan=draft)
    return replanning.put_in_force(plan=draft, now=now)


def status(consignment: Consignment) -> str:
    consignment.refresh_from_db()
    return consignment.status


def test_what_is_done_stays_done_and_the_next_door_stays_the_next() -> None:
    plan = a_van_under_way()
    before = references(the_route(plan))
    draft = a_replan(plan.depot, now=TEN + 8 * MINUTE)
    after = references(the_route(draft))

    assert after[:2] == before[:2]
    assert set(after) == set(before)
    assert [task.status for task in tasks(the_route(draft))] == ["done", *["pending"] * 3]
    assert plan_violations(draft) == []


def test_a_van_drives_on_from_its_last_door() -> None:
    plan = a_van_under_way()
    draft = a_replan(plan.depot, now=TEN + 8 * MINUTE)
    route = the_route(draft)
    first = route.stops.get(position=1)

    assert route.resumes is not None
    assert route.resumes["point"] == [first.lat, first.lon]
    assert route.resumes["at"] == 10 * 3_600 + 300
    assert route.departed_at == TEN


def test_nothing_is_planned_into_the_past() -> None:
    plan = a_van_under_way()
    now = TEN + 3 * timedelta(hours=1)
    draft = a_replan(plan.depot, now=now)

    assert all(
        stop.leaves_at > now for stop in Stop.objects.filter(route__plan=draft, passed=False)
    )


def test_a_day_on_which_nobody_has_left_is_planned_as_a_whole() -> None:
    plan = a_published_plan()

    with pytest.raises(NothingUnderWay):
        a_replan(plan.depot, now=TEN)


def test_the_same_key_is_the_same_draft() -> None:
    plan = a_van_under_way()
    first = a_replan(plan.depot, now=TEN + 8 * MINUTE, key="k-1")

    assert a_replan(plan.depot, now=TEN + 9 * MINUTE, key="k-1") == first
    assert a_replan(plan.depot, now=TEN + 9 * MINUTE, key="k-2") != first


def test_putting_it_in_force_twice_is_doing_it_once() -> None:
    plan = a_van_under_way()
    draft = a_replan(plan.depot, now=TEN + 8 * MINUTE)
    first = in_force(draft, TEN + 9 * MINUTE)
    again = in_force(first.plan, TEN + 10 * MINUTE)

    plan.refresh_from_db()
    assert (plan.status, first.plan.status) == ("replaced", "published")
    assert again.plan.published_at == TEN + 9 * MINUTE
    assert queries.plan_for(plan.depot, SATURDAY) == first.plan


def test_a_new_collection_goes_to_the_van_on_the_road() -> None:
    plan = a_van_under_way()
    books = a_consignment(depot=plan.depot, kind="collect", point=HOMES[5])
    draft = a_replan(plan.depot, now=TEN + 8 * MINUTE)
    in_force(draft, TEN + 9 * MINUTE)

    assert books.reference in references(the_route(draft))
    assert status(books) == "out"


def test_goods_at_the_depot_need_a_van_that_is_still_there() -> None:
    plan = a_van_under_way()
    late = a_consignment(depot=plan.depot, point=HOMES[5])
    draft = a_replan(plan.depot, now=TEN + 8 * MINUTE)
    [left_out] = draft.exceptions.all()

    assert (left_out.consignment, left_out.cause) == (late, VANS_HAVE_LEFT)
    in_force(draft, TEN + 9 * MINUTE)
    assert status(late) == "requested"


def test_a_late_box_goes_with_the_van_at_the_depot() -> None:
    plan, first, second = two_vans_one_left()
    late = a_consignment(depot=plan.depot, point=HOMES[8])
    draft = a_replan(plan.depot, now=TEN + 8 * MINUTE)

    assert late.reference in references(the_route(draft, second))
    assert late.reference not in references(the_route(draft, first))


def test_what_is_aboard_one_van_is_never_given_to_another() -> None:
    plan, first, _second = two_vans_one_left()
    aboard = set(references(the_route(plan, first)))
    draft = a_replan(plan.depot, now=TEN + 8 * MINUTE)

    assert set(references(the_route(draft, first))) == aboard
    assert plan_violations(draft) == []


def test_reports_made_meanwhile_are_taken_over() -> None:
    plan = a_van_under_way()
    draft = a_replan(plan.depot, now=TEN + 8 * MINUTE)
    second = tasks(the_route(plan))[1]
    a_stop_report(second, at=TEN + 9 * MINUTE)
    in_force(draft, TEN + 10 * MINUTE)

    same = StopTask.objects.get(stop__route__plan=draft, consignment=second.consignment)
    assert (same.status, same.changed_at) == ("done", TEN + 9 * MINUTE)


def test_a_van_that_left_meanwhile_makes_the_draft_stale() -> None:
    plan, _first, second = two_vans_one_left()
    draft = a_replan(plan.depot, now=TEN + 8 * MINUTE)
    a_departure(the_route(plan, second), now=TEN + 9 * MINUTE)

    with pytest.raises(PlanStale):
        in_force(draft, TEN + 10 * MINUTE)


def test_a_report_on_the_old_plan_decides_the_new_one_too() -> None:
    plan = a_van_under_way()
    old = tasks(the_route(plan))[2]
    draft = a_replan(plan.depot, now=TEN + 8 * MINUTE)
    in_force(draft, TEN + 9 * MINUTE)
    result = a_stop_report(old, at=TEN + 8 * MINUTE)

    same = StopTask.objects.get(stop__route__plan=draft, consignment=old.consignment)
    assert (result.applied, result.moved_to, same.status) == (True, None, "done")
    assert status(old.consignment) == "moved"


def test_a_report_on_a_stop_that_went_to_another_van_says_whose_it_is() -> None:
    plan, first, second = two_vans_one_left()
    old = tasks(the_route(plan, first))[1]
    choices = Choices(stopped={first.reference: second.reference})
    draft = a_replan(plan.depot, now=TEN + 8 * MINUTE, choices=choices)
    in_force(draft, TEN + 9 * MINUTE)
    result = a_stop_report(old, at=TEN + 7 * MINUTE)

    assert result.moved_to == the_route(draft, second)
    assert status(old.consignment) == "moved"


def test_what_a_stopped_van_carries_is_left_out_and_given_up() -> None:
    plan, first, _second = two_vans_one_left()
    aboard = set(references(the_route(plan, first)))
    draft = a_replan(
        plan.depot, now=TEN + 8 * MINUTE, choices=Choices(stopped={first.reference: ""})
    )
    result = in_force(draft, TEN + 9 * MINUTE)

    left_out = {e.consignment.reference: e.cause for e in draft.exceptions.all()}
    assert left_out == dict.fromkeys(aboard, ABOARD_STOPPED_VAN)
    assert {c.reference for c in result.given_up} == aboard
    assert {c.failure for c in result.given_up} == {"van_stopped"}
    assert plan_violations(draft) == []


def test_goods_that_were_moved_go_with_the_van_that_took_them() -> None:
    plan, first, second = two_vans_one_left(homes=4)
    aboard = references(the_route(plan, first))
    Consignment.objects.update(weight_grams=200_000)
    choices = Choices(stopped={first.reference: second.reference})
    draft = a_replan(plan.depot, now=TEN + 8 * MINUTE, choices=choices)

    assert set(aboard) <= set(references(the_route(draft, second)))
    assert plan_violations(draft) == []


@pytest.mark.parametrize("taker", ["SHF-NONE", "itself"])
def test_goods_can_only_be_moved_to_a_van_that_drives(taker: str) -> None:
    plan, first, _second = two_vans_one_left()
    choices = Choices(stopped={first.reference: first.reference if taker == "itself" else taker})

    with pytest.raises(VanNotDriving):
        a_replan(plan.depot, now=TEN + 8 * MINUTE, choices=choices)


def test_a_failed_door_is_tried_again_at_the_end() -> None:
    plan = a_van_under_way(kind="failed")
    failed = tasks(the_route(plan))[0].consignment
    draft = a_replan(
        plan.depot, now=TEN + 8 * MINUTE, choices=Choices(again=frozenset({failed.reference}))
    )
    result = in_force(draft, TEN + 9 * MINUTE)
    first, *_, last = tasks(the_route(draft))

    assert (first.consignment, first.status, first.attempt) == (failed, "failed", 1)
    assert (last.consignment, last.status, last.attempt) == (failed, "pending", 2)
    assert result.tried_again == [failed]
    assert status(failed) == "out"
    assert plan_violations(draft) == []


def test_a_second_attempt_that_succeeds_ends_the_delivery() -> None:
    plan = a_van_under_way(kind="failed")
    failed = tasks(the_route(plan))[0].consignment
    draft = a_replan(
        plan.depot, now=TEN + 8 * MINUTE, choices=Choices(again=frozenset({failed.reference}))
    )
    in_force(draft, TEN + 9 * MINUTE)
    a_stop_report(tasks(the_route(draft))[-1], at=TEN + 60 * MINUTE)

    assert status(failed) == "moved"


def test_a_second_word_on_the_first_attempt_does_not_end_the_second() -> None:
    plan = a_van_under_way(kind="failed")
    first = tasks(the_route(plan))[0]
    draft = a_replan(
        plan.depot,
        now=TEN + 8 * MINUTE,
        choices=Choices(again=frozenset({first.consignment.reference})),
    )
    in_force(draft, TEN + 9 * MINUTE)
    a_stop_report(first, "failed", at=TEN + 10 * MINUTE, reason="other")

    assert status(first.consignment) == "out"


def test_what_has_not_failed_is_not_tried_again() -> None:
    plan = a_van_under_way()
    done = tasks(the_route(plan))[0].consignment

    with pytest.raises(NothingToTryAgain):
        a_replan(
            plan.depot, now=TEN + 8 * MINUTE, choices=Choices(again=frozenset({done.reference}))
        )


def test_leaving_with_the_list_of_the_old_plan_leaves_on_the_new() -> None:
    plan, _first, second = two_vans_one_left()
    draft = a_replan(plan.depot, now=TEN + 8 * MINUTE)
    in_force(draft, TEN + 9 * MINUTE)
    left = a_departure(the_route(plan, second), now=TEN + 10 * MINUTE)

    assert left == the_route(draft, second)
    assert left.departed_at == TEN + 10 * MINUTE


def test_leaving_with_other_goods_than_the_new_list_is_refused() -> None:
    plan, _first, second = two_vans_one_left()
    a_consignment(depot=plan.depot, point=HOMES[8])
    draft = a_replan(plan.depot, now=TEN + 8 * MINUTE)
    in_force(draft, TEN + 9 * MINUTE)

    with pytest.raises(RouteChanged):
        a_departure(the_route(plan, second), now=TEN + 10 * MINUTE)


def test_the_day_can_be_planned_anew_again_and_again() -> None:
    plan = a_van_under_way(homes=5)
    for number in range(2, 5):
        now = TEN + 10 * number * MINUTE
        draft = a_replan(plan.depot, now=now)
        assert plan_violations(draft) == []
        in_force(draft, now)
        task = next(t for t in tasks(the_route(draft)) if t.status == "pending")
        a_stop_report(task, at=now + MINUTE)

    assert [t.status for t in tasks(the_route(draft))] == ["done"] * 4 + ["pending"]


def test_a_plan_in_force_stays_right_while_its_drivers_report() -> None:
    plan = a_van_under_way()
    draft = a_replan(plan.depot, now=TEN + 8 * MINUTE)
    in_force(draft, TEN + 9 * MINUTE)
    for number, task in enumerate(tasks(the_route(draft))[1:], start=1):
        a_stop_report(task, at=TEN + 20 * number * MINUTE)

    assert plan_violations(draft) == []


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    done=st.integers(0, 6),
    minutes=st.integers(1, 300),
    fetched=st.integers(0, 3),
)
def test_whatever_happened_the_rest_of_the_day_is_planned_once(
    done: int, minutes: int, fetched: int
) -> None:
    with rolled_back():
        plan = a_van_under_way(homes=6, done=done)
        for number in range(fetched):
            a_consignment(depot=plan.depot, kind="collect", point=HOMES[10 + number])
        draft = a_replan(plan.depot, now=TEN + 31 * MINUTE + minutes * MINUTE)
        in_force(draft, TEN + 32 * MINUTE + minutes * MINUTE)
        open_doors = [
            task.consignment_id
            for task in StopTask.objects.filter(stop__route__plan=draft, status="pending")
        ]
        left_out = list(draft.exceptions.values_list("consignment", flat=True))
        ended = Consignment.objects.filter(depot=plan.depot, status="moved").count()

        assert len({*open_doors, *left_out}) == len(open_doors) + len(left_out)
        assert len(open_doors) + len(left_out) + ended == 6 + fetched
        assert plan_violations(draft) == []


def test_a_day_under_way_is_planned_at_the_speeds_of_its_hours() -> None:
    plan = a_van_under_way()
    Depot.objects.update(speeds=[[0, 100], [10 * 3_600, 40]])
    plan.depot.refresh_from_db()
    draft = a_replan(plan.depot, now=TEN + 8 * MINUTE)

    assert draft.speeds == [[0, 100], [36_000, 40]]
    assert plan_violations(draft) == []


@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    reports=st.lists(st.sampled_from(["delivered", "failed"]), max_size=3),
    second_left=st.booleans(),
    stops=st.sampled_from(["nobody", "there", "moved"]),
    late_boxes=st.integers(0, 2),
    again=st.booleans(),
    minutes=st.integers(1, 240),
)
def test_whatever_vans_and_doors_do_each_delivery_is_on_one_list(
    reports: list[str],
    second_left: bool,
    stops: str,
    late_boxes: int,
    again: bool,
    minutes: int,
) -> None:
    with rolled_back():
        plan, first, second = two_vans_one_left(homes=7)
        failed = set()
        for number, kind in enumerate(reports):
            task = tasks(the_route(plan, first))[number : number + 1]
            for one in task:
                reason = "absent" if kind == "failed" else ""
                a_stop_report(one, kind, at=TEN + (number + 1) * MINUTE, reason=reason)
                failed |= {one.consignment.reference} if kind == "failed" else set()
        if second_left:
            a_departure(the_route(plan, second), now=TEN + 5 * MINUTE)
        for number in range(late_boxes):
            a_consignment(depot=plan.depot, point=HOMES[12 + number], weight_grams=40_000)
        stopped = {"nobody": {}, "there": {first.reference: ""}}.get(
            stops, {first.reference: second.reference}
        )
        tried = frozenset(failed) if again and stops == "nobody" else frozenset()
        now = TEN + (5 + minutes) * MINUTE
        draft = a_replan(plan.depot, now=now, choices=Choices(stopped, tried))
        result = in_force(draft, now + MINUTE)
        open_now = list(
            StopTask.objects.filter(stop__route__plan=draft, status="pending").values_list(
                "consignment__reference", flat=True
            )
        )
        left_out = set(draft.exceptions.values_list("consignment__reference", flat=True))
        ended = set(
            Consignment.objects.filter(status__in=["moved", "failed"]).values_list(
                "reference", flat=True
            )
        )

        assert len(open_now) == len(set(open_now))
        assert not {*open_now} & (left_out | ended)
        everything = set(Consignment.objects.values_list("reference", flat=True))
        assert {*open_now} | left_out | ended == everything
        assert {c.reference for c in result.given_up} <= left_out & ended
        assert plan_violations(draft) == []
