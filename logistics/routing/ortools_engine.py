"""The OR-Tools engine: guided local search from the insertion plan. The only importer of ortools.

The import takes 0.4 s, so it waits for the first solve. OR-Tools holds the GIL while it thinks:
other threads stand still, and only a child process can be cancelled (see ``processes``).
"""

import random
import time
from dataclasses import replace
from typing import Any

from logistics.routing.insertion import ROUNDS, Insertion, rank
from logistics.routing.problem import Problem, Vehicle
from logistics.routing.schedule import driving_cost, solution_of
from logistics.routing.solution import OnProgress, Progress, Solution

# Leaving a must out costs more than any plan; sums of it over thousands of stops stay in 64 bits.
MUST_PENALTY = 10**14
# OR-Tools moves a rest second by second; with rests, a horizon of years never ends (weeks do).
LONGEST_WITH_RESTS = 10**6
# Temperatures as multiples of the plan's mean edge.
WARM, COLD = 1.0, 0.01


class OrTools:
    """``iterations`` counts the plans that local search visits. ``seed`` shuffles the stops, which
    decides the order in which neighbours are tried."""

    name = "ortools"

    def solve(
        self,
        problem: Problem,
        *,
        seconds: float | None,
        iterations: int | None,
        seed: int,
        on_progress: OnProgress | None = None,
    ) -> Solution:
        begun = time.monotonic()
        on_progress = on_progress and _only_better(on_progress)
        start = _first_plan(problem, seconds, seed, on_progress)
        left = None if seconds is None else seconds - (time.monotonic() - begun)
        out_of_time = left is not None and left < 0.01
        if len(problem.stops) < 2 or out_of_time or _too_long_to_rest_in(problem):
            return replace(start, engine=self.name, seconds=time.monotonic() - begun)
        model = _Model(problem, start, seed)
        model.report_to(on_progress, begun)
        orders = model.improved(seconds, iterations, begun)
        elapsed = time.monotonic() - begun
        found = orders is not None and solution_of(
            problem,
            orders,
            engine=self.name,
            seconds=elapsed,
            first_feasible_seconds=start.first_feasible_seconds or elapsed,
        )
        if not found or rank(problem, start) <= rank(problem, found):
            return replace(start, engine=self.name, seconds=elapsed)
        if rank(problem, found)[0] > 0:
            return replace(found, first_feasible_seconds=None)
        return found


def _too_long_to_rest_in(problem: Problem) -> bool:
    horizon = max(van.latest for van in problem.vehicles) - min(
        van.earliest for van in problem.vehicles
    )
    return horizon > LONGEST_WITH_RESTS and any(van.break_ for van in problem.vehicles)


def _only_better(on_progress: OnProgress) -> OnProgress:
    """Keeps quiet about plans no better than one told before."""
    best: Progress | None = None

    def tell(said: Progress) -> None:
        nonlocal best
        if best is None or said.rank < best.rank:
            best = said
            on_progress(said)

    return tell


def _first_plan(
    problem: Problem, seconds: float | None, seed: int, on_progress: OnProgress | None
) -> Solution:
    """One round of insertion; more of them only while something is left out."""
    engine = Insertion()
    start = engine.solve(problem, seconds=seconds, iterations=1, seed=seed, on_progress=on_progress)
    if not start.unserved:
        return start
    share = None if seconds is None else seconds / 4
    return engine.solve(
        problem, seconds=share, iterations=ROUNDS, seed=seed, on_progress=on_progress
    )


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
        self.locations = [*(problem.stops[s].location for s in self.order), *yards]
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
        self._add_costs()
        self._add_time()
        for unit in ("grams", "ml"):
            self._add_load(unit)
        self._add_cold()
        self._add_penalties()

    def _add_costs(self) -> None:
        costs = self.problem.costs
        matrix = [[costs[a][b] for b in self.locations] for a in self.locations]
        self.routing.SetArcCostEvaluatorOfAllVehicles(self.routing.RegisterTransitMatrix(matrix))
        for v, van in enumerate(self.vehicles):
            self.routing.SetFixedCostOfVehicle(van.fixed_cost, v)

    def _add_time(self) -> None:
        """Clock 0 is the first shift's start; each cumul is when service begins."""
        vans = self.vehicles
        origin = min(van.earliest for van in vans)
        horizon = max(van.latest for van in vans) - origin
        service = [self.problem.stops[s].service_seconds for s in self.order]
        service += [0] * (len(self.locations) - len(self.order))
        durations = self.problem.durations
        # Ways longer than the day are cut so that sums stay in 64 bits.
        matrix = [
            [min(durations[a][b] + service[node], horizon + 1) for b in self.locations]
            for node, a in enumerate(self.locations)
        ]
        transit = self.routing.RegisterTransitMatrix(matrix)
        self.routing.AddDimension(transit, horizon, horizon, False, "time")
        clock = self.routing.GetDimensionOrDie("time")
        for s, index in zip(self.order, self.indices, strict=True):
            stop = self.problem.stops[s]
            clock.CumulVar(index).SetRange(
                max(0, stop.earliest - origin), min(horizon, stop.latest - origin)
            )
        for v, van in enumerate(vans):
            for end in (self.routing.Start(v), self.routing.End(v)):
                clock.CumulVar(end).SetRange(van.earliest - origin, van.latest - origin)
        self._add_breaks(clock, service, origin)

    def _add_breaks(self, clock: Any, service: list[int], origin: int) -> None:
        solver = self.routing.solver()
        visits = [0] * self.routing.Size()
        for node, index in enumerate(self.indices):
            visits[index] = service[node]
        for v, van in enumerate(self.vehicles):
            rest = van.break_
            if rest is None:
                continue
            interval = solver.FixedDurationIntervalVar(
                rest.earliest - origin, rest.latest - origin, rest.seconds, False, f"rest {v}"
            )
            clock.SetBreakIntervalsOfVehicle([interval], v, visits)

    def _add_load(self, unit: str) -> None:
        """Both ways at once: aboard is what is still to be delivered and what was collected.

        ``aboard`` may float above the truth but starts at no less than all that is delivered.
        """
        stops = [self.problem.stops[s] for s in self.order]
        deliver = [getattr(stop.deliver, unit) for stop in stops]
        collect = [getattr(stop.collect, unit) for stop in stops]
        capacities = [getattr(van.capacity, unit) for van in self.vehicles]
        if sum(deliver) + sum(collect) <= min(capacities):
            return
        if any(deliver):
            self._count(f"{unit} delivered", deliver, capacities)
        if any(collect):
            self._count(f"{unit} collected", collect, capacities)
        if any(deliver) and any(collect):
            name = f"{unit} aboard"
            change = [c - d for c, d in zip(collect, deliver, strict=True)]
            self._count(name, change, capacities, from_zero=False)
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

    def _add_cold(self) -> None:
        warm = [v for v, van in enumerate(self.vehicles) if not van.chilled]
        if not warm:
            return
        # SetAllowedVehiclesForIndex takes no Python list in 9.15.
        for s, index in zip(self.order, self.indices, strict=True):
            if self.problem.stops[s].chilled:
                self.routing.VehicleVar(index).RemoveValues(warm)

    def _add_penalties(self) -> None:
        for s, index in zip(self.order, self.indices, strict=True):
            penalty = self.problem.stops[s].penalty
            self.routing.AddDisjunction([index], MUST_PENALTY if penalty is None else penalty)

    def report_to(self, on_progress: OnProgress | None, begun: float) -> None:
        """Say each plan. Called from inside the search: the one place where Python runs."""
        if on_progress is None:
            return

        def at_solution() -> None:
            musts, cost = divmod(self.routing.CostVar().Max(), MUST_PENALTY)
            on_progress(Progress(cost, time.monotonic() - begun, self._unserved(), musts))

        self.routing.AddAtSolutionCallback(at_solution)

    def _unserved(self) -> int:
        return sum(self.routing.NextVar(index).Value() == index for index in self.indices)

    def improved(
        self, seconds: float | None, iterations: int | None, begun: float
    ) -> dict[int, list[int]] | None:
        """Vehicle → stops after the search, or None when OR-Tools found no plan at all."""
        parameters = _parameters(self._mean_edge())
        if iterations is not None:
            parameters.solution_limit = iterations
        if seconds is None:
            left = _ample_seconds(len(self.order), iterations or 0)
        else:
            left = max(0.01, seconds - (time.monotonic() - begun))
        parameters.time_limit.FromMilliseconds(int(left * 1000))
        self.routing.CloseModelWithParameters(parameters)
        answer = self.routing.SolveWithIteratedLocalSearch(parameters)
        return self._orders(answer) if answer else None

    def _mean_edge(self) -> float:
        """Half of the start's: its plans are about twice as long as the end's."""
        edges = sum(len(route.stops) + 1 for route in self.start.routes)
        driving = sum(
            driving_cost(self.problem, route.vehicle, route.stops) for route in self.start.routes
        )
        return driving / (2 * max(1, edges))

    def _orders(self, answer: Any) -> dict[int, list[int]]:
        orders: dict[int, list[int]] = {}
        for v, own in enumerate(self.vans):
            index = answer.Value(self.routing.NextVar(self.routing.Start(v)))
            stops = []
            while not self.routing.IsEnd(index):
                stops.append(self.order[self.manager.IndexToNode(index)])
                index = answer.Value(self.routing.NextVar(index))
            orders[own] = stops
        return orders


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
    offered = set(used)
    kinds: dict[Vehicle, list[int]] = {}
    for v, van in enumerate(problem.vehicles):
        if v not in used:
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
    ils.improve_perturbed_solution = False
    ruin = ils.ruin_recreate_parameters.ruin_strategies.add().sisr
    ruin.max_removed_sequence_size, ruin.avg_num_removed_visits, ruin.bypass_factor = 10, 10, 0.5
    cooling = ils.reference_solution_acceptance_strategy.simulated_annealing
    cooling.initial_temperature = max(1.0, WARM * cost_per_edge)
    cooling.final_temperature = max(0.01, COLD * cost_per_edge)
    return parameters
