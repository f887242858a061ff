"""Ours and its peers, called alike."""

from collections.abc import Callable

import numpy as np

from logistics.routing.problem import Load, Problem, Stop, Vehicle
from logistics.routing.schedule import solution_of
from logistics.routing.solution import Progress, Solution
from logistics.routing.solver import DEFAULT_ENGINE, solve
from tests.bench.routing import pyvrp_alone, vroom

OURS, PYVRP, ORTOOLS, VROOM = DEFAULT_ENGINE, "pyvrp", "ortools", "vroom"
PEERS = (PYVRP, ORTOOLS, VROOM)
# OR-Tools anneals by the clock, so each budget is a run; VROOM and PyVRP do not know their end.
WITHOUT_SEED = (ORTOOLS, VROOM)
SAME_UNTIL_THE_END = (PYVRP, VROOM)
# Who makes use of more cores by itself. Of the others with a seed, so many seeds are run, each on a
# core, and the best counts.
WITH_THREADS = (OURS, VROOM)

Tell = Callable[[int], None]


def refusal(engine: str, problem: Problem) -> str:
    """Why the engine cannot plan this at all; "" where it can."""
    if engine == PYVRP:
        return "" if pyvrp_alone.handles(problem) else "does not know a rule of this"
    if engine != VROOM:
        return ""
    if not vroom.installed():
        return "not installed"
    rule = vroom.unsaid(problem)
    return f"is not told {rule}" if rule else ""


def load(engine: str) -> None:
    """What an engine imports or compiles at its first plan."""
    nowhere = np.zeros((1, 1), np.int32)
    tiny = Problem([Stop("", 0)], [Vehicle("", 0, 0, Load())], nowhere, nowhere)
    if engine in (OURS, ORTOOLS):
        solve(tiny, engine=engine, iterations=1)
    else:
        planned(engine, tiny, 0.01, 0, lambda cost: None)


def planned(
    engine: str, problem: Problem, seconds: float, seed: int, tell: Tell, threads: int = 1
) -> Solution | None:
    """The engine's plan, or None where it cannot be driven. ``tell`` hears the cost of each better
    one that leaves no must out; VROOM tells nothing and takes its own time."""
    if engine == PYVRP:
        return pyvrp_alone.solved(problem, seconds, seed, tell)
    if engine == VROOM:
        orders = vroom.ready(problem, threads)()
        return solution_of(problem, orders, engine=VROOM, seconds=0.0, first_feasible_seconds=None)

    def better(said: Progress) -> None:
        if not said.musts_unserved:
            tell(said.cost)

    return solve(
        problem, engine=engine, seconds=seconds, seed=seed, on_progress=better, threads=threads
    )
