"""The door of the engine: every engine answers to ``Solver``; ``solve`` screens, plans and checks."""

from typing import Protocol

from logistics.routing.problem import Problem
from logistics.routing.solution import OnProgress, Solution


class Solver(Protocol):
    """Plans a screened problem. Stops at ``seconds`` or after ``iterations``, whichever is first;
    with ``iterations`` alone, the same seed gives the same plan."""

    name: str

    def solve(
        self,
        problem: Problem,
        *,
        seconds: float | None,
        iterations: int | None,
        seed: int,
        on_progress: OnProgress | None = None,
    ) -> Solution: ...
