"""Rules that bind nobody cost nothing: neither money nor time."""

from dataclasses import replace

from hypothesis import given

from logistics.routing.budget import Budget
from logistics.routing.check import ViolationKind, violations
from logistics.routing.problem import Break, Problem, Window, Wish
from logistics.routing.ruin_recreate import RuinRecreate
from logistics.routing.ruin_recreate.idle_rules import without_idle_rules
from logistics.routing.schedule import solution_of
from logistics.routing.screen import screen
from tests.bench.routing.rules import with_rules_that_never_bind
from tests.logistics.routing.world import HOUR, a_problem, a_stop, a_van, problems, rich_problems


@given(problem=problems())
def test_a_day_with_idle_rules_is_searched_as_the_day_without(problem: Problem) -> None:
    plain = screen(problem).problem
    plans = [
        RuinRecreate().solve(day, Budget(iterations=20), seed=0)
        for day in (plain, with_rules_that_never_bind(plain))
    ]
    assert [r.stops for r in plans[0].routes] == [r.stops for r in plans[1].routes]
    assert plans[0].cost == plans[1].cost


@given(problem=rich_problems())
def test_a_plan_costs_the_same_without_idle_rules(problem: Problem) -> None:
    problem = screen(problem).problem
    plan = RuinRecreate().solve(problem, Budget(iterations=5), seed=0)
    orders = {route.vehicle: route.stops for route in plan.routes}
    reloads = {route.vehicle: route.reloads for route in plan.routes}
    plainer = solution_of(
        without_idle_rules(problem),
        orders,
        engine="",
        seconds=0.0,
        first_feasible_seconds=None,
        reloads=reloads,
    )
    assert plainer is not None
    assert plainer.cost == plan.cost
    broken = violations(problem, plainer)
    assert {v.kind for v in broken} <= {ViolationKind.MUST_UNSERVED}


def test_windows_with_a_gap_between_them_stay() -> None:
    stop = a_stop(1, windows=(Window(0, HOUR), Window(2 * HOUR, 3 * HOUR)))
    assert without_idle_rules(a_problem([stop])).stops == [stop]


def test_a_wish_within_the_window_stays() -> None:
    stop = replace(a_stop(1), earliest=0, latest=HOUR, wish=Wish(0, HOUR - 1, 1))
    assert without_idle_rules(a_problem([stop])).stops == [stop]


def test_a_rest_that_may_only_begin_later_stays() -> None:
    van = replace(a_van(), breaks=(Break(a_van().earliest + 1, a_van().latest, 0),))
    assert without_idle_rules(a_problem(vans=[van])).vehicles == [van]
