"""A day searched as one, by as many searches as there are threads."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial

from logistics.routing.budget import Budget
from logistics.routing.found import Best, Found
from logistics.routing.portfolio.mixing import Mixer
from logistics.routing.portfolio.part import part_of
from logistics.routing.portfolio.pool import Pool
from logistics.routing.portfolio.sampling import cooled
from logistics.routing.problem import Problem
from logistics.routing.ruin_recreate.engine import NAME, Cooling, Run


class Whole:
    """All begin with the same plan, and go on from what is made of the routes of all."""

    def __init__(self, problem: Problem, seed: int, threads: int) -> None:
        self.part = part_of(problem, range(len(problem.stops)), range(len(problem.vehicles)))
        self.threads = threads
        self.runs = [Run(self.part.problem, seed)]
        self.mixer = Mixer(self.runs[0], Pool(), seed) if Mixer.knows(problem) else None

    def construct(self, best: Best) -> None:
        self.runs[0].construct()
        self._offer(best, self.runs[0])

    def current(self) -> Found:
        return self.part.outside(self.runs[0].current())

    def cool(self, budget: Budget, since: float, until: float, best: Best) -> None:
        first = self.runs[0]
        while len(self.runs) < self.threads:
            self.runs.append(self.runs[-1].beside(first.current()))
        pools = [Pool() if self.mixer else None for _ in self.runs]
        coolings = [Cooling(budget, since, until) for _ in self.runs]
        with ThreadPoolExecutor(self.threads) as beside:
            others = beside.map(cooled, self.runs[1:], coolings[1:], pools[1:])
            # Whoever listens is called by the thread that called, and hears of one search.
            cooled(first, coolings[0], pools[0], partial(self._tell, best, first))
            list(others)
        for run, pool in zip(self.runs, pools, strict=True):
            self._offer(best, run)
            if self.mixer and pool:
                self.mixer.pool.add_all(pool)

    def mix(self, start: Found, budget: Budget) -> Found | None:
        found = self.mixer.mixed(self.part.inside(start), budget) if self.mixer else None
        return self.part.outside(found) if found else None

    def go_on_from(self, found: Found) -> None:
        inside = self.part.inside(found)
        self.runs = [run.beside(inside) for run in self.runs]

    def _tell(self, best: Best, run: Run) -> None:
        if best.may_be_told():
            self._offer(best, run)

    def _offer(self, best: Best, run: Run) -> None:
        if best.beaten_by(run.rank):
            best.offer(self.part.outside(run.best()), NAME)
