"""The compiled engine: ruin and recreate. The compiler is loaded when it is first used."""

import os

import numpy as np

from logistics.routing.budget import Budget
from logistics.routing.problem import Load, Problem, Stop, Vehicle
from logistics.routing.solution import OnProgress, Solution

# Numba reads it when it is loaded. Its highest level takes half as long again to compile, for
# nothing that could be measured.
os.environ.setdefault("NUMBA_OPT", "1")


class RuinRecreate:
    name = "ruin_recreate"

    def handles(self, problem: Problem) -> bool:
        return True

    def solve(
        self,
        problem: Problem,
        budget: Budget,
        *,
        seed: int,
        on_progress: OnProgress | None = None,
    ) -> Solution:
        from logistics.routing.ruin_recreate.engine import solved

        return solved(problem, budget, seed, on_progress)


def prepare() -> None:
    """Compiles the engine, or loads what was compiled before: half a minute once, then a moment."""
    nowhere = np.zeros((1, 1), np.int32)
    stop, van = Stop("", 0, deliver=Load(1)), Vehicle("", 0, 0, Load(1))
    problem = Problem([stop], [van], nowhere, nowhere)
    RuinRecreate().solve(problem, Budget(iterations=1), seed=0)
