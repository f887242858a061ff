"""Several engines on one day, each with a share of the time; the best plan wins."""

from dataclasses import replace

from logistics.routing.budget import Budget
from logistics.routing.problem import Problem
from logistics.routing.solution import OnProgress, Solution

# More stops are searched in parts from the beginning, and not by one thread.
LARGE = 1_500


def in_parts(problem: Problem) -> bool:
    return len(problem.stops) > LARGE


class Portfolio:
    """Ruin and recreate, its routes recombined by CP-SAT; large days in parts. Progress says who
    found what."""

    name = "portfolio"

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
        # The compiler is loaded when it is first used.
        from logistics.routing.portfolio.turns import taken

        return replace(taken(problem, budget, seed, on_progress), engine=self.name)
