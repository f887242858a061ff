"""PyVRP as a peer: the engine's own translation, but PyVRP's own start.

Our engine begins with a plan made in plain Python, which on thousands of stops takes longer than
PyVRP needs for its own; a peer is measured at its best.
"""

import time
import warnings
from collections.abc import Callable

import pyvrp
from pyvrp.exceptions import PenaltyBoundWarning
from pyvrp.stop import MaxRuntime

from logistics.routing.problem import Problem
from logistics.routing.pyvrp_engine import PyVrp, _Model, _parameters
from logistics.routing.solution import Solution

Tell = Callable[[int], None]


def handles(problem: Problem) -> bool:
    return PyVrp().handles(problem)


def solved(problem: Problem, seconds: float, seed: int, tell: Tell) -> Solution | None:
    """Stops are all musts. ``tell`` hears the cost of each better plan; None where there is none
    that can be driven."""
    begun = time.monotonic()

    def better(plan: pyvrp.Solution) -> None:
        if plan.is_feasible():
            tell(plan.distance_cost() + plan.fixed_vehicle_cost())

    # A start that leaves nothing out makes every stop required.
    nothing = Solution([], [], 0, PyVrp.name, 0.0, None)
    model = _Model(problem, nothing)
    left = max(0.0, seconds - (time.monotonic() - begun))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PenaltyBoundWarning)
        result = pyvrp.solve(
            model.data,
            MaxRuntime(left),
            seed=seed,
            collect_stats=False,
            params=_parameters(better),
        )
    if not result.best.is_feasible():
        return None
    return model._solution(result.best, time.monotonic() - begun)
