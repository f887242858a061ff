from unittest.mock import Mock

import pytest
from pytest_django import Settings

from commerce.catalogue.models import Way
from logistics.consignments.models import Consignment, ConsignmentStatus
from logistics.network.queries import DepotUnknown
from logistics.planning import actions
from logistics.planning.actions import PlanStale
from logistics.planning.models import PlanStatus, Stop, StopTask
from logistics.planning.queries import plan_violations
from logistics.routing.solution import Progress
from logistics.routing.solver import solve
from storefront.journeys.cancel_order import cancel_part
from storefront.journeys.plan_routes import plan, publish
from tests.builders.journeys import (
    EVENING,
    TOMORROW,
    Mall,
    a_mall,
    a_placed_order,
    goods_part,
)

pytestmark = pytest.mark.django_db


def _plan(mall: Mall, told: list[Progress] | None = None):
    return plan(
        depot_code=mall.depot.code,
        on_date=TOMORROW,
        seconds=0.3,
        seed=1,
        now=EVENING,
        on_progress=None if told is None else told.append,
    )


def test_an_order_of_goods_and_books_is_one_stop_of_two_tasks() -> None:
    mall = a_mall()
    a_placed_order(mall)
    published = publish(plan=_plan(mall), now=EVENING)
    assert published.status == PlanStatus.PUBLISHED
    assert plan_violations(published) == []
    assert (Stop.objects.count(), StopTask.objects.count()) == (1, 2)
    assert {c.status for c in Consignment.objects.all()} == {ConsignmentStatus.PLANNED}


def test_whoever_asks_is_told_of_every_better_plan() -> None:
    mall = a_mall()
    a_placed_order(mall)
    told: list[Progress] = []
    made = _plan(mall, told)
    assert told[-1].cost == made.cost


def test_as_many_searches_are_beside_each_other_as_the_setting_says(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.PLAN_THREADS = 2
    mall = a_mall()
    a_placed_order(mall)
    monkeypatch.setattr(actions, "solve", called := Mock(wraps=solve))
    assert plan_violations(_plan(mall)) == []
    assert called.call_args.kwargs["threads"] == 2


def test_a_plan_is_stale_once_a_shopper_cancelled() -> None:
    mall = a_mall()
    order = a_placed_order(mall)
    draft = _plan(mall)
    cancel_part(fulfilment=goods_part(order, Way.DELIVERY), reason="shopper", now=EVENING)
    with pytest.raises(PlanStale):
        publish(plan=draft, now=EVENING)
    draft.refresh_from_db()
    assert draft.status == PlanStatus.DRAFT


def test_there_is_no_plan_for_a_depot_nobody_knows() -> None:
    with pytest.raises(DepotUnknown):
        plan(depot_code="nowhere", on_date=TOMORROW, seconds=0.3, seed=1, now=EVENING)
