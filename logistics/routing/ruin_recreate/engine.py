"""The search from first plan to last: cooling by the clock or by the count."""

import time
from dataclasses import dataclass, replace

from logistics.routing.budget import Budget
from logistics.routing.insertion import locked
from logistics.routing.problem import Problem
from logistics.routing.ruin_recreate import kernel as k
from logistics.routing.ruin_recreate.encoding import Encoded, encoded, fresh_state, laid, routes_of
from logistics.routing.ruin_recreate.kernel import BIG, State, search
from logistics.routing.schedule import solution_of
from logistics.routing.solution import OnProgress, Progress, Solution

NAME = "ruin_recreate"
# Temperatures, as parts of what a stop costs on average.
WARM, COLD = 3.0, 0.03
BLINK = 0.01
# Between two looks at the clock.
CHUNK_SECONDS = 0.004
FIRST_CHUNK = 20
# Of the unserved stops so many are tried again each round.
TRIED = 8


def solved(
    problem: Problem, budget: Budget, seed: int, on_progress: OnProgress | None = None
) -> Solution:
    limit = Limit(budget)
    run = Run(problem, seed)
    run.construct()
    run.report(budget, on_progress)
    while run.anything_to_do and limit.left():
        run.improve(limit)
        run.report(budget, on_progress)
    return run.solution(budget.elapsed())


@dataclass
class Limit:
    """How much of the time or the rounds is gone, whichever is further."""

    budget: Budget
    done: int = 0

    def gone(self) -> float:
        by_clock = by_count = 0.0
        if self.budget.seconds is not None:
            by_clock = self.budget.elapsed() / max(self.budget.seconds, 1e-9)
        if self.budget.iterations is not None:
            by_count = self.done / max(self.budget.iterations, 1)
        return max(by_clock, by_count)

    def left(self) -> bool:
        return self.gone() < 1.0 and not self.budget.cancelled()


class Run:
    """One search from an empty plan, or from a given one."""

    def __init__(
        self, problem: Problem, seed: int, orders: dict[int, list[int]] | None = None
    ) -> None:
        self.problem = problem
        self.encoding: Encoded = encoded(problem)
        self.state: State = fresh_state(self.encoding.data, seed)
        laid(self.encoding, self.state, orders if orders is not None else locked(problem))
        self.tried = len(problem.stops) if problem.transfers else TRIED
        self.warm = self.cold = 0.0
        self.chunk = FIRST_CHUNK
        self.reported: int | None = None
        self.first_feasible: float | None = None

    def construct(self) -> None:
        """Every stop once into its cheapest place."""
        if self.anything_to_do:
            search(self.encoding.data, self.state, 1, 0.0, 0.0, 0.0, len(self.problem.stops))
        served = len(self.problem.stops) - int(self.state.numbers[2])
        driving = max(0, self.cost - self._penalties())
        self.warm = WARM * driving / max(served, 1)
        self.cold = COLD * driving / max(served, 1)

    @property
    def anything_to_do(self) -> bool:
        return bool(self.problem.stops and self.problem.vehicles)

    @property
    def cost(self) -> int:
        """The best plan's, with ``BIG`` for each must left out."""
        return int(self.state.numbers[1])

    def improve(self, limit: Limit) -> None:
        """One chunk, as long as a look at the clock is worth."""
        count = self.chunk
        if limit.budget.iterations is not None:
            count = min(count, limit.budget.iterations - limit.done)
        temperature = self.warm * (self.cold / max(self.warm, 1e-9)) ** min(limit.gone(), 1.0)
        begun = time.monotonic()
        search(self.encoding.data, self.state, count, temperature, temperature, BLINK, self.tried)
        limit.done += count
        if limit.budget.seconds is not None:
            pace = count / max(time.monotonic() - begun, 1e-6)
            self.chunk = max(1, int(pace * CHUNK_SECONDS))
        else:
            self.chunk = 100

    def report(self, budget: Budget, on_progress: OnProgress | None) -> None:
        if self.cost == self.reported:
            return
        self.reported = self.cost
        seconds = budget.elapsed()
        if self.first_feasible is None and self.cost < BIG:
            self.first_feasible = seconds
        if on_progress:
            orders, _ = routes_of(self.encoding, self.state.best)
            served = sum(len(stops) for stops in orders.values())
            musts = self.cost // BIG
            unserved = len(self.problem.stops) - served
            on_progress(Progress(self.cost - musts * BIG, seconds, unserved, musts, NAME))

    def solution(self, seconds: float) -> Solution:
        orders, reloads = routes_of(self.encoding, self.state.best)
        found = solution_of(
            self.problem,
            orders,
            engine=NAME,
            seconds=seconds,
            first_feasible_seconds=None,
            reloads=reloads,
        )
        if found is None:
            raise AssertionError("the compiled clock and the plain one disagree")
        return replace(found, first_feasible_seconds=self.first_feasible)

    def _penalties(self) -> int:
        """Of the best plan's unserved stops, musts as ``BIG``."""
        data = self.encoding.data
        unserved = self.state.link[: data.n, k.ROUTE] < 0
        return int(data.node[: data.n, k.PENALTY][unserved].sum())
