"""What a search has found so far, and who is told of it."""

from dataclasses import dataclass, field, replace

from logistics.routing.budget import Budget
from logistics.routing.insertion import Orders
from logistics.routing.problem import Problem
from logistics.routing.schedule import solution_of
from logistics.routing.solution import OnProgress, Progress, Solution

# Between two tales of the same search.
TELL_SECONDS = 0.05


@dataclass(frozen=True)
class Found:
    """Vehicle → stops, and → positions before which it reloads; ``cost`` as a solution's."""

    musts_unserved: int
    cost: int
    orders: Orders
    reloads: dict[int, tuple[int, ...]] = field(default_factory=dict)

    @property
    def rank(self) -> tuple[int, int]:
        return self.musts_unserved, self.cost


class Best:
    """The best plan of one budget, whoever finds it."""

    def __init__(
        self, problem: Problem, budget: Budget, on_progress: OnProgress | None = None
    ) -> None:
        self.problem, self.budget, self.on_progress = problem, budget, on_progress
        self.found: Found | None = None
        self.engine = ""
        self.first_feasible_seconds: float | None = None
        self._told = -TELL_SECONDS

    def beaten_by(self, rank: tuple[int, int]) -> bool:
        return self.found is None or rank < self.found.rank

    def may_be_told(self) -> bool:
        """Whether it is worth taking a plan out of a search again."""
        return self.budget.elapsed() - self._told >= TELL_SECONDS

    def offer(self, found: Found, engine: str) -> bool:
        """Whether it is better than what there was; then the listener hears of it."""
        if not self.beaten_by(found.rank):
            return False
        self.found, self.engine = found, engine
        seconds = self._told = self.budget.elapsed()
        if self.first_feasible_seconds is None and not found.musts_unserved:
            self.first_feasible_seconds = seconds
        if self.on_progress:
            served = sum(map(len, found.orders.values()))
            unserved = len(self.problem.stops) - served
            self.on_progress(
                Progress(
                    found.cost,
                    seconds,
                    unserved,
                    found.musts_unserved,
                    engine,
                    found.orders,
                    found.reloads,
                )
            )
        return True

    def solution(self) -> Solution:
        if self.found is None:
            raise AssertionError("nothing was found")
        solution = solution_of(
            self.problem,
            self.found.orders,
            engine=self.engine,
            seconds=self.budget.elapsed(),
            first_feasible_seconds=None,
            reloads=self.found.reloads,
        )
        if solution is None:
            raise AssertionError("the search's clock and the plain one disagree")
        return replace(solution, first_feasible_seconds=self.first_feasible_seconds)
