"""The search from first plan to last: cooling by the clock or by the count."""

import time
from copy import copy
from dataclasses import dataclass

from logistics.routing.budget import Budget
from logistics.routing.found import Best, Found
from logistics.routing.insertion import locked
from logistics.routing.problem import Problem
from logistics.routing.ruin_recreate import kernel as k
from logistics.routing.ruin_recreate.encoding import Encoded, encoded, fresh_state, laid, routes_of
from logistics.routing.ruin_recreate.kernel import BIG, State, search
from logistics.routing.solution import OnProgress, Solution

NAME = "ruin_recreate"
# Temperatures: as a part of what a route costs on average in the plan at the time, since routes
# must come and go while it is warm; and as a part of what a stop costs.
WARM, COLD = 0.2, 0.04
BLINK = 0.01
# Between two looks at the clock.
CHUNK_SECONDS = 0.004
FIRST_CHUNK = 20
COUNTED_CHUNK = 100
# Of the unserved stops so many are tried again each round.
TRIED = 8


def solved(
    problem: Problem, budget: Budget, seed: int, on_progress: OnProgress | None = None
) -> Solution:
    best = Best(problem, budget, on_progress)
    run = Run(problem, seed)
    run.construct()
    run.offer(best)
    cooling = Cooling(budget)
    while run.anything_to_do and cooling.left():
        cooling.step(run)
        run.offer(best, at_once=False)
    run.offer(best)
    return best.solution()


class Run:
    """One search from an empty plan, or from a given one."""

    def __init__(self, problem: Problem, seed: int, start: Found | None = None) -> None:
        self.problem = problem
        self.encoding: Encoded = encoded(problem)
        self.state: State = fresh_state(self.encoding.data, seed)
        start = start or Found(0, 0, locked(problem))
        laid(self.encoding, self.state, start.orders, start.reloads)
        self.tried = len(problem.stops) if problem.transfers else TRIED

    @property
    def anything_to_do(self) -> bool:
        return bool(self.problem.stops and self.problem.vehicles)

    @property
    def rank(self) -> tuple[int, int]:
        """The best plan's: (musts left out, cost)."""
        return divmod(int(self.state.numbers[k.BEST_COST]), BIG)

    def construct(self) -> None:
        """Every stop once into its cheapest place."""
        if self.anything_to_do:
            search(self.encoding.data, self.state, 1, 0.0, 0.0, len(self.problem.stops))

    def search(self, rounds: int, temperature: float) -> None:
        data, state = self.encoding.data, self.state
        search(data, state, rounds, temperature, BLINK, self.tried)

    def temperatures(self, warm: float) -> tuple[float, float]:
        """(warm, cold) by the current plan; ``warm`` as ``WARM``."""
        data, state = self.encoding.data, self.state
        unserved = state.link[: data.n, k.ROUTE] < 0
        penalties = int(data.node[: data.n, k.PENALTY][unserved].sum())
        cost = max(0, int(state.numbers[k.COST]) - penalties)
        served = data.n - int(unserved.sum())
        routes = int((state.vans[: data.m, k.COUNT] > 0).sum())
        return warm * cost / max(routes, 1), COLD * cost / max(served, 1)

    def best(self) -> Found:
        return Found(*self.rank, *routes_of(self.encoding, self.state.best))

    def current(self) -> Found:
        rank = divmod(int(self.state.numbers[k.COST]), BIG)
        return Found(*rank, *routes_of(self.encoding, self.state.after))

    def beside(self, start: Found) -> "Run":
        """Another search on the same problem, from this plan."""
        other = copy(self)
        other.encoding = self.encoding.apart()
        other.state = fresh_state(self.encoding.data, int(self.state.random[0]))
        laid(self.encoding, other.state, start.orders, start.reloads)
        return other

    def offer(self, best: Best, at_once: bool = True) -> None:
        if best.beaten_by(self.rank) and (at_once or best.may_be_told()):
            best.offer(self.best(), NAME)


@dataclass
class Cooling:
    """From warm to cold as the time or the rounds go, whichever are further; the budget is the
    stretch of the whole search from ``since`` to ``until``, which begins as ``warm`` says."""

    budget: Budget
    since: float = 0.0
    until: float = 1.0
    warm: float = WARM
    done: int = 0
    chunk: int = FIRST_CHUNK

    def gone(self) -> float:
        by_clock = by_count = 0.0
        if self.budget.seconds is not None:
            by_clock = self.budget.elapsed() / max(self.budget.seconds, 1e-9)
        if self.budget.iterations is not None:
            by_count = self.done / self.budget.iterations if self.budget.iterations else 1.0
        return max(by_clock, by_count)

    def stands(self) -> float:
        """How far the whole search has cooled, from 0 to 1."""
        return self.since + (self.until - self.since) * min(self.gone(), 1.0)

    def left(self) -> bool:
        return self.gone() < 1.0 and not self.budget.cancelled()

    def step(self, run: Run) -> None:
        """As many rounds as a look at the clock is worth."""
        rounds = COUNTED_CHUNK if self.budget.seconds is None else self.chunk
        if self.budget.iterations is not None:
            rounds = min(rounds, self.budget.iterations - self.done)
        warm, cold = run.temperatures(self.warm)
        temperature = warm * (cold / max(warm, 1e-9)) ** self.stands()
        begun = time.monotonic()
        run.search(rounds, temperature)
        self.done += rounds
        pace = rounds / max(time.monotonic() - begun, 1e-6)
        self.chunk = max(1, int(pace * CHUNK_SECONDS))
