"""What a change would do to the plan: plan again, and compare."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from logistics.routing.changes import (
    Change,
    DriverIll,
    ExtraVehicle,
    MoreStops,
    StopDropped,
    VehicleOut,
    WindowMoved,
)
from logistics.routing.check import ViolationKind, violations
from logistics.routing.insertion import rank
from logistics.routing.problem import Problem
from logistics.routing.schedule import driving_cost, scheduled, solution_of
from logistics.routing.screen import Cause, screen
from logistics.routing.solution import OnProgress, RoutePlan, Solution
from logistics.routing.solver import DEFAULT_ENGINE, solve

__all__ = [
    "Comparison",
    "DriverIll",
    "ExtraVehicle",
    "Figures",
    "MoreStops",
    "StopDropped",
    "VehicleOut",
    "WindowMoved",
    "what_if",
]


@dataclass(frozen=True, slots=True)
class Figures:
    """``driving_seconds`` and ``metres`` by the matrices; ``latest_back`` (s) is None when no
    vehicle goes out."""

    cost: int
    routes: int
    served: int
    unserved: int
    driving_seconds: int
    metres: int
    latest_back: int | None


@dataclass(frozen=True)
class Comparison:
    """Both plans and their figures; ``problem`` is the changed one, which ``after`` solves.

    ``moved`` gives for each stop served in both, but by another vehicle, the vehicles before and
    after. ``lost`` stops were served before only, ``won`` ones after only.
    """

    problem: Problem
    before: Solution
    after: Solution
    figures_before: Figures
    figures_after: Figures
    moved: dict[int, tuple[int, int]]
    lost: list[int]
    won: list[int]


def what_if(
    problem: Problem,
    solution: Solution,
    *changes: Change,
    iterations: int | None = None,
    seconds: float | None = None,
    seed: int = 0,
    engine: str = DEFAULT_ENGINE,
    on_progress: OnProgress | None = None,
    cancelled: Callable[[], bool] | None = None,
    threads: int = 1,
) -> Comparison:
    """Plan the changed problem and set it beside ``solution``, the plan of ``problem``.

    What can still be driven of the former plan counts where the engine finds nothing better.
    Everything else as for ``solve``. Raises ``BadChange``,
    ``BadProblem`` and ``UnknownEngine``.
    """
    changed = problem
    for change in changes:
        changed = change.apply(changed)
    after = solve(
        changed,
        engine=engine,
        seconds=seconds,
        iterations=iterations,
        seed=seed,
        on_progress=on_progress,
        cancelled=cancelled,
        threads=threads,
    )
    former = _still_driven(changed, solution)
    if former and rank(changed, former) < rank(changed, after):
        after = former
    was, now = _vehicle_of(solution), _vehicle_of(after)
    return Comparison(
        problem=changed,
        before=solution,
        after=after,
        figures_before=_figures(problem, solution),
        figures_after=_figures(changed, after),
        moved={s: (was[s], now[s]) for s in sorted(was) if s in now and was[s] != now[s]},
        lost=sorted(was.keys() - now.keys()),
        won=sorted(now.keys() - was.keys()),
    )


def _still_driven(changed: Problem, former: Solution) -> Solution | None:
    """The former routes that hold in the changed problem, if they make a plan."""
    screened = screen(changed)
    day = screened.mended()
    routes = [
        route
        for route in former.routes
        if route.vehicle in screened.vehicles
        and not screened.parked.keys() & set(route.stops)
        and scheduled(day, route.vehicle, route.stops, route.reloads)
    ]
    found = solution_of(
        day,
        {route.vehicle: route.stops for route in routes},
        engine=former.engine,
        seconds=former.seconds,
        first_feasible_seconds=former.first_feasible_seconds,
        reloads={route.vehicle: route.reloads for route in routes},
    )
    left_out = ViolationKind.MUST_UNSERVED
    if found is None or any(wrong.kind != left_out for wrong in violations(day, found)):
        return None
    causes = former.causes | screened.parked
    return replace(found, causes={s: causes.get(s, Cause.NO_ROOM_LEFT) for s in found.unserved})


def _vehicle_of(solution: Solution) -> dict[int, int]:
    return {s: route.vehicle for route in solution.routes for s in route.stops}


def _figures(problem: Problem, solution: Solution) -> Figures:
    plain = [replace(van, per_km=None, per_hour=None) for van in problem.vehicles]
    by_time = replace(problem, vehicles=plain, cost="duration")
    by_road = replace(problem, vehicles=plain, cost="distance")
    return Figures(
        cost=solution.cost,
        routes=len(solution.routes),
        served=sum(len(route.stops) for route in solution.routes),
        unserved=len(solution.unserved),
        driving_seconds=sum(map(_costs_in(by_time), solution.routes)),
        metres=sum(map(_costs_in(by_road), solution.routes)),
        latest_back=max((route.ends for route in solution.routes), default=None),
    )


def _costs_in(problem: Problem) -> Callable[[RoutePlan], int]:
    return lambda route: driving_cost(problem, route.vehicle, route.stops, route.reloads)
