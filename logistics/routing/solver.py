"""The door: every engine answers to ``Solver``; ``solve`` screens, plans and checks."""

import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from logistics.routing.budget import Budget, never
from logistics.routing.check import ViolationKind, violations
from logistics.routing.errors import UnknownEngine
from logistics.routing.insertion import Insertion, inserted, rank
from logistics.routing.ortools_engine import OrTools
from logistics.routing.portfolio import Portfolio
from logistics.routing.problem import Problem
from logistics.routing.pyvrp_engine import PyVrp
from logistics.routing.ruin_recreate import RuinRecreate
from logistics.routing.schedule import solution_of
from logistics.routing.screen import Cause, Screened, screen
from logistics.routing.solution import OnProgress, Progress, Solution

DEFAULT_SECONDS = 10.0

log = logging.getLogger(__name__)


class Solver(Protocol):
    """Plans a screened problem. Stops when the budget is over or after its ``iterations``; with
    ``iterations`` alone, the same seed gives the same plan."""

    name: str

    def handles(self, problem: Problem) -> bool:
        """Whether it knows every rule that the problem uses."""
        ...

    def solve(
        self,
        problem: Problem,
        budget: Budget,
        *,
        seed: int,
        on_progress: OnProgress | None = None,
    ) -> Solution: ...


ENGINES: dict[str, type[Solver]] = {
    engine.name: engine for engine in (Portfolio, RuinRecreate, OrTools, PyVrp, Insertion)
}
DEFAULT_ENGINE = Portfolio.name


def solver(name: str) -> Solver:
    """The engine of that name, or ``UnknownEngine``."""
    if name not in ENGINES:
        raise UnknownEngine("engine", value=name, known=sorted(ENGINES))
    return ENGINES[name]()


def solve(
    problem: Problem,
    *,
    engine: str = DEFAULT_ENGINE,
    seconds: float | None = None,
    iterations: int | None = None,
    seed: int = 0,
    on_progress: OnProgress | None = None,
    cancelled: Callable[[], bool] | None = None,
    threads: int = 1,
) -> Solution:
    """Park what cannot be served, plan the rest, and let the checker judge before anyone sees it.

    Raises only ``UnknownEngine`` and ``BadProblem``; where an engine does not know a rule, fails or
    breaks one, the next takes over the rest of its time, in the end plain insertion. With neither
    limit given it takes ``DEFAULT_SECONDS``. Once ``cancelled()``, which is asked often and by
    every searching thread, it returns the best plan so far. Only the portfolio makes use of more
    ``threads`` than one.
    """
    if seconds is None and iterations is None:
        seconds = DEFAULT_SECONDS
    budget = Budget(seconds, iterations, cancelled or never, threads=threads)
    chosen = solver(engine)
    screened = screen(problem)
    found = _planned(chosen, screened.problem, budget, seed, on_progress)
    finished = _finished(screened, found, budget.cancelled)
    return replace(finished, seconds=budget.elapsed())


def plan_told(problem: Problem, told: Progress) -> Solution | None:
    """The plan that an engine told of while it solved ``problem``, finished as ``solve`` would;
    None where it breaks a rule."""
    screened = screen(problem)
    found = solution_of(
        screened.problem,
        told.orders,
        engine=told.engine,
        seconds=told.seconds,
        first_feasible_seconds=None if told.musts_unserved else told.seconds,
        reloads=told.reloads,
    )
    if found is None or _broken_rules(screened.problem, found):
        return None
    return _finished(screened, found, cancelled=lambda: True)


def _finished(screened: Screened, found: Solution, cancelled: Callable[[], bool]) -> Solution:
    problem = screened.problem
    whole = _explained(problem, _with_leftovers(problem, found, cancelled))
    return screened.restore(whole)


def _planned(
    chosen: Solver,
    problem: Problem,
    budget: Budget,
    seed: int,
    on_progress: OnProgress | None,
) -> Solution:
    for engine in _in_turn(chosen):
        if not engine.handles(problem):
            log.warning("engine %s does not know a rule of this day", engine.name)
            continue
        try:
            found = engine.solve(problem, budget.part(), seed=seed, on_progress=on_progress)
        except Exception:  # the day must not be lost whatever an engine does
            log.exception("engine %s failed", engine.name)
            continue
        broken = _broken_rules(problem, found)
        if not broken:
            return found
        log.error("engine %s broke %s", engine.name, broken)
    return Insertion().solve(problem, Budget(), seed=seed)


def _in_turn(chosen: Solver) -> list[Solver]:
    """The chosen one, and who takes over the rest of its time when it cannot."""
    return [chosen, *(engine() for engine in (RuinRecreate, OrTools) if engine.name != chosen.name)]


def _broken_rules(problem: Problem, solution: Solution) -> list[str]:
    """What the checker says, less musts that found no room: no engine can make room."""
    left_out = ViolationKind.MUST_UNSERVED
    return [found.kind for found in violations(problem, solution) if found.kind != left_out]


def _with_leftovers(
    problem: Problem, solution: Solution, cancelled: Callable[[], bool]
) -> Solution:
    """Unserved stops that fit into the finished routes after all are put there, while nobody waits
    for the plan."""
    if not solution.unserved:
        return solution
    before = {route.vehicle: route.stops for route in solution.routes}
    musts_first = sorted(solution.unserved, key=lambda s: problem.stops[s].penalty is not None)
    better = solution
    for s in musts_first:
        if cancelled():
            break
        orders = inserted(problem, before, [s])
        found = solution_of(
            problem,
            orders,
            engine=solution.engine,
            seconds=solution.seconds,
            first_feasible_seconds=solution.first_feasible_seconds,
        )
        if found and rank(problem, found) < rank(problem, better):
            better, before = found, orders
    return better


def _explained(problem: Problem, solution: Solution) -> Solution:
    """Each unserved stop with its cause: no place left for it, or a place that costs too much."""
    orders = {route.vehicle: route.stops for route in solution.routes}
    causes: dict[int, str] = {}
    for s in solution.unserved:
        fits = any(s in stops for stops in inserted(problem, orders, [s]).values())
        causes[s] = Cause.DEARER_THAN_PENALTY if fits else Cause.NO_ROOM_LEFT
    return replace(solution, causes=causes)
