from datetime import timedelta

import pytest

from logistics.consignments.models import Consignment
from logistics.planning import actions
from logistics.planning.models import Plan, Stop
from logistics.planning.promises import moved_promises
from logistics.planning.queries import plan_violations
from logistics.planning.terms import NO_TERMS, Terms, read
from logistics.routing.problem import Wish
from tests.builders.logistics import HOMES, NOW, a_consignment, a_draft, a_published_plan

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(minutes=10)
HOUR = timedelta(hours=1)


def begins() -> dict[str, object]:
    """By consignment, when the plan in force has the bell ring."""
    return {
        task.consignment.reference: stop.begins_at
        for stop in Stop.objects.filter(route__plan__status="published")
        for task in stop.tasks.all()
    }


def promised() -> dict[str, object]:
    return dict(Consignment.objects.values_list("reference", "promised_at"))


def promise_earlier(plan: Plan, by: timedelta) -> None:
    for consignment in Consignment.objects.filter(depot=plan.depot):
        assert consignment.promised_at is not None
        consignment.promised_at -= by
        consignment.save()


def test_publishing_promises_each_door_its_time() -> None:
    a_published_plan(homes=3)

    assert promised() == begins()


def test_the_bell_rings_when_the_van_has_waited_for_a_promised_time() -> None:
    depot = a_published_plan(homes=2).depot
    first, second = Stop.objects.order_by("position")
    expected = first.begins_at + 3 * HOUR
    Consignment.objects.filter(tasks__stop=second).update(promised_at=expected)
    draft = a_draft(depot)
    last = Stop.objects.filter(route__plan=draft).latest("position")

    assert last.arrives_at < last.begins_at == expected - timedelta(minutes=15)


def test_a_draft_promises_nothing() -> None:
    depot = a_published_plan(homes=2).depot
    before = promised()
    a_consignment(depot=depot, point=HOMES[9])
    a_draft(depot)

    assert {r: at for r, at in promised().items() if r in before} == before


def test_a_promised_time_is_a_wish_of_the_next_plan() -> None:
    plan = a_published_plan(homes=1)
    a_draft(plan.depot)
    first, second = Stop.objects.order_by("pk")

    assert read(first.terms) == NO_TERMS
    wish = read(second.terms).wish
    assert wish is not None
    assert (wish.latest - wish.earliest, wish.cost) == (1_800, 3)


def test_planning_again_keeps_what_was_promised() -> None:
    plan = a_published_plan(homes=4)
    before = begins()
    a_consignment(depot=plan.depot, point=HOMES[12])
    new = actions.publish(plan=a_draft(plan.depot), now=LATER)

    assert plan_violations(new) == []
    moved = [abs(begins()[r] - at) for r, at in before.items()]  # type: ignore[operator]
    assert max(moved) <= timedelta(minutes=20)


def test_a_small_change_leaves_the_promise_as_it_was() -> None:
    plan = a_published_plan(homes=1)
    promise_earlier(plan, timedelta(minutes=20))
    before = promised()
    draft = a_draft(plan.depot)

    assert moved_promises(draft) == []
    actions.publish(plan=draft, now=LATER)
    assert promised() == before


def test_a_large_change_is_listed_and_becomes_the_promise() -> None:
    plan = a_published_plan(homes=1)
    promise_earlier(plan, 10 * HOUR)
    draft = a_draft(plan.depot)
    [moved] = moved_promises(draft)
    actions.publish(plan=draft, now=LATER)

    assert moved.after - moved.before > HOUR
    assert promised() == {moved.consignment.reference: moved.after}
    assert moved_promises(draft) == []


def test_a_published_plan_stays_right_when_its_promises_have_moved_on() -> None:
    plan = a_published_plan(homes=2)
    promise_earlier(plan, 10 * HOUR)
    new = actions.publish(plan=a_draft(plan.depot), now=LATER)
    promise_earlier(new, HOUR)

    assert plan_violations(new) == []


@pytest.mark.parametrize("terms", [NO_TERMS, Terms(Wish(36_000, 37_800, 3))])
def test_terms_are_stored_whole(terms: Terms) -> None:
    assert read(terms.told()) == terms
