"""What came of all runs, and the few figures that every table and goal is made of."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from statistics import mean

from tests.bench.routing.cases import Case
from tests.bench.routing.engines import OURS, WITH_THREADS
from tests.bench.routing.runs import Outcome


@dataclass
class Results:
    """``cores`` are each run's: of an engine that uses one, the best of so many seeds counts."""

    outcomes: list[Outcome] = field(default_factory=list)
    cores: int = 1

    def of(self, case: Case, engine: str, seconds: float) -> list[Outcome]:
        """Of the runs long enough the shortest, in the order of their seeds."""
        long_enough = [
            outcome
            for outcome in self.outcomes
            if outcome.run.case == case
            and outcome.run.engine == engine
            and outcome.run.seconds >= seconds
        ]
        shortest = min((outcome.run.seconds for outcome in long_enough), default=0.0)
        found = [outcome for outcome in long_enough if outcome.run.seconds == shortest]
        return sorted(found, key=lambda outcome: outcome.run.seed)

    def cost(self, case: Case, engine: str, seconds: float) -> float | None:
        """The mean over the seeds; None where one of them had no plan by then, or none ran."""
        known = _all_known(outcome.cost_at(seconds) for outcome in self.of(case, engine, seconds))
        beside = 1 if engine in WITH_THREADS else self.cores
        best = [min(known[i : i + beside]) for i in range(0, len(known), beside)]
        return mean(best) if best else None

    def best(self, case: Case) -> int | None:
        """The best known cost; where nobody knows one, the cheapest plan of these runs."""
        if case.best_known is not None:
            return case.best_known
        costs = [outcome.cost for outcome in self.outcomes if outcome.run.case == case]
        return min((cost for cost in costs if cost is not None), default=None)

    def gap(self, case: Case, engine: str, seconds: float) -> float | None:
        """By how much the mean is above ``best``; 0.01 is 1 %."""
        cost, best = self.cost(case, engine, seconds), self.best(case)
        return None if cost is None or not best else cost / best - 1

    def ratio(self, case: Case, to: str, seconds: float) -> float | None:
        """Our mean cost over another engine's; without end where only we have no plan."""
        ours, other = self.cost(case, OURS, seconds), self.cost(case, to, seconds)
        if not other:
            return None
        return math.inf if ours is None else ours / other

    def first_feasible(self, case: Case, engine: str, seconds: float) -> float | None:
        """The slowest seed's."""
        moments = [outcome.first_feasible for outcome in self.of(case, engine, seconds)]
        return max(known) if (known := _all_known(moments)) else None

    @property
    def share_of_core(self) -> float:
        """Of the time that the runs had, how much of it they were let work."""
        given = sum(outcome.seconds * outcome.run.cores for outcome in self.outcomes)
        return sum(outcome.cpu_seconds for outcome in self.outcomes) / given if given else 1.0

    def to_reach(self, case: Case, cost: float, seconds: float) -> float | None:
        """How long ours took to be as cheap, the mean over the seeds; None where one never was."""
        moments = [outcome.reached(cost) for outcome in self.of(case, OURS, seconds)]
        return mean(known) if (known := _all_known(moments)) else None


def _all_known(values: Iterable[float | None]) -> list[float]:
    """The values, or none of them where one is missing."""
    listed = list(values)
    known = [value for value in listed if value is not None]
    return known if len(known) == len(listed) else []
