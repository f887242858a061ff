"""The OR-Tools engine: guided local search from the insertion plan. The only importer of ortools.

The import takes 0.4 s, so it waits for the first solve. OR-Tools holds the GIL while it thinks:
other threads stand still. It looks whether it was cancelled only while it searches; the savings
before that take 3 s of 1,000 stops, and nothing stops them but the end of their process (see
``processes``).
"""

import random
import time
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from itertools import combinations, pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from logistics.routing.budget import Budget, never
from logistics.routing.insertion import Orders, first_plan, rank
from logistics.routing.problem import Problem, Stop, Vehicle
from logistics.routing.schedule import driving_cost, may_serve, solution_of
from logistics.routing.solution import OnProgress, Progress, Solution, only_better

# Leaving a must out costs more than any plan; sums of it over thousands of stops stay in 64 bits.
MUST_PENALTY = 10**14
# OR-Tools moves a rest second by second; with rests, a horizon of years never ends (weeks do).
LONGEST_WITH_RESTS = 10**6
# Beyond so many stops the first plan alone takes most of a minute; so many legs, over the matrices
# of all kinds of vehicle and the clock's, take some 700 MB.
MOST_STOPS = 2_000
MOST_LEGS = 30_000_000
# Savings of many kinds of vehicle would take 5 GB and most of the time.
SAVINGS_BYTES = 300_000_000
# Plans kept for the end where the last one may disappoint, or never comes.
RECENT = 20
# OR-Tools asks whether to go on up to 120,000 times a second; so many times it is not passed on.
UNASKED = 64
# Temperatures as multiples of the plan's mean edge.
WARM, COLD = 1.0, 0.01


class OrTools:
    """``iterations`` counts the plans that local search visits. ``seed`` shuffles the stops, which
    decides the order in which neighbours are tried."""

    name = "ortools"

    def handles(self, problem: Problem) -> bool:
        """All but loading again, speeds that change, and what would not fit into memory."""
        stops, vans = problem.stops, problem.vehicles
        nodes = len(stops) + len({place for van in vans for place in (van.start, van.end)})
        kinds = {_cost_kind(problem, v) for v in range(len(vans))}
        return (
            len(stops) <= MOST_STOPS
            and nodes * nodes * (len(kinds) + 1) <= MOST_LEGS
            and not any(van.reloads or van.speed is not None for van in vans)
            and not _too_long_to_rest_in(problem)
        )

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
        left = budget.left_seconds()
        out_of_time = left is not None and left < 0.01
        nothing = not problem.stops or not problem.vehicles
        if nothing or out_of_time or not self.handles(problem):
            return replace(start, engine=self.name, seconds=budget.elapsed())
        best = _Best(problem, start, budget)
        _Model(problem, start, seed).improve(best, budget, on_progress)
        if on_progress:
            musts, cost = rank(problem, best.found)
            unserved = len(best.found.unserved)
            orders = {route.vehicle: route.stops for route in best.found.routes}
            on_progress(Progress(cost, budget.elapsed(), unserved, musts, self.name, orders))
        return replace(best.found, engine=self.name, seconds=budget.elapsed())


class _Cancelled(Exception):
    pass


class _Best:
    """The best plan that can be driven. OR-Tools rests and waits more freely than ``scheduled``:
    what it thinks good may come out dearer, or nobody can drive it."""

    def __init__(self, problem: Problem, start: Solution, budget: Budget) -> None:
        self.problem, self.found, self.budget = problem, start, budget

    def offer(self, orders: Orders) -> None:
        elapsed = self.budget.elapsed()
        found = solution_of(
            self.problem, orders, engine=OrTools.name, seconds=elapsed, first_feasible_seconds=None
        )
        if found is None or rank(self.problem, self.found) <= rank(self.problem, found):
            return
        whole = rank(self.problem, found)[0] == 0
        first = self.found.first_feasible_seconds or (elapsed if whole else None)
        self.found = replace(found, first_feasible_seconds=first)


def _too_long_to_rest_in(problem: Problem) -> bool:
    if not any(van.breaks for van in problem.vehicles):
        return False
    begin = min(van.earliest for van in problem.vehicles)
    return max(van.latest for van in problem.vehicles) - begin > LONGEST_WITH_RESTS


class _Model:
    """The problem in OR-Tools' terms: one node per stop, then one per place where vans park."""

    def __init__(self, problem: Problem, start: Solution, seed: int) -> None:
        from ortools.constraint_solver import pywrapcp

        self.problem, self.start = problem, start
        self.order = list(range(len(problem.stops)))
        if seed:
            random.Random(seed).shuffle(self.order)  # noqa: S311 (not a secret)
        yards = sorted({place for van in problem.vehicles for place in (van.start, van.end)})
        count = len(self.order)
        self.stops = [problem.stops[s] for s in self.order]
        self.locations = [*(stop.location for stop in self.stops), *yards]
        node_of_yard = {place: count + position for position, place in enumerate(yards)}
        self.vans = _worth_offering(problem, start)
        vans = self.vehicles = [problem.vehicles[v] for v in self.vans]
        self.manager = pywrapcp.RoutingIndexManager(
            len(self.locations),
            len(vans),
            [node_of_yard[van.start] for van in vans],
            [node_of_yard[van.end] for van in vans],
        )
        self.routing = pywrapcp.RoutingModel(self.manager)
        self.indices = [self.manager.NodeToIndex(node) for node in range(count)]
        self.index_of = dict(zip(self.order, self.indices, strict=True))
        self._add_costs()
        self._add_time()
        for unit in ("grams", "ml", "chilled_ml"):
            self._add_load(unit)
        self._add_equipment()
        self._add_transfers()
        self._add_penalties()
        self._keep_together()
        self._lock()

    def _add_costs(self) -> None:
        registered: dict[object, int] = {}
        for v, (own, van) in enumerate(zip(self.vans, self.vehicles, strict=True)):
            kind = _cost_kind(self.problem, own)
            if kind not in registered:
                matrix = self._by_node(self.problem.leg_costs(own))
                for node, stop in enumerate(self.stops):
                    if stop.regular not in (None, own):
                        matrix[:, node] += stop.stranger_cost
                registered[kind] = self.routing.RegisterTransitMatrix(matrix.tolist())
            self.routing.SetArcCostEvaluatorOfVehicle(registered[kind], v)
            self.routing.SetFixedCostOfVehicle(van.fixed_cost, v)

    def _by_node(self, matrix: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        return matrix[np.ix_(self.locations, self.locations)]

    def _add_time(self) -> None:
        """Clock 0 is the first shift's start; each cumul is when service begins."""
        vans = self.vehicles
        origin = min(van.earliest for van in vans)
        horizon = max(van.latest for van in vans) - origin
        service = [stop.service_seconds for stop in self.stops]
        service += [0] * (len(self.locations) - len(self.order))
        matrix = self._by_node(self.problem.durations.astype(np.int64))
        # Ways longer than the day are cut so that sums stay in 64 bits.
        matrix = np.minimum(matrix + np.array(service)[:, None], horizon + 1)
        transit = self.routing.RegisterTransitMatrix(matrix.tolist())
        self.routing.AddDimension(transit, horizon, horizon, False, "time")
        clock = self.routing.GetDimensionOrDie("time")
        for stop, index in zip(self.stops, self.indices, strict=True):
            self._add_windows(clock, stop, index, origin, horizon)
        for v, van in enumerate(vans):
            for end in (self.routing.Start(v), self.routing.End(v)):
                clock.CumulVar(end).SetRange(van.earliest - origin, van.latest - origin)
            if van.max_seconds is not None:
                clock.SetSpanUpperBoundForVehicle(min(horizon, van.max_seconds), v)
        self._add_breaks(clock, service, origin)
        self._add_fair_share(transit, horizon)

    def _add_windows(self, clock: Any, stop: Stop, index: int, origin: int, horizon: int) -> None:
        begin = clock.CumulVar(index)
        begin.SetRange(max(0, stop.earliest - origin), min(horizon, stop.latest - origin))
        for since, until in _closed(stop):
            begin.RemoveInterval(since - origin, until - origin)
        if stop.wish:
            clock.SetCumulVarSoftLowerBound(
                index, max(0, stop.wish.earliest - origin), stop.wish.cost
            )
            clock.SetCumulVarSoftUpperBound(
                index, max(0, stop.wish.latest - origin), stop.wish.cost
            )

    def _add_breaks(self, clock: Any, service: list[int], origin: int) -> None:
        solver = self.routing.solver()
        visits = [0] * self.routing.Size()
        for node, index in enumerate(self.indices):
            visits[index] = service[node]
        for v, van in enumerate(self.vehicles):
            if not van.breaks:
                continue
            rests = [
                solver.FixedDurationIntervalVar(
                    rest.earliest - origin, rest.latest - origin, rest.seconds, False, f"rest {v}"
                )
                for rest in van.breaks
            ]
            for one, other in pairwise(rests):
                solver.Add(other.StartsAfterEnd(one))
            clock.SetBreakIntervalsOfVehicle(rests, v, visits)

    def _add_fair_share(self, transit: int, horizon: int) -> None:
        """Driving and service alone: the clock without its slack."""
        if not self.problem.unfair_cost or all(van.fair_seconds is None for van in self.vehicles):
            return
        self.routing.AddDimension(transit, 0, horizon, True, "work")
        work = self.routing.GetDimensionOrDie("work")
        for v, van in enumerate(self.vehicles):
            if van.fair_seconds is not None:
                work.SetCumulVarSoftUpperBound(
                    self.routing.End(v), van.fair_seconds, self.problem.unfair_cost
                )

    def _add_load(self, unit: str) -> None:
        """Both ways at once: aboard is what is still to be delivered and what was collected.

        ``aboard`` may float above the truth but starts at no less than all that is delivered.
        """
        deliver = [getattr(stop.deliver, unit) for stop in self.stops]
        collect = [getattr(stop.collect, unit) for stop in self.stops]
        moved = dict.fromkeys(self.order, 0)
        for transfer in self.problem.transfers:
            moved[transfer.pickup] += getattr(transfer.load, unit)
            moved[transfer.delivery] -= getattr(transfer.load, unit)
        capacities = [getattr(van.capacity - van.aboard, unit) for van in self.vehicles]
        if sum(deliver) + sum(collect) + sum(map(abs, moved.values())) <= min(capacities):
            return
        if any(deliver):
            self._count(f"{unit} delivered", deliver, capacities)
        if any(collect):
            self._count(f"{unit} collected", collect, capacities)
        if not any(moved.values()) and not (any(deliver) and any(collect)):
            return
        name = f"{unit} aboard"
        change = [c - d + m for c, d, m in zip(collect, deliver, moved.values(), strict=True)]
        self._count(name, change, capacities, from_zero=False)
        if any(deliver):
            aboard = self.routing.GetDimensionOrDie(name)
            delivered = self.routing.GetDimensionOrDie(f"{unit} delivered")
            for v in range(len(capacities)):
                start, end = self.routing.Start(v), self.routing.End(v)
                self.routing.solver().Add(aboard.CumulVar(start) >= delivered.CumulVar(end))

    def _count(
        self, name: str, amounts: list[int], capacities: list[int], *, from_zero: bool = True
    ) -> None:
        padded = [*amounts, *[0] * (len(self.locations) - len(amounts))]
        transit = self.routing.RegisterUnaryTransitVector(padded)
        self.routing.AddDimensionWithVehicleCapacity(transit, 0, capacities, from_zero, name)

    def _add_equipment(self) -> None:
        for s, index in self.index_of.items():
            unfit = [v for v, own in enumerate(self.vans) if not may_serve(self.problem, own, s)]
            if unfit:
                # SetAllowedVehiclesForIndex takes no Python list in 9.15.
                self.routing.VehicleVar(index).RemoveValues(unfit)

    def _add_transfers(self) -> None:
        """Equal vehicles, of which -1 is none, make it both ends or neither."""
        for transfer in self.problem.transfers:
            pickup, delivery = self.index_of[transfer.pickup], self.index_of[transfer.delivery]
            self.routing.AddPickupAndDelivery(pickup, delivery)
            self._same_vehicle(pickup, delivery)

    def _same_vehicle(self, one: int, other: int) -> None:
        vehicle = self.routing.VehicleVar
        self.routing.solver().Add(vehicle(one) == vehicle(other))

    def _keep_together(self) -> None:
        solver, active = self.routing.solver(), self.routing.ActiveVar
        vehicle = self.routing.VehicleVar
        for members in self._groups():
            for one, other in combinations(members, 2):
                both = active(one) * active(other)
                solver.Add(both * (vehicle(one) - vehicle(other)) == 0)

    def _groups(self) -> list[list[int]]:
        """The indices of each group's stops."""
        groups: dict[str, list[int]] = {}
        for stop, index in zip(self.stops, self.indices, strict=True):
            if stop.together:
                groups.setdefault(stop.together, []).append(index)
        return list(groups.values())

    def _add_penalties(self) -> None:
        for stop, index in zip(self.stops, self.indices, strict=True):
            penalty = MUST_PENALTY if stop.penalty is None else stop.penalty
            self.routing.AddDisjunction([index], penalty)

    def _lock(self) -> None:
        for v, van in enumerate(self.vehicles):
            at = self.routing.Start(v)
            for s in van.locked:
                self.routing.NextVar(at).SetValue(self.index_of[s])
                at = self.index_of[s]

    def improve(self, best: _Best, budget: Budget, on_progress: OnProgress | None) -> None:
        """Offers what the search finds; nothing when OR-Tools finds no plan at all."""
        parameters = self._parameters()
        if budget.iterations is not None:
            parameters.solution_limit = budget.iterations
        left = budget.left_seconds()
        if left is None:
            left = _ample_seconds(len(self.order), budget.iterations or 0)
        left = max(0.01, left)
        if self._groups() and any(stop.wish for stop in self.stops):
            left /= 2  # it takes as long again to wait as well as it can in the plan it begins with
        parameters.time_limit.FromMilliseconds(int(left * 1000))
        recent = self._listen(on_progress, budget)
        if budget.cancelled is not never:
            self._stop_when(budget.cancelled)
        self.routing.CloseModelWithParameters(parameters)
        try:
            answer = self._searched(parameters, left)
        except _Cancelled:
            answer = None
        if answer:
            best.offer(self._orders(answer.Value))
        for orders in recent:
            best.offer(orders)
        # The listener and the model hold each other where Python cannot see it.
        del self.routing

    def _searched(self, parameters: Any, seconds: float) -> Any:
        """From its own first plan; or from ours, where it found none."""
        begun = time.monotonic()
        if parameters.use_iterated_local_search:
            answer = self.routing.SolveWithIteratedLocalSearch(parameters)
            left = seconds - (time.monotonic() - begun)
            if answer or left < 0.01:
                return answer
            parameters.time_limit.FromMilliseconds(int(left * 1000))
        order_of = {route.vehicle: route.stops for route in self.start.routes}
        routes = [[self.index_of[s] for s in order_of.get(own, [])] for own in self.vans]
        known = self.routing.ReadAssignmentFromRoutes(routes, True)
        if known:
            return self.routing.SolveFromAssignmentWithParameters(known, parameters)
        return self.routing.SolveWithParameters(parameters)

    def _parameters(self) -> Any:
        """Ruin and recreate; but where stops stay together it recreates next to nothing, so there
        it is guided local search from our plan."""
        from ortools.constraint_solver import routing_enums_pb2

        parameters = _parameters(self._mean_edge())
        strategies = routing_enums_pb2.FirstSolutionStrategy
        if self.problem.transfers or any(van.locked for van in self.vehicles):
            parameters.first_solution_strategy = strategies.PARALLEL_CHEAPEST_INSERTION
        # What recreating does not see: it inserts by legs alone, and each stop of a pair by itself.
        parameters.iterated_local_search_parameters.improve_perturbed_solution = bool(
            self.problem.transfers or any(stop.wish or stop.windows for stop in self.stops)
        )
        if self._groups():
            guided = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
            parameters.use_iterated_local_search = False
            parameters.local_search_metaheuristic = guided
        return parameters

    def _listen(self, on_progress: OnProgress | None, budget: Budget) -> deque[Orders]:
        """Tells of each better plan from inside the search, the one place where Python runs, and
        keeps the last few where the very last may come out dearer than it seemed."""
        recent: deque[Orders] = deque(maxlen=RECENT)
        keeps = self._waits_freely() or budget.cancelled is not never
        # Seconds outside wishes come out right only by ``scheduled``.
        tells = None if any(stop.wish for stop in self.stops) else on_progress
        least: int | None = None

        def at_solution() -> None:
            nonlocal least
            cost = self.routing.CostVar().Max()
            if least is not None and cost >= least:
                return
            least = cost
            orders = self._orders(lambda variable: variable.Value())
            if keeps:
                recent.append(orders)
            if tells:
                musts, cost = divmod(cost, MUST_PENALTY)
                unserved, elapsed = self._unserved(), budget.elapsed()
                tells(Progress(cost, elapsed, unserved, musts, OrTools.name, orders))

        if tells or keeps:
            self.routing.AddAtSolutionCallback(at_solution)
        return recent

    def _stop_when(self, cancelled: Callable[[], bool]) -> None:
        """A limit ends the search under way, but ruin and recreate begins the next one for as long
        as it has time. Entering that raises: of all that calls back, only a monitor's errors come
        through, and one that is there from the start would be called for every single move."""
        from ortools.constraint_solver import pywrapcp

        class Raising(pywrapcp.SearchMonitor):  # type: ignore[misc]
            def EnterSearch(self) -> None:
                raise _Cancelled

        solver = self.routing.solver()
        asked, raising = 0, None

        def is_over() -> bool:
            nonlocal asked, raising
            asked += 1
            if raising is None and asked % UNASKED == 0 and cancelled():
                self.monitors.append(raising := Raising(solver))
                self.routing.AddSearchMonitor(raising)
            return raising is not None

        # OR-Tools does not keep them alive.
        self.monitors: list[Any] = [solver.CustomLimit(is_over)]
        self.routing.AddSearchMonitor(self.monitors[0])

    def _waits_freely(self) -> bool:
        """Whether the last plan need not be the best one by ``scheduled``."""
        return any(van.breaks for van in self.vehicles) or any(
            stop.wish or stop.windows for stop in self.stops
        )

    def _unserved(self) -> int:
        return sum(self.routing.NextVar(index).Value() == index for index in self.indices)

    def _mean_edge(self) -> float:
        """Half of the start's: its plans are about twice as long as the end's."""
        edges = sum(len(route.stops) + 1 for route in self.start.routes)
        driving = sum(
            driving_cost(self.problem, route.vehicle, route.stops) for route in self.start.routes
        )
        return driving / (2 * max(1, edges))

    def _orders(self, value_of: Callable[[Any], int]) -> Orders:
        orders: Orders = {}
        for v, own in enumerate(self.vans):
            index = value_of(self.routing.NextVar(self.routing.Start(v)))
            stops = []
            while not self.routing.IsEnd(index):
                stops.append(self.order[self.manager.IndexToNode(index)])
                index = value_of(self.routing.NextVar(index))
            orders[own] = stops
        return orders


def _cost_kind(problem: Problem, vehicle: int) -> object:
    """Vehicles of one kind pay the same for every leg."""
    van = problem.vehicles[vehicle]
    known = tuple(
        s for s, stop in enumerate(problem.stops) if stop.stranger_cost and stop.regular == vehicle
    )
    return van.per_km, van.per_hour, known


def _closed(stop: Stop) -> list[tuple[int, int]]:
    """(first, last) second of each time within the hull in which service may not begin."""
    closed, since = [], stop.earliest
    if not stop.windows:
        return []
    for window in sorted(stop.windows, key=lambda window: window.earliest):
        if window.earliest > window.latest:
            continue
        if since < window.earliest:
            closed.append((since, window.earliest - 1))
        since = max(since, window.latest + 1)
    if since <= stop.latest:
        closed.append((since, stop.latest))
    return closed


def _ample_seconds(stops: int, iterations: int) -> float:
    """Several times what so many iterations take. OR-Tools counts only the plans it could recreate;
    where loads are so tight that it recreates none, nothing but the clock would end it."""
    return 2 + stops / 10 + iterations * stops / 400


def _worth_offering(problem: Problem, start: Solution) -> list[int]:
    """The vans to plan with: of equal ones a few more than the start uses; idle ones cost time."""
    if start.unserved:
        return list(range(len(problem.vehicles)))
    used = {route.vehicle for route in start.routes}
    spare = len(used) // 5 + 3
    named = {v for stop in problem.stops for v in (stop.vehicle, stop.regular) if v is not None}
    offered = used | named
    kinds: dict[Vehicle, list[int]] = {}
    for v, van in enumerate(problem.vehicles):
        if v not in offered:
            kinds.setdefault(replace(van, name=""), []).append(v)
    for alike in kinds.values():
        offered.update(alike[:spare])
    return sorted(offered)


def _parameters(cost_per_edge: float) -> Any:
    """Savings, descent, then ruin and recreate under a falling temperature.

    Guided local search, in the same 10 s on 100 to 200 stops, stays two to three times as far from
    the best known plans.
    """
    from ortools.constraint_solver import pywrapcp, routing_enums_pb2
    from ortools.util import optional_boolean_pb2

    parameters = pywrapcp.DefaultRoutingSearchParameters()
    strategies = routing_enums_pb2.FirstSolutionStrategy
    parameters.first_solution_strategy = strategies.SAVINGS
    parameters.savings_parameters.max_memory_usage_bytes = SAVINGS_BYTES
    # These neighbourhoods cost more time than they win.
    neighbourhoods = parameters.local_search_operators
    for name in (
        "use_global_cheapest_insertion_path_lns",
        "use_local_cheapest_insertion_path_lns",
        "use_lin_kernighan",
        "use_relocate_expensive_chain",
    ):
        setattr(neighbourhoods, name, optional_boolean_pb2.BOOL_FALSE)
    parameters.use_iterated_local_search = True
    ils = parameters.iterated_local_search_parameters
    ruin = ils.ruin_recreate_parameters.ruin_strategies.add().sisr
    ruin.max_removed_sequence_size, ruin.avg_num_removed_visits, ruin.bypass_factor = 10, 10, 0.5
    cooling = ils.reference_solution_acceptance_strategy.simulated_annealing
    cooling.initial_temperature = max(1.0, WARM * cost_per_edge)
    cooling.final_temperature = max(0.01, COLD * cost_per_edge)
    return parameters
