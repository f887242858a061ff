"""Days too full to serve everybody: how many unserved stops get fixes, and whether these hold."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from logistics.routing.changes import LeftOut
from logistics.routing.check import ViolationKind, violations
from logistics.routing.explain import Fix, explain
from logistics.routing.problem import Load, Problem, Stop
from logistics.routing.schedule import solution_of
from logistics.routing.solution import Solution
from logistics.routing.solver import solve
from tests.bench.routing import gyeonggi

LEAST_STOPS, MOST_STOPS = 8, 20
ITERATIONS = 200


@dataclass(frozen=True)
class Explaining:
    problems: int = 0
    stops: int = 0
    without_fix: int = 0
    fixes: int = 0
    failures: int = 0


def counted(problems: int, on_done: Callable[[], None] = lambda: None) -> Explaining:
    found = Explaining()
    for seed in range(problems):
        problem = too_full(seed)
        plan = solve(problem, iterations=ITERATIONS, seed=seed)
        for s in plan.unserved:
            fixes = explain(problem, plan, s).fixes
            found = replace(
                found,
                stops=found.stops + 1,
                without_fix=found.without_fix + (not fixes),
                fixes=found.fixes + len(fixes),
                failures=found.failures + sum(not holds(problem, plan, s, fix) for fix in fixes),
            )
        found = replace(found, problems=found.problems + 1)
        on_done()
    return found


def too_full(seed: int) -> Problem:
    """A small day with one or two vans that are small or have short shifts. A third of the stops
    may be left out at a price, one in twenty asks for what no van has."""
    chance = np.random.default_rng(seed)
    size = int(chance.integers(LEAST_STOPS, MOST_STOPS + 1))
    problem = gyeonggi.day(size, seed).problem
    room = Load(int(chance.integers(5_000, 12_000)) * size // 2)
    back = int(chance.integers(12, 20)) * gyeonggi.HOUR
    vans = problem.vehicles[: int(chance.integers(1, 3))]
    return replace(
        problem,
        stops=[_particular(stop, chance) for stop in problem.stops],
        vehicles=[replace(van, capacity=room, latest=back) for van in vans],
    )


def _particular(stop: Stop, chance: np.random.Generator) -> Stop:
    price = int(chance.integers(300, 3_000)) if chance.random() < 1 / 3 else None
    skills = frozenset({"lift"}) if chance.random() < 1 / 20 else frozenset()
    return replace(stop, penalty=price, skills=skills)


def holds(problem: Problem, plan: Solution, s: int, fix: Fix) -> bool:
    """Whether the fix serves the stop, breaks nothing, and leaves every other stop where it was."""
    changed = fix.apply(problem)
    found = solution_of(
        changed,
        fix.order,
        engine="fix",
        seconds=0.0,
        first_feasible_seconds=None,
        reloads=fix.reloads,
    )
    if found is None or s in found.unserved:
        return False
    left_out = ViolationKind.MUST_UNSERVED
    if any(broken.kind != left_out for broken in violations(changed, found)):
        return False
    gone = {s, fix.change.stop} if isinstance(fix.change, LeftOut) else {s}
    now = {route.vehicle: [x for x in route.stops if x not in gone] for route in found.routes}
    return all(
        now.get(route.vehicle, []) == [x for x in route.stops if x not in gone]
        for route in plan.routes
    )
