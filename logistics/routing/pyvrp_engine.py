"""The PyVRP engine: iterated local search, very strong on plain days. The only importer of pyvrp.

An extra (``pip install jangteo[pyvrp]``), so it may be missing; its import waits for the first
solve. PyVRP pays a leg to a vehicle's profile: what differs by vehicle and stop (costs, strangers,
who may come) is one pair of matrices for each kind of vehicle.
"""

import warnings
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from importlib.util import find_spec
from typing import Any

import numpy as np
import numpy.typing as npt

from logistics.routing.budget import Budget
from logistics.routing.insertion import Orders, first_plan, rank
from logistics.routing.problem import Load, Problem, Vehicle
from logistics.routing.schedule import may_serve, solution_of
from logistics.routing.solution import OnProgress, Progress, RoutePlan, Solution, only_better

# For a must that may have to be left out: more than any plan costs, yet sums stay in 64 bits.
MUST_PRIZE = 10**13
# Of all profiles together; two matrices of eight bytes each.
MOST_LEGS = 30_000_000
UNITS = ("grams", "ml", "chilled_ml")
FOREVER = np.iinfo(np.int64).max
Square = npt.NDArray[np.int64]


@cache
def installed() -> bool:
    return find_spec("pyvrp") is not None


class PyVrp:
    """``iterations`` counts rounds of local search; the start is the insertion plan."""

    name = "pyvrp"

    def handles(self, problem: Problem) -> bool:
        return installed() and _is_expressible(problem) and _fits_memory(problem)

    def solve(
        self,
        problem: Problem,
        budget: Budget,
        *,
        seed: int,
        on_progress: OnProgress | None = None,
    ) -> Solution:
        on_progress = on_progress and only_better(on_progress)
        start = first_plan(problem, budget, seed, on_progress)
        nothing = not problem.stops or not problem.vehicles
        if nothing or budget.over() or not self.handles(problem):
            return replace(start, engine=self.name, seconds=budget.elapsed())
        found = _Model(problem, start).improved(budget, seed, on_progress)
        best = start if found is None or rank(problem, start) <= rank(problem, found) else found
        return replace(best, engine=self.name, seconds=budget.elapsed())


def _is_expressible(problem: Problem) -> bool:
    return (
        not problem.transfers
        and not any(stop.windows or stop.wish or stop.together for stop in problem.stops)
        and not any(
            van.breaks
            or van.locked
            or van.speed is not None
            or (van.fair_seconds is not None and problem.unfair_cost)
            for van in problem.vehicles
        )
    )


def _fits_memory(problem: Problem) -> bool:
    yards = {place for van in problem.vehicles for place in (van.start, van.end)}
    nodes = len(problem.stops) + len(yards)
    kinds = {_profile_kind(problem, v) for v in range(len(problem.vehicles))}
    return len(kinds) * nodes * nodes <= MOST_LEGS


def _profile_kind(problem: Problem, vehicle: int) -> object:
    """Vehicles of one kind may go to the same stops and pay the same for every leg."""
    van = problem.vehicles[vehicle]
    unfit = tuple(s for s in range(len(problem.stops)) if not may_serve(problem, vehicle, s))
    known = tuple(
        s for s, stop in enumerate(problem.stops) if stop.stranger_cost and stop.regular == vehicle
    )
    return van.per_km, van.per_hour, unfit, known


class _Model:
    """The problem in PyVRP's terms: first the places where vans park, then one place per stop."""

    def __init__(self, problem: Problem, start: Solution) -> None:
        import pyvrp

        self.problem, self.start = problem, start
        yards = sorted({place for van in problem.vehicles for place in (van.start, van.end)})
        self.places = [*yards, *(stop.location for stop in problem.stops)]
        self.first_stop = len(yards)
        # Clock 0 is the first shift's start: PyVRP knows no time before.
        self.origin = min(van.earliest for van in problem.vehicles)
        self.horizon = max(van.latest for van in problem.vehicles) - self.origin
        self.units = [unit for unit in UNITS if self._is_moved(unit)]
        self.depots = [pyvrp.Depot(number) for number in range(len(yards))]
        self.depot_at = {place: number for number, place in enumerate(yards)}
        self.reload_depots: dict[tuple[int, int], int] = {}
        self.costs: list[Any] = []
        self.durations: list[Any] = []
        self.vans_of_type: list[list[int]] = []
        vehicle_types = self._vehicle_types()
        self.data = pyvrp.ProblemData(
            locations=[pyvrp.Location(0, 0) for _ in self.places],
            clients=[self._client(s) for s in range(len(problem.stops))],
            depots=self.depots,
            vehicle_types=vehicle_types,
            distance_matrices=self.costs,
            duration_matrices=self.durations,
        )

    def _is_moved(self, unit: str) -> bool:
        stops = self.problem.stops
        return any(getattr(stop.deliver, unit) or getattr(stop.collect, unit) for stop in stops)

    def _amounts(self, load: Load) -> list[int]:
        return [getattr(load, unit) for unit in self.units]

    def _client(self, s: int) -> Any:
        import pyvrp

        stop = self.problem.stops[s]
        opens = max(0, stop.earliest - self.origin)
        # No plan that leaves out a must is better than a start that leaves out none.
        required = stop.penalty is None and rank(self.problem, self.start)[0] == 0
        return pyvrp.Client(
            self.first_stop + s,
            delivery=self._amounts(stop.deliver),
            pickup=self._amounts(stop.collect),
            service_duration=stop.service_seconds,
            tw_early=opens,
            tw_late=max(opens, stop.latest - self.origin),
            prize=MUST_PRIZE if stop.penalty is None else stop.penalty,
            required=required,
        )

    def _vehicle_types(self) -> list[Any]:
        """One for each kind of van: PyVRP tries equal empty ones only once."""
        profiles: dict[object, int] = {}
        alike: dict[object, list[int]] = {}
        for v, van in enumerate(self.problem.vehicles):
            kind = _profile_kind(self.problem, v)
            if kind not in profiles:
                profiles[kind] = len(profiles)
                self.costs.append(self._costs(v))
                self.durations.append(self._durations(v))
            alike.setdefault((profiles[kind], replace(van, name="")), []).append(v)
        self.vans_of_type = list(alike.values())
        return [
            self._vehicle_type(vans, profiles[_profile_kind(self.problem, vans[0])])
            for vans in self.vans_of_type
        ]

    def _vehicle_type(self, vans: list[int], profile: int) -> Any:
        import pyvrp

        van = self.problem.vehicles[vans[0]]
        return pyvrp.VehicleType(
            len(vans),
            self._amounts(van.capacity - van.aboard),
            self.depot_at[van.start],
            self.depot_at[van.end],
            van.fixed_cost,
            tw_early=van.earliest - self.origin,
            tw_late=van.latest - self.origin,
            shift_duration=FOREVER if van.max_seconds is None else van.max_seconds,
            profile=profile,
            reload_depots=[self._reload_depot(van)] if van.reloads else [],
            max_reloads=van.reloads,
        )

    def _reload_depot(self, van: Vehicle) -> int:
        """A depot of its own beside the van's: only loading again takes time."""
        import pyvrp

        key = van.start, van.reload_seconds
        if key not in self.reload_depots:
            self.reload_depots[key] = len(self.depots)
            self.depots.append(
                pyvrp.Depot(self.depot_at[van.start], service_duration=van.reload_seconds)
            )
        return self.reload_depots[key]

    def _by_place(self, matrix: npt.NDArray[Any]) -> Square:
        """Of the places: nobody drives from one to itself."""
        found: Square = matrix[np.ix_(self.places, self.places)].astype(np.int64)
        np.fill_diagonal(found, 0)
        return found

    def _costs(self, vehicle: int) -> Square:
        costs = self._by_place(self.problem.leg_costs(vehicle))
        for s, stop in enumerate(self.problem.stops):
            if stop.regular not in (None, vehicle):
                costs[:, self.first_stop + s] += stop.stranger_cost
        np.fill_diagonal(costs, 0)
        return costs

    def _durations(self, vehicle: int) -> Square:
        """Whoever may not serve a stop never arrives in time."""
        durations = self._by_place(self.problem.durations)
        for s in range(len(self.problem.stops)):
            if not may_serve(self.problem, vehicle, s):
                durations[:, self.first_stop + s] = self.horizon + 1
        np.fill_diagonal(durations, 0)
        return durations

    def improved(
        self, budget: Budget, seed: int, on_progress: OnProgress | None
    ) -> Solution | None:
        """The best plan after the search, or None when PyVRP found none that can be driven."""
        import pyvrp
        from pyvrp.exceptions import PenaltyBoundWarning

        with warnings.catch_warnings():
            warnings.simplefilter("ignore", PenaltyBoundWarning)
            result = pyvrp.solve(
                self.data,
                _stop_rule(budget),
                seed=seed % 2**32,
                collect_stats=False,
                params=_parameters(lambda plan: self._tell(plan, budget, on_progress)),
                initial_solution=self._initial(),
            )
        if not result.best.is_feasible():
            return None
        return self._solution(result.best, budget.elapsed())

    def _initial(self) -> Any:
        import pyvrp

        type_of = {v: number for number, vans in enumerate(self.vans_of_type) for v in vans}
        routes = [
            pyvrp.Route(self.data, self._activities(route), type_of[route.vehicle])
            for route in self.start.routes
        ]
        return pyvrp.Solution(self.data, routes)

    def _activities(self, route: RoutePlan) -> list[Any]:
        import pyvrp

        van = self.problem.vehicles[route.vehicle]
        found = []
        for position, s in enumerate(route.stops):
            if position in route.reloads:
                found.append(pyvrp.Activity(pyvrp.ActivityType.DEPOT, self._reload_depot(van)))
            found.append(pyvrp.Activity(pyvrp.ActivityType.CLIENT, s))
        return found

    def _tell(self, plan: Any, budget: Budget, on_progress: OnProgress | None) -> None:
        if on_progress is None or not plan.is_feasible():
            return
        left_out = [self.problem.stops[activity.idx] for activity in plan.unplanned()]
        musts = sum(stop.penalty is None for stop in left_out)
        cost = plan.distance_cost() + plan.fixed_vehicle_cost()
        cost += sum(stop.penalty or 0 for stop in left_out)
        elapsed, routes = budget.elapsed(), self._routes(plan)
        on_progress(Progress(cost, elapsed, len(left_out), musts, PyVrp.name, *routes))

    def _routes(self, plan: Any) -> tuple[Orders, dict[int, tuple[int, ...]]]:
        """Each van's stops, and before which of them it loads again."""
        orders: Orders = {}
        reloads: dict[int, tuple[int, ...]] = {}
        free = [iter(vans) for vans in self.vans_of_type]
        for route in plan.routes():
            van = next(free[route.vehicle_type()])
            orders[van], reloads[van] = _order(route)
        return orders, reloads

    def _solution(self, plan: Any, elapsed: float) -> Solution | None:
        orders, reloads = self._routes(plan)
        found = solution_of(
            self.problem,
            orders,
            engine=PyVrp.name,
            seconds=elapsed,
            first_feasible_seconds=None,
            reloads=reloads,
        )
        if found is None or rank(self.problem, found)[0] > 0:
            return found
        return replace(found, first_feasible_seconds=self.start.first_feasible_seconds or elapsed)


def _order(route: Any) -> tuple[list[int], tuple[int, ...]]:
    """The stops, and before which of them the van loads again."""
    stops: list[int] = []
    loaded_at: set[int] = set()
    for activity in route:
        if activity.is_client():
            stops.append(activity.idx)
        else:
            loaded_at.add(len(stops))
    return stops, tuple(sorted(loaded_at - {0, len(stops)}))


def _stop_rule(budget: Budget) -> Any:
    from pyvrp.stop import MaxIterations, MaxRuntime, MultipleCriteria

    rules: list[Any] = [lambda best_cost: budget.cancelled()]
    left = budget.left_seconds()
    if left is not None:
        rules.append(MaxRuntime(left))
    if budget.iterations is not None:
        rules.append(MaxIterations(budget.iterations))
    return MultipleCriteria(rules)


def _parameters(tell: Callable[[Any], None]) -> Any:
    from pyvrp import IteratedLocalSearchParams, Solution, SolveParams
    from pyvrp.IteratedLocalSearch import IteratedLocalSearchCallbacks

    class Listener(IteratedLocalSearchCallbacks):
        def on_best(self, best: Solution) -> None:
            tell(best)

    return SolveParams(ils=IteratedLocalSearchParams(callbacks=Listener()))
