"""Which runs answer which question."""

from collections.abc import Sequence
from dataclasses import dataclass

from tests.bench.routing.cases import Case, drawn
from tests.bench.routing.engines import (
    OURS,
    PYVRP,
    SAME_UNTIL_THE_END,
    VROOM,
    WITH_THREADS,
    WITHOUT_SEED,
)
from tests.bench.routing.goals import GIANT_SECONDS, class_of
from tests.bench.routing.runs import Run

PARTS = ("gaps", "giant", "growth", "rich", "compile", "explain")
GAP_SIZES = (100, 250, 500, 1_000)
GIANT_SIZE = 5_000
GROWTH_SIZES = (1_000, 2_000, 5_000, 10_000, 20_000)
GROWTH_SECONDS_A_STOP = 0.02
RULES_SIZES = (250, 500)
RULES_SECONDS = 30.0
COMPILE_STOPS = 100
FULL_PROBLEMS = 200
# In a quick run: this part of every time, two seeds, and nothing that takes minutes anyway.
QUICK_PACE, QUICK_SEEDS = 0.1, 2
QUICK_GROWTH, QUICK_VROOM = 5_000, 100
# What a run takes beside its time: a process, the case, the judge.
OVERHEAD_SECONDS, OVERHEAD_A_STOP = 2.0, 0.002
# VROOM's own time, roughly; the larger part of it is not ours to choose.
VROOM_SECONDS_A_SQUARED_STOP = 0.0007


@dataclass(frozen=True)
class Settings:
    """``pace``: of each goal's own time so much is given; ``cores``: to each run."""

    parts: Sequence[str]
    cases: Sequence[Case]
    engines: Sequence[str]
    seeds: int
    pace: float
    quick: bool
    cores: int = 1

    @property
    def giant(self) -> Case:
        return drawn(GIANT_SIZE)

    @property
    def growth(self) -> list[tuple[Case, float]]:
        most = QUICK_GROWTH if self.quick else max(GROWTH_SIZES)
        pace = GROWTH_SECONDS_A_STOP * self.pace
        return [(drawn(size), size * pace) for size in GROWTH_SIZES if size <= most]

    @property
    def ruled(self) -> list[tuple[Case, Case]]:
        return [(drawn(size), drawn(size, rules=True)) for size in RULES_SIZES]


def runs(settings: Settings) -> list[Run]:
    """Each once, though several parts may ask for it; the longest first, so that none is left
    alone at the end."""
    found: list[Run] = []
    if "gaps" in settings.parts:
        found += [run for case in settings.cases for run in _gap_runs(settings, case)]
    if "giant" in settings.parts:
        seconds = GIANT_SECONDS * settings.pace
        for engine in (OURS, PYVRP):
            found += _seeded(settings, settings.giant, engine, seconds)
    if "growth" in settings.parts:
        found += [Run(case, OURS, seconds, 0, settings.cores) for case, seconds in settings.growth]
    if "rich" in settings.parts:
        for case in (case for pair in settings.ruled for case in pair):
            found += _seeded(settings, case, OURS, RULES_SECONDS * settings.pace)
    if "compile" in settings.parts:
        found.append(Run(drawn(COMPILE_STOPS), OURS, 1.0))
    return sorted(dict.fromkeys(found), key=expected_seconds, reverse=True)


def _gap_runs(settings: Settings, case: Case) -> list[Run]:
    """Where what is found on the way does not depend on the end, one run serves all budgets."""
    kind = class_of(case)
    budgets = [seconds * settings.pace for seconds, _ in kind.gaps] if kind else []
    found: list[Run] = []
    for engine in settings.engines if budgets else ():
        if engine == VROOM and settings.quick and case.stops > QUICK_VROOM:
            continue
        once = engine in SAME_UNTIL_THE_END
        for seconds in [max(budgets)] if once else budgets:
            found += _seeded(settings, case, engine, seconds)
    return found


def _seeded(settings: Settings, case: Case, engine: str, seconds: float) -> list[Run]:
    seeds = 1 if engine in WITHOUT_SEED else settings.seeds
    if engine in WITH_THREADS:
        return [Run(case, engine, seconds, seed, settings.cores) for seed in range(seeds)]
    beside = 1 if engine in WITHOUT_SEED else settings.cores
    return [Run(case, engine, seconds, seed) for seed in range(seeds * beside)]


def expected_seconds(run: Run) -> float:
    """Roughly, on its cores."""
    thinking = run.seconds
    if run.engine == VROOM:
        thinking = VROOM_SECONDS_A_SQUARED_STOP * run.case.stops**2
    return thinking + OVERHEAD_SECONDS + OVERHEAD_A_STOP * run.case.stops
