"""A day searched as one."""

from logistics.routing.budget import Budget
from logistics.routing.found import Best, Found
from logistics.routing.portfolio.mixing import Mixer
from logistics.routing.portfolio.pool import Pool
from logistics.routing.portfolio.sampling import cooled
from logistics.routing.problem import Problem
from logistics.routing.ruin_recreate.engine import Cooling, Run


class Whole:
    def __init__(self, problem: Problem, seed: int) -> None:
        self.run = Run(problem, seed)
        self.mixer = Mixer(self.run, Pool(), seed) if Mixer.knows(problem) else None

    def construct(self, best: Best) -> None:
        self.run.construct()
        self.run.offer(best)

    def cool(self, budget: Budget, since: float, until: float, best: Best) -> None:
        pool = self.mixer.pool if self.mixer else None
        cooling = Cooling(budget, since, until)
        cooled(self.run, cooling, pool, lambda: self.run.offer(best, at_once=False))
        self.run.offer(best)

    def mix(self, start: Found, budget: Budget) -> Found | None:
        return self.mixer.mixed(start, budget) if self.mixer else None

    def go_on_from(self, found: Found) -> None:
        self.run = self.run.beside(found)
