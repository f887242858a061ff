"""The figures as pictures."""

from pathlib import Path

from tests.bench.routing.cases import Case
from tests.bench.routing.engines import OURS
from tests.bench.routing.goals import CLASSES, class_of
from tests.bench.routing.plan import Settings
from tests.bench.routing.plots import Axis, Plot, Series
from tests.bench.routing.results import Results
from tests.bench.routing.tables import growth_costs

# Engines stand side by side within their class.
APART = 0.16
# Percent. What is far above ours would press ours flat.
LEAST_CEILING, TIMES_OURS = 10.0, 4.0


def save(results: Results, settings: Settings, folder: Path) -> None:
    if "gaps" in settings.parts and settings.cases:
        gaps(results, settings).save(folder / "gaps.svg")
        largest = max(settings.cases, key=lambda case: (case.best_known is not None, case.stops))
        progress(results, settings, largest).save(folder / "progress.svg")
    elif "giant" in settings.parts:
        progress(results, settings, settings.giant).save(folder / "progress.svg")
    if "growth" in settings.parts:
        growth(results, settings).save(folder / "growth.svg")


def gaps(results: Results, settings: Settings) -> Plot:
    """At the longest time of each class; a mark for each instance."""
    middle = (len(settings.engines) - 1) / 2
    series = []
    for number, engine in enumerate(settings.engines):
        points = []
        for case in settings.cases:
            kind = class_of(case)
            gap = results.gap(case, engine, kind.longest * settings.pace) if kind else None
            if kind and gap is not None:
                place = CLASSES.index(kind) + (number - middle) * APART
                points.append((place, 100 * gap))
        series.append(Series(engine, points, look=number))
    ours = max((gap for _, gap in series[0].points), default=0.0)
    names = [f"{kind.name}, {kind.longest * settings.pace:g} s" for kind in CLASSES]
    known = all(case.best_known is not None for case in settings.cases)
    return Plot(
        "Gap by engine and size, mean over the seeds",
        Axis("a mark for each instance", names=names),
        _gap_axis("best known cost" if known else "cheapest plan", ours),
        series,
        [(n - 0.4, n + 0.4, 100 * kind.gaps[-1][1]) for n, kind in enumerate(CLASSES) if known],
    )


def _gap_axis(reference: str, ours: float) -> Axis:
    ceiling = max(LEAST_CEILING, TIMES_OURS * ours)
    return Axis(f"above the {reference}", "%", floor=0.0, ceiling=ceiling)


def progress(results: Results, settings: Settings, case: Case) -> Plot:
    """Of the first seed with the most time."""
    series, best = [], results.best(case) or 1
    for number, engine in enumerate(settings.engines):
        tried = [o for o in results.outcomes if o.run.case == case and o.run.engine == engine]
        longest = max(tried, key=lambda o: (o.run.seconds, -o.run.seed), default=None)
        if longest and longest.cost is not None:
            told = [*longest.moments, (longest.seconds, longest.cost)]
            points = [(at, 100 * (cost / best - 1)) for at, cost in told]
            series.append(Series(engine, points, joined="steps", look=number))
    ours = next((one.points[-1][1] for one in series if one.name == OURS), 0.0)
    return Plot(
        f"Cost over time: {case.name}",
        Axis("seconds", floor=0.0),
        _gap_axis("best known cost" if case.best_known else "cheapest plan", ours),
        series,
    )


def growth(results: Results, settings: Settings) -> Plot:
    costs = [(stops, cost) for stops, cost in growth_costs(results, settings) if cost is not None]
    pace = settings.growth[0][1] / settings.growth[0][0].stops
    points = [(float(stops), cost / stops) for stops, cost in costs]
    return Plot(
        f"Driving a stop at {1_000 * pace:g} ms of planning a stop",
        Axis("stops", log=True),
        Axis("seconds of driving a stop", floor=0.0),
        [Series(OURS, points, joined="line")],
    )
