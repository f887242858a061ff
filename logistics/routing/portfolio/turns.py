"""Who searches when. A member that fails loses its share of the time, never the plan."""

import logging
import math

from logistics.routing import portfolio
from logistics.routing.budget import Budget
from logistics.routing.found import Best, Found
from logistics.routing.portfolio import decompose
from logistics.routing.portfolio.mixing import Mixer
from logistics.routing.problem import Problem
from logistics.routing.ruin_recreate.engine import Cooling, Run
from logistics.routing.solution import OnProgress, Solution

RECOMBINE = "recombine"
# The search cools until each of these parts of the time; then it is recombined until the other.
TURNS = ((0.6, 0.63), (0.8, 0.84), (0.94, 1.0))
# Routes are pooled from this part on, every so many rounds for each stop.
POOLED_SINCE = 0.35
ROUNDS_A_STOP = 4

log = logging.getLogger(__name__)


def taken(problem: Problem, budget: Budget, seed: int, on_progress: OnProgress | None) -> Solution:
    best = Best(problem, budget, on_progress)
    if portfolio.in_parts(problem):
        decompose.planned(problem, budget, seed, best)
    else:
        _searched_and_mixed(problem, budget, seed, best)
    return best.solution()


def _searched_and_mixed(problem: Problem, budget: Budget, seed: int, best: Best) -> None:
    run = Run(problem, seed)
    run.construct()
    run.offer(best)
    if not run.anything_to_do:
        return
    mixer = Mixer(run, seed) if Mixer.knows(run) else None
    since = 0.0
    for until, mixed_until in TURNS if mixer else ((1.0, 1.0),):
        turn = _until(budget, since, until)
        _cooled(run, Cooling(turn, since, until), mixer, best)
        if mixer and best.found and not budget.over():
            found = _mixed(mixer, run, best.found, _until(budget, until, mixed_until))
            if found and best.offer(found, RECOMBINE):
                run = run.beside(found)
        since = mixed_until


def _until(budget: Budget, since: float, until: float) -> Budget:
    """The budget from now to this part of its time; of its rounds, those between the two."""
    iterations = budget.iterations
    left = None
    if budget.seconds is not None:
        left = max(0.0, budget.seconds * until - budget.elapsed())
    if iterations is not None:
        iterations = math.ceil(iterations * until) - math.ceil(iterations * since)
    return Budget(left, iterations, budget.cancelled)


def _cooled(run: Run, cooling: Cooling, mixer: Mixer | None, best: Best) -> None:
    every = ROUNDS_A_STOP * len(run.problem.stops)
    pooled = 0
    while cooling.left():
        cooling.step(run)
        run.offer(best, at_once=False)
        if mixer and cooling.stands() > POOLED_SINCE and cooling.done >= pooled:
            pooled = cooling.done + every
            mixer.pool.take(run)
    run.offer(best)


def _mixed(mixer: Mixer, run: Run, start: Found, budget: Budget) -> Found | None:
    try:
        return mixer.mixed(run, start, budget)
    except Exception:  # the plan must not be lost whatever CP-SAT does
        log.exception("recombining failed")
        return None
