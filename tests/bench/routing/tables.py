"""The figures as tables, for the terminal and for a page in Markdown."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import mean

import rich.table

from tests.bench.routing.cases import Case
from tests.bench.routing.compiling import Compiling
from tests.bench.routing.engines import OURS, PYVRP, VROOM
from tests.bench.routing.explaining import Explaining
from tests.bench.routing.goals import GIANT_SECONDS, Verdict, class_of, exponent
from tests.bench.routing.plan import RULES_SECONDS, Settings
from tests.bench.routing.results import Results
from tests.bench.routing.runs import Run

NONE = "–"
# Below this it is said that the figures come from a busy machine.
WHOLE_CORE = 0.95
# By so much a run may exceed its time unremarked.
OVERRUN, OVERRUN_SECONDS = 1.02, 0.5


@dataclass(frozen=True)
class Table:
    """The first column is text, the others are figures. ``note`` comes below."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    note: str = ""

    def for_terminal(self) -> rich.table.Table:
        shown = rich.table.Table(
            title=self.title, title_justify="left", caption=self.note, caption_justify="left"
        )
        for number, column in enumerate(self.columns):
            shown.add_column(column, justify="right" if number else "left")
        for row in self.rows:
            shown.add_row(*row)
        return shown

    def markdown(self) -> str:
        lines = [f"### {self.title}", ""]
        lines += ["| " + " | ".join(self.columns) + " |"]
        lines += ["|" + "|".join("---:" if n else "---" for n in range(len(self.columns))) + "|"]
        lines += ["| " + " | ".join(row) + " |" for row in self.rows]
        return "\n".join([*lines, *(["", self.note] if self.note else [])])


def gaps(results: Results, settings: Settings) -> list[Table]:
    """One table against best known costs, one against the cheapest plan of these runs."""
    known = [case for case in settings.cases if case.best_known is not None]
    unknown = [case for case in settings.cases if case.best_known is None]
    found = []
    if known:
        found.append(_gaps("Gap to the best known cost", known, results, settings))
    if unknown:
        title = "Gap to the cheapest plan of these runs (no best known cost)"
        found.append(_gaps(title, unknown, results, settings))
    return found


def _gaps(title: str, cases: Sequence[Case], results: Results, settings: Settings) -> Table:
    engines = list(settings.engines)
    rows = [
        [
            case.name,
            f"{case.stops:,}",
            f"{seconds * settings.pace:g} s",
            *(_gap(results, case, engine, seconds * settings.pace) for engine in engines),
            _seconds(results.first_feasible(case, OURS, seconds * settings.pace)),
        ]
        for case in cases
        if (kind := class_of(case))
        for seconds, _ in kind.gaps
    ]
    columns = ["instance", "stops", "time", *engines, f"first plan of {OURS}"]
    outside = [case.name for case in cases if class_of(case) is None]
    skipped = [f"No goal for the size of {', '.join(outside)}: not run."] if outside else []
    return Table(
        title, columns, rows, " ".join([*_remarks(results, cases, settings.engines), *skipped])
    )


def _gap(results: Results, case: Case, engine: str, seconds: float) -> str:
    gap = results.gap(case, engine, seconds)
    if gap is None:
        return NONE
    shown = f"{gap:.2%}"
    if engine == VROOM:
        took = mean(outcome.seconds for outcome in results.of(case, VROOM, seconds))
        shown += f" ({took:.0f} s)"
    return shown


def _remarks(results: Results, cases: Sequence[Case], engines: Sequence[str]) -> list[str]:
    """What went wrong or took too long, in one sentence for each case and engine."""
    found = []
    for case in cases:
        for engine in engines:
            ran = [o for o in results.outcomes if (o.run.case, o.run.engine) == (case, engine)]
            whys = sorted({outcome.why for outcome in ran if outcome.why})
            late = [o for o in ran if engine != VROOM and o.seconds > _latest(o.run)]
            if late:
                worst = max(late, key=lambda o: o.seconds / o.run.seconds)
                whys.append(f"took {worst.seconds:.1f} s of {worst.run.seconds:g} s")
            if whys:
                found.append(f"{case.name}, {engine}: {', '.join(whys)}.")
    return found


def _latest(run: Run) -> float:
    return run.seconds * OVERRUN + OVERRUN_SECONDS


def giant(results: Results, settings: Settings) -> Table:
    case, seconds = settings.giant, GIANT_SECONDS * settings.pace
    rows = []
    for engine in (OURS, PYVRP):
        cost = results.cost(case, engine, seconds)
        first = results.first_feasible(case, engine, seconds)
        shown = NONE if cost is None else f"{cost:,.0f} s"
        rows.append([engine, f"{seconds:g} s", shown, _seconds(first)])
    return Table(
        f"{case.name}: driving time, mean of {settings.seeds} seeds",
        ["engine", "time", "cost", "first plan"],
        rows,
        " ".join(_remarks(results, [case], [OURS, PYVRP])),
    )


def growth_costs(results: Results, settings: Settings) -> list[tuple[int, float | None]]:
    return [(case.stops, _seed_zero(results, case, s)) for case, s in settings.growth]


def _seed_zero(results: Results, case: Case, seconds: float) -> float | None:
    """Other parts may have run more seeds of the same."""
    return next((o.cost for o in results.of(case, OURS, seconds) if o.run.seed == 0), None)


def growth(results: Results, settings: Settings) -> Table:
    costs = growth_costs(results, settings)
    rows = []
    for (stops, cost), (case, seconds) in zip(costs, settings.growth, strict=True):
        a_stop = NONE if cost is None else f"{cost / stops:.1f} s"
        first = results.first_feasible(case, OURS, seconds)
        rows.append([f"{stops:,}", f"{seconds:g} s", a_stop, _seconds(first)])
    slope = exponent(costs)
    note = "" if slope is None else f"Cost grows with the size to the power of {slope:.2f}."
    return Table(
        f"Growth of {OURS} at one pace",
        ["stops", "time", "driving a stop", "first plan"],
        rows,
        " ".join([note, *_remarks(results, [case for case, _ in settings.growth], [OURS])]),
    )


def rules(results: Results, settings: Settings) -> Table:
    rows = []
    for plain, ruled in settings.ruled:
        seconds = RULES_SECONDS * settings.pace
        costs = [results.cost(case, OURS, seconds) for case in (plain, ruled)]
        shown = [NONE if cost is None else f"{cost:,.0f} s" for cost in costs]
        ratio = rules_ratio(results, plain, ruled, seconds)
        rows.append(
            [plain.name, f"{seconds:g} s", *shown, NONE if ratio is None else f"{ratio - 1:+.2%}"]
        )
    return Table(
        "Rules that never bind, switched on",
        ["instance", "time", "without", "with", "dearer by"],
        rows,
        " ".join(_remarks(results, [ruled for _, ruled in settings.ruled], [OURS])),
    )


def rules_ratio(results: Results, plain: Case, ruled: Case, seconds: float) -> float | None:
    """Without end where there is a plan only without rules."""
    without, with_rules = (results.cost(case, OURS, seconds) for case in (plain, ruled))
    if not without:
        return None
    return math.inf if with_rules is None else with_rules / without


def compiling(found: Compiling, first_when_ready: float | None) -> Table:
    return Table(
        "Compiling, apart from any plan's time",
        ["what", "seconds"],
        [
            ["the first time ever, nothing kept", f"{found.first_ever:.1f}"],
            ["loading what was kept", f"{found.loaded:.2f}"],
            ["then the first plan for 100 stops", _seconds(first_when_ready)],
            ["the same by `mall solve`, start of its child included", _seconds(found.in_a_child)],
        ],
    )


def explaining(found: Explaining) -> Table:
    return Table(
        "Explained: stops left out of days too full",
        ["problems", "stops left out", "without a single fix", "fixes", "of which fail"],
        [
            [
                f"{found.problems:,}",
                f"{found.stops:,}",
                f"{found.without_fix:,}",
                f"{found.fixes:,}",
                f"{found.failures:,}",
            ]
        ],
    )


def goals(verdicts: Sequence[Verdict], share_of_core: float) -> Table:
    words = {True: "yes", False: "NO", None: NONE}
    shared = f"Other work was on the cores: the runs had {share_of_core:.0%} of their time."
    return Table(
        "Goals",
        ["goal", "target", "measured", "met"],
        [[v.goal, v.target, v.measured, words[v.met]] for v in verdicts],
        shared if share_of_core < WHOLE_CORE else "",
    )


def _seconds(value: float | None) -> str:
    return NONE if value is None else f"{value:.2f} s"
