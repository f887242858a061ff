"""What the engine is to reach, and whether it does."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import mean

from tests.bench.routing.cases import Case
from tests.bench.routing.engines import OURS, PYVRP, VROOM
from tests.bench.routing.results import Results

MOST_OF_PYVRP, MOST_OF_VROOM, WORST_OF_PYVRP = 0.995, 0.95, 1.003
GIANT_OF_PYVRP = 0.965
GIANT_SECONDS, GIANT_FIRST_SECONDS, STOPS_A_CORE_MINUTE = 100.0, 3.0, 15_000
MOST_FOR_RULES = 1.01
MOST_GROWTH = 1.02
FIRST_WHEN_READY_SECONDS = 0.25


@dataclass(frozen=True)
class SizeClass:
    """``gaps``: (seconds, the most that the mean gap to the best known may be)."""

    name: str
    least: int
    most: int
    gaps: tuple[tuple[float, float], ...]

    @property
    def longest(self) -> float:
        return max(seconds for seconds, _ in self.gaps)


CLASSES = (
    SizeClass("100–250 stops", 100, 250, ((10.0, 0.006), (30.0, 0.003))),
    SizeClass("300–700 stops", 300, 700, ((30.0, 0.008), (60.0, 0.005))),
    SizeClass("1,000 stops", 1_000, 1_000, ((60.0, 0.015),)),
)


def class_of(case: Case) -> SizeClass | None:
    return next((kind for kind in CLASSES if kind.least <= case.stops <= kind.most), None)


@dataclass(frozen=True)
class Verdict:
    """``met`` is None where nothing was measured."""

    goal: str
    target: str
    measured: str
    met: bool | None


def at_most(goal: str, most: float, value: float | None, shown: str = "{:.3f}") -> Verdict:
    return Verdict(
        goal,
        f"≤ {shown.format(most)}",
        "not measured" if value is None else shown.format(value),
        None if value is None else value <= most,
    )


def gaps(results: Results, cases: Sequence[Case], pace: float) -> list[Verdict]:
    """``pace``: of each goal's own time so much was given."""
    found = []
    for kind in CLASSES:
        known = [c for c in cases if class_of(c) == kind and c.best_known is not None]
        for seconds, most in kind.gaps:
            gap = _mean(results.gap(case, OURS, seconds * pace) for case in known)
            label = f"{kind.name}, {seconds * pace:g} s: mean gap to the best known"
            found.append(at_most(label, most, gap, "{:.2%}"))
    to_pyvrp = [results.ratio(c, PYVRP, s) for c, s in _cells(cases, pace)]
    to_vroom = [results.ratio(c, VROOM, s) for c, s in _cells(cases, pace)]
    worst = max((ratio for ratio in to_pyvrp if ratio is not None), default=None)
    found.append(at_most("mean cost against PyVRP's", MOST_OF_PYVRP, _mean_known(to_pyvrp)))
    found.append(at_most("mean cost against VROOM's", MOST_OF_VROOM, _mean_known(to_vroom)))
    found.append(at_most("the worst instance against PyVRP", WORST_OF_PYVRP, worst))
    return found


def giant(results: Results, case: Case, pace: float) -> list[Verdict]:
    """Ours must be as good as PyVRP at its end in a fraction of the time."""
    seconds = GIANT_SECONDS * pace
    name = f"{case.stops:,} stops"
    aim = results.cost(case, PYVRP, seconds)
    took = None if aim is None else results.to_reach(case, aim, seconds)
    pace_found = None if took is None else case.stops / took * 60
    first = results.first_feasible(case, OURS, seconds)
    never = aim is not None and bool(results.of(case, OURS, seconds)) and took is None
    return [
        at_most(
            f"{name}, {seconds:g} s: cost against PyVRP's",
            GIANT_OF_PYVRP,
            results.ratio(case, PYVRP, seconds),
        ),
        at_most(f"{name}: first feasible plan", GIANT_FIRST_SECONDS, first, "{:.2f} s"),
        Verdict(
            f"stops a core-minute until as cheap as PyVRP after {seconds:g} s",
            f"≥ {STOPS_A_CORE_MINUTE:,}",
            "never as cheap"
            if never
            else "not measured"
            if pace_found is None
            else f"{pace_found:,.0f} (after {took:.1f} s)",
            False if never else None if pace_found is None else pace_found >= STOPS_A_CORE_MINUTE,
        ),
    ]


def growth(costs: Sequence[tuple[int, float | None]]) -> list[Verdict]:
    """``costs`` by number of stops, rising. Linear growth keeps the cost of a stop."""
    known = [(stops, cost / stops) for stops, cost in costs if cost is not None]
    if len(known) < 2 or len(known) < len(costs):
        return [at_most("cost of a stop, the most it rises with the size", MOST_GROWTH, None)]
    rises = [known[i + 1][1] / known[i][1] for i in range(len(known) - 1)]
    label = f"cost of a stop from {known[0][0]:,} to {known[-1][0]:,} stops, largest rise"
    return [at_most(label, MOST_GROWTH, max(rises))]


def exponent(costs: Sequence[tuple[int, float | None]]) -> float | None:
    """The slope through the logarithms of size and cost; 1 is linear growth."""
    known = [(math.log(stops), math.log(cost)) for stops, cost in costs if cost]
    if len(known) < 2:
        return None
    x, y = mean(a for a, _ in known), mean(b for _, b in known)
    return sum((a - x) * (b - y) for a, b in known) / sum((a - x) ** 2 for a, _ in known)


def rules(ratios: Iterable[float | None]) -> list[Verdict]:
    return [at_most("rules that never bind switched on, mean cost", MOST_FOR_RULES, _mean(ratios))]


def compiled(first_when_ready: float | None) -> list[Verdict]:
    """What is compiled or loaded inside the time would come before the first plan."""
    label = "first plan for 100 stops once the engine is loaded"
    return [at_most(label, FIRST_WHEN_READY_SECONDS, first_when_ready, "{:.2f} s")]


def explained(failures: int | None) -> list[Verdict]:
    return [at_most("fixes that do not serve their stop", 0, failures, "{:,}")]


def _cells(cases: Sequence[Case], pace: float) -> list[tuple[Case, float]]:
    return [
        (case, seconds * pace)
        for case in cases
        if (kind := class_of(case))
        for seconds, _ in kind.gaps
    ]


def _mean(values: Iterable[float | None]) -> float | None:
    """None where one is missing: a mean without the bad ones would flatter."""
    listed = list(values)
    known = [value for value in listed if value is not None]
    return mean(known) if known and len(known) == len(listed) else None


def _mean_known(values: Sequence[float | None]) -> float | None:
    return _mean(value for value in values if value is not None)
