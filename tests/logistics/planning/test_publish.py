from collections.abc import Callable
from datetime import timedelta

import pytest

from logistics.consignments import actions as consignments
from logistics.consignments.models import Consignment
from logistics.execution import actions as execution
from logistics.fleet.models import Shift
from logistics.network.models import Depot
from logistics.planning import actions, queries
from logistics.planning.models import Plan, Route, Stop, StopTask
from tests.builders.logistics import (
    HOMES,
    NOW,
    SATURDAY,
    a_consignment,
    a_day,
    a_draft,
    a_published_plan,
    a_shift,
)

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(minutes=10)


def statuses() -> list[str]:
    return list(Consignment.objects.order_by("pk").values_list("status", flat=True))


def test_publishing_plans_the_consignments() -> None:
    plan = actions.publish(plan=a_draft(a_day(homes=3)), now=NOW)

    assert (plan.status, plan.published_at) == ("published", NOW)
    assert statuses() == ["planned"] * 3


def test_publishing_twice_is_publishing_once() -> None:
    plan = a_published_plan()

    assert actions.publish(plan=plan, now=LATER).published_at == NOW


def test_a_new_plan_puts_the_old_one_aside() -> None:
    old = a_published_plan(homes=2)
    a_consignment(depot=old.depot, point=HOMES[7])
    new = actions.publish(plan=a_draft(old.depot), now=LATER)
    old.refresh_from_db()

    assert (old.status, new.status, new.replaces) == ("replaced", "published", old)
    assert statuses() == ["planned"] * 3
    assert queries.plan_for(old.depot, SATURDAY) == new


def test_what_the_new_plan_leaves_out_waits_again() -> None:
    old = a_published_plan(homes=2)
    Shift.objects.filter(depot=old.depot).update(ends_at=NOW, starts_at=NOW - timedelta(hours=1))
    new = actions.publish(plan=a_draft(old.depot), now=LATER)

    assert new.exceptions.count() == 2
    assert statuses() == ["requested"] * 2


def call_off_one(depot: Depot) -> None:
    first = Consignment.objects.filter(depot=depot).earliest("pk")
    consignments.cancel(owner_reference=first.owner_reference, kind=first.kind, now=NOW)


def ask_for_one_more(depot: Depot) -> None:
    a_consignment(depot=depot)


def widen_a_window(depot: Depot) -> None:
    first = Consignment.objects.filter(depot=depot).earliest("pk")
    first.latest_at += timedelta(minutes=1)
    first.save()


def roster_another_van(depot: Depot) -> None:
    a_shift(depot=depot)


def shorten_a_shift(depot: Depot) -> None:
    shift = Shift.objects.get(depot=depot)
    shift.ends_at -= timedelta(minutes=1)
    shift.save()


@pytest.mark.parametrize(
    "change",
    [call_off_one, ask_for_one_more, widen_a_window, roster_another_van, shorten_a_shift],
)
def test_a_draft_of_a_day_that_changed_is_stale(change: Callable[[Depot], None]) -> None:
    plan = a_draft(a_day(homes=3))
    change(plan.depot)
    before = statuses()

    with pytest.raises(actions.PlanStale):
        actions.publish(plan=plan, now=LATER)

    plan.refresh_from_db()
    assert (plan.status, plan.published_at) == ("draft", None)
    assert statuses() == before


def test_a_stale_plan_names_what_came_and_went() -> None:
    plan = a_draft(a_day(homes=2))
    gone = Consignment.objects.earliest("pk")
    call_off_one(plan.depot)
    new = a_consignment(depot=plan.depot)

    with pytest.raises(actions.PlanStale) as refused:
        actions.publish(plan=plan, now=LATER)

    assert refused.value.data == {"gone": [gone.reference], "new": [new.reference]}


def test_a_draft_made_beside_another_does_not_replace_it_unseen() -> None:
    depot = a_day(homes=2)
    ours, theirs = a_draft(depot), a_draft(depot)
    actions.publish(plan=theirs, now=NOW)

    with pytest.raises(actions.PlanStale) as refused:
        actions.publish(plan=ours, now=LATER)

    assert refused.value.data == {"in_force": theirs.reference}
    theirs.refresh_from_db()
    assert theirs.status == "published"


def test_a_plan_put_aside_never_comes_back() -> None:
    old = a_published_plan(homes=2)
    actions.publish(plan=a_draft(old.depot), now=LATER)

    with pytest.raises(actions.PlanStale):
        actions.publish(plan=old, now=LATER)


def test_a_plan_that_drivers_follow_is_not_replaced() -> None:
    running = a_published_plan(homes=2)
    draft = a_draft(running.depot)
    route = running.routes.get()
    Route.objects.filter(pk=route.pk).update(departed_at=LATER)

    with pytest.raises(actions.PlanRunning):
        actions.publish(plan=draft, now=LATER)

    running.refresh_from_db()
    assert running.status == "published"


def test_a_plan_whose_stops_were_reported_on_is_not_replaced() -> None:
    running = a_published_plan(homes=2)
    task = StopTask.objects.filter(stop__route__plan=running).earliest("pk")
    draft = a_draft(running.depot)
    StopTask.objects.filter(pk=task.pk).update(status="failed", changed_at=LATER)

    with pytest.raises(actions.PlanRunning):
        actions.publish(plan=draft, now=LATER)


def test_replanning_after_departure_is_stale_or_running_but_never_loses_a_route() -> None:
    running = a_published_plan(homes=2)
    draft = a_draft(running.depot)
    route = running.routes.select_related("shift__driver").get()
    execution.depart(
        route_reference=route.reference, driver_reference=route.shift.driver.reference, now=LATER
    )

    with pytest.raises(actions.PlanStale):
        actions.publish(plan=draft, now=LATER)

    assert statuses() == ["out"] * 2


def arrive_too_late(plan: Plan) -> None:
    stop = Stop.objects.filter(route__plan=plan).latest("position")
    stop.arrives_at += timedelta(hours=9)
    stop.leaves_at += timedelta(hours=9)
    stop.save()


def drive_too_fast(plan: Plan) -> None:
    Route.objects.filter(plan=plan).update(back_at=Stop.objects.latest("position").leaves_at)


def misstate_the_load(plan: Plan) -> None:
    Stop.objects.filter(route__plan=plan, position=1).update(load_grams_after=1)


def forget_the_break(plan: Plan) -> None:
    Route.objects.filter(plan=plan).update(break_at=None)


def forget_a_home(plan: Plan) -> None:
    Stop.objects.filter(route__plan=plan).latest("position").tasks.all().delete()


def visit_a_home_twice(plan: Plan) -> None:
    first, second = Stop.objects.filter(route__plan=plan).order_by("position")[:2]
    StopTask.objects.create(stop=second, consignment=first.tasks.get().consignment)


def understate_the_cost(plan: Plan) -> None:
    Plan.objects.filter(pk=plan.pk).update(cost=1)


@pytest.mark.parametrize(
    ("spoil", "kind"),
    [
        (arrive_too_late, "too_late"),
        (drive_too_fast, "too_fast"),
        (misstate_the_load, "load_wrong"),
        (forget_the_break, "break_missing"),
        (forget_a_home, "malformed"),
        (visit_a_home_twice, "consignment_twice"),
        (understate_the_cost, "cost_wrong"),
    ],
)
def test_a_plan_that_breaks_a_rule_is_not_published(
    spoil: Callable[[Plan], None], kind: str
) -> None:
    plan = a_draft(a_day(homes=3))
    spoil(plan)

    with pytest.raises(actions.PlanHasViolations) as refused:
        actions.publish(plan=plan, now=LATER)

    kinds = refused.value.data["kinds"]
    assert isinstance(kinds, list)
    assert kind in kinds
    plan.refresh_from_db()
    assert plan.status == "draft"
    assert statuses() == ["requested"] * 3


def test_a_violation_names_its_route_and_stop() -> None:
    plan = a_draft(a_day(homes=3))
    misstate_the_load(plan)
    [violation] = queries.plan_violations(plan)

    assert violation.kind == "load_wrong"
    assert violation.route == plan.routes.get()
    assert violation.stop == Stop.objects.get(route__plan=plan, position=1)
    assert violation.by == 9_999
