"""Large days in parts: neighbouring routes are searched together, other ones each round.

The parts cool as one search would. They share nothing, and the compiled search needs no
interpreter, so threads search them at the same time.
"""

import math
import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

from logistics.routing.budget import Budget
from logistics.routing.found import Best, Found
from logistics.routing.insertion import locked
from logistics.routing.portfolio.part import Part, part_of
from logistics.routing.portfolio.units import dealt, split, units_of
from logistics.routing.problem import Problem
from logistics.routing.ruin_recreate.engine import Cooling, Run

NAME = "decompose"
# Stops in a part, at most.
SIZE = 1_000
ROUNDS = 12
# A part searched for less is not worth making.
LEAST_SECONDS = 0.15


@dataclass(frozen=True)
class Leg:
    """What is done to the parts: a stretch of the search; without one they are constructed."""

    budget: Budget
    stops: int
    since: float
    until: float

    def of(self, part: Part) -> Budget:
        share = len(part.stops) / self.stops
        seconds, iterations = self.budget.seconds, self.budget.iterations
        return Budget(
            None if seconds is None else seconds * share * self.budget.threads,
            None if iterations is None else math.ceil(iterations * share),
            # Parts that took longer to make than thought must not keep anybody waiting.
            self.budget.over,
        )


def planned(problem: Problem, budget: Budget, seed: int, best: Best) -> None:
    """Offers better and better plans until the budget is over."""
    chance = random.Random(seed)  # noqa: S311 (not a secret)
    stops = max(1, len(problem.stops))
    now = Found(0, 0, locked(problem))
    with ThreadPoolExecutor(budget.threads) as pool:
        now = _round(problem, now, None, chance, best, pool)
        rounds = _rounds(stops, budget)
        for k in range(rounds):
            if budget.over():
                return
            turn = budget.part(1 / (rounds - k))
            leg = Leg(turn, stops, k / rounds, (k + 1) / rounds)
            now = _round(problem, now, leg, chance, best, pool)


def _rounds(stops: int, budget: Budget) -> int:
    left = budget.left_seconds()
    if left is None:
        return ROUNDS
    parts = -(-stops // SIZE)
    return max(1, min(ROUNDS, int(left * budget.threads / parts / LEAST_SECONDS)))


def _round(
    problem: Problem,
    now: Found,
    leg: Leg | None,
    chance: random.Random,
    best: Best,
    pool: ThreadPoolExecutor,
) -> Found:
    """Where the search stands afterwards; ``best`` gets the best of all parts together."""
    cut = split(problem, units_of(problem, now), SIZE, chance)
    vans = dealt(problem, cut, chance)
    stops = [[s for unit in part for s in unit.stops] for part in cut]
    seeds = [chance.getrandbits(62) for _ in cut]
    searched = pool.map(partial(_searched, problem, now, leg), stops, vans, seeds)
    ends = list(searched)
    best.offer(_joined([found for found, _ in ends]), NAME)
    return _joined([current for _, current in ends])


def _searched(
    problem: Problem,
    now: Found,
    leg: Leg | None,
    stops: list[int],
    vehicles: list[int],
    seed: int,
) -> tuple[Found, Found]:
    """(best, current) of a part, in the whole's numbers."""
    part = part_of(problem, stops, vehicles)
    # Making it takes of its time.
    budget = leg.of(part) if leg else Budget()
    run = Run(part.problem, seed, part.inside(now))
    if leg is None:
        run.construct()
    else:
        cooling = Cooling(budget, leg.since, leg.until)
        while run.anything_to_do and cooling.left():
            cooling.step(run)
    return part.outside(run.best()), part.outside(run.current())


def _joined(parts: list[Found]) -> Found:
    return Found(
        sum(part.musts_unserved for part in parts),
        sum(part.cost for part in parts),
        {v: order for part in parts for v, order in part.orders.items()},
        {v: cuts for part in parts for v, cuts in part.reloads.items()},
    )
