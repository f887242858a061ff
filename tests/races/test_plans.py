"""Two planners, a shopper and a driver around one depot's day."""

from datetime import timedelta
from functools import partial
from threading import Barrier

import pytest
from django.db import IntegrityError, transaction

from logistics.consignments import actions as consignments
from logistics.consignments.models import Consignment
from logistics.execution import actions as execution
from logistics.planning import actions
from logistics.planning.models import Plan, Route
from tests.builders.logistics import NOW, a_consignment, a_day, a_depot, a_draft, a_published_plan
from tests.races.together import at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

PLANNERS = 4
LATER = NOW + timedelta(minutes=10)


def published() -> list[Plan]:
    return list(Plan.objects.filter(status="published"))


def test_control_looking_before_publishing_puts_two_drivers_lists_out_or_fails() -> None:
    depot = a_day(homes=2)
    drafts = [a_draft(depot), a_draft(depot)]
    both_have_looked = Barrier(2, timeout=20)

    @transaction.atomic
    def published_after_looking(plan: Plan) -> Plan:
        assert not Plan.objects.filter(depot=depot, status="published").exists()
        both_have_looked.wait()
        plan.status = "published"
        plan.save()
        return plan

    answers = at_once([partial(published_after_looking, draft) for draft in drafts])

    # Only the database's constraint stops the second one, in words nobody can act on.
    assert sorted(isinstance(answer, IntegrityError) for answer in answers) == [False, True]


def test_of_two_planners_who_publish_at_once_one_wins() -> None:
    depot = a_day(homes=2)
    drafts = [a_draft(depot) for _ in range(PLANNERS)]

    answers = at_once([partial(actions.publish, plan=draft, now=NOW) for draft in drafts])

    [winner] = published()
    assert [answer for answer in answers if isinstance(answer, Plan)] == [winner]
    assert sum(isinstance(answer, actions.PlanStale) for answer in answers) == PLANNERS - 1
    assert Plan.objects.filter(status="draft").count() == PLANNERS - 1


def test_of_two_planners_who_replace_at_once_one_wins() -> None:
    old = a_published_plan(homes=2)
    drafts = [a_draft(old.depot) for _ in range(PLANNERS)]

    answers = at_once([partial(actions.publish, plan=draft, now=LATER) for draft in drafts])

    [winner] = published()
    assert [answer for answer in answers if isinstance(answer, Plan)] == [winner]
    assert list(Plan.objects.filter(status="replaced")) == [old]


def test_a_double_click_publishes_once() -> None:
    draft = a_draft(a_day(homes=2))

    answers = at_once([partial(actions.publish, plan=draft, now=NOW)] * PLANNERS)

    assert answers == [draft] * PLANNERS
    assert published() == [draft]


def test_a_delivery_called_off_while_its_plan_is_published_is_never_planned() -> None:
    draft = a_draft(a_day(homes=2))
    first = Consignment.objects.earliest("pk")
    cancel = partial(
        consignments.cancel,
        owner_reference=first.owner_reference,
        kind=first.kind,
        now=NOW,
    )

    answer, called_off = at_once([partial(actions.publish, plan=draft, now=NOW), cancel])

    assert isinstance(called_off, Consignment)
    first.refresh_from_db()
    draft.refresh_from_db()
    assert first.status == "cancelled"
    stale = isinstance(answer, actions.PlanStale)
    assert draft.status == ("draft" if stale else "published")


def test_a_driver_never_leaves_on_a_plan_that_is_being_replaced() -> None:
    old = a_published_plan(homes=2)
    draft = a_draft(old.depot)
    route = old.routes.select_related("shift__driver").get()
    leave = partial(
        execution.depart,
        route_reference=route.reference,
        driver_reference=route.shift.driver.reference,
        now=LATER,
    )

    replaced, left = at_once([partial(actions.publish, plan=draft, now=LATER), leave])

    old.refresh_from_db()
    if isinstance(left, execution.Departure):
        assert isinstance(replaced, actions.PlanStale | actions.PlanRunning)
        assert (old.status, published()) == ("published", [old])
    else:
        assert isinstance(left, execution.RouteUnknown)
        assert (old.status, published()) == ("replaced", [draft])
        assert not Route.objects.filter(departed_at__isnull=False).exists()


def test_control_looking_before_asking_fails_in_one_tab() -> None:
    first = a_consignment(owner_reference="FUL-1")
    both_have_looked = Barrier(2, timeout=20)

    def asked_after_looking() -> Consignment:
        found = Consignment.objects.filter(owner_reference="FUL-2").first()
        both_have_looked.wait()
        if found is None:
            found = Consignment.objects.get(pk=first.pk)
            found.pk, found.reference, found.owner_reference = None, "", "FUL-2"
            found.save(force_insert=True)
        return found

    answers = at_once([asked_after_looking] * 2)

    assert sorted(isinstance(answer, IntegrityError) for answer in answers) == [False, True]


def test_the_same_move_asked_for_in_many_tabs_is_one() -> None:
    ask = partial(a_consignment, depot=a_depot(), owner_reference="FUL-1")

    answers = at_once([ask] * PLANNERS)

    assert set(answers) == {Consignment.objects.get()}
