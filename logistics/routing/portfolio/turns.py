"""Who searches when. A member that fails loses its share of the time, never the plan."""

import logging
import math
from typing import Protocol

from logistics.routing import portfolio
from logistics.routing.budget import Budget
from logistics.routing.found import Best, Found
from logistics.routing.portfolio.decompose import InParts, size_for
from logistics.routing.portfolio.mixing import Mixer
from logistics.routing.portfolio.whole import Whole
from logistics.routing.problem import Problem
from logistics.routing.solution import OnProgress, Solution

RECOMBINE = "recombine"
# The search cools until each of these parts of the time; then it is recombined until the other.
TURNS = ((0.6, 0.63), (0.8, 0.84), (0.94, 1.0))

# Smaller days gain nothing from parts.
TWICE = 2

log = logging.getLogger(__name__)


class Search(Protocol):
    """Down from warm to cold."""

    def cool(self, budget: Budget, since: float, until: float, best: Best) -> None:
        """A stretch of the whole search, which goes from 0 to 1, in that budget."""

    def mix(self, start: Found, budget: Budget) -> Found | None:
        """A plan better than ``start``, of the routes that the search came by; or None."""

    def go_on_from(self, found: Found) -> None: ...


def taken(problem: Problem, budget: Budget, seed: int, on_progress: OnProgress | None) -> Solution:
    best = Best(problem, budget, on_progress)
    search = _begun(problem, seed, best)
    if problem.stops and problem.vehicles:
        _cooled_and_mixed(search, budget, best)
    return best.solution()


def _begun(problem: Problem, seed: int, best: Best) -> Search:
    """With a first plan; by its routes it is known whether the day has enough of them for parts."""
    threads = best.budget.threads
    if portfolio.in_parts(problem):
        parts = InParts(problem, seed, threads)
        parts.construct(best)
        return parts
    whole = Whole(problem, seed, threads)
    whole.construct(best)
    start = whole.current()
    if len(problem.stops) >= TWICE * size_for(start):
        return InParts(problem, seed, threads, start)
    return whole


def _cooled_and_mixed(search: Search, budget: Budget, best: Best) -> None:
    since = 0.0
    for until, mixed_until in TURNS if Mixer.knows(best.problem) else ((1.0, 1.0),):
        search.cool(_until(budget, since, until), since, until, best)
        found = _mixed(search, best.found, _until(budget, until, mixed_until))
        if found and best.offer(found, RECOMBINE):
            search.go_on_from(found)
        since = mixed_until
    if budget.seconds is not None and not budget.over():
        # What the last recombination has left of its time.
        search.cool(_until(budget, 1.0, 1.0), 1.0, 1.0, best)


def _until(budget: Budget, since: float, until: float) -> Budget:
    """The budget from now to this part of its time; of its rounds, those between the two."""
    iterations = budget.iterations
    left = None
    if budget.seconds is not None:
        left = max(0.0, budget.seconds * until - budget.elapsed())
    if iterations is not None:
        iterations = math.ceil(iterations * until) - math.ceil(iterations * since)
    return Budget(left, iterations, budget.cancelled, threads=budget.threads)


def _mixed(search: Search, start: Found | None, budget: Budget) -> Found | None:
    if start is None or budget.over():
        return None
    try:
        return search.mix(start, budget)
    except Exception:  # the plan must not be lost whatever CP-SAT does
        log.exception("recombining failed")
        return None
