"""``python -m tests.bench.routing``: every goal of the route engine, measured.

Without ``--instances`` the days are drawn on real points of Gyeonggi and have no best known cost.
Each run is a process on ``--cores`` cores of its own. OR-Tools and VROOM have no seed and run once;
PyVRP and OR-Tools use one core, and PyVRP's best of as many seeds as there are cores counts.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from logistics.routing.errors import RoutingError
from logistics.routing.ruin_recreate import prepare
from tests.bench.routing import compiling, explaining, goals, pictures, tables
from tests.bench.routing.cases import drawn, in_folder
from tests.bench.routing.engines import OURS, PEERS
from tests.bench.routing.goals import class_of
from tests.bench.routing.plan import (
    COMPILE_STOPS,
    FULL_PROBLEMS,
    GAP_SIZES,
    PARTS,
    QUICK_PACE,
    QUICK_SEEDS,
    QUICK_VROOM,
    RULES_SECONDS,
    Settings,
    expected_seconds,
    runs,
)
from tests.bench.routing.results import Results
from tests.bench.routing.runs import Outcome, all_performed, cores

# For a new cache of compiled code, and for explaining.
COMPILE_SECONDS, EXPLAIN_SECONDS = 45.0, 20.0

console = Console(highlight=False, width=120)
say = console.print


def main(argv: Sequence[str] | None = None) -> int:
    args = _parser().parse_args(argv)
    try:
        cases = list(in_folder(args.instances)) if args.instances else list(map(drawn, GAP_SIZES))
    except RoutingError as error:
        say(f"{args.instances}: {error}")
        return 1
    if not cases:
        say(f"{args.instances}: no instance there")
        return 1
    for case in cases:
        if class_of(case) is None:
            say(f"{case.name}: no goal for {case.stops:,} stops, left out")
    settings = Settings(
        parts=args.part,
        cases=[case for case in cases if class_of(case)],
        engines=[OURS, *(engine for engine in PEERS if engine in args.engines)],
        seeds=args.seeds or (QUICK_SEEDS if args.quick else 5),
        pace=QUICK_PACE if args.quick else 1.0,
        quick=args.quick,
        cores=args.cores,
    )
    jobs = min(args.jobs * args.cores, len(cores()))
    if jobs < args.cores:
        say(f"only {jobs} cores here")
        return 1
    prepare()
    _announce(settings, jobs)
    try:
        measured = _measured(settings, jobs)
    except KeyboardInterrupt:
        say("stopped, nothing kept")
        return 130
    for table in measured.tables:
        say()
        say(table.for_terminal())
    if args.out:
        _write(measured, settings, args.out)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.routing", description=__doc__)
    parser.add_argument("--instances", type=Path, metavar="DIR", help="files with best knowns")
    parser.add_argument("--part", nargs="+", choices=PARTS, default=list(PARTS))
    parser.add_argument("--engines", nargs="*", choices=PEERS, default=list(PEERS))
    parser.add_argument("--seeds", type=int, help="5, or 2 when quick")
    parser.add_argument("--jobs", type=int, default=1, help="runs at the same time")
    parser.add_argument("--cores", type=int, default=1, help="of each run")
    parser.add_argument("--quick", action="store_true", help="a tenth of every time")
    parser.add_argument("--out", type=Path, metavar="DIR", help="results.json, tables.md, *.svg")
    return parser


def _announce(settings: Settings, jobs: int) -> None:
    if settings.quick:
        say(
            f"Quick: {QUICK_PACE:g} of every time and {settings.seeds} seeds, VROOM up to "
            f"{QUICK_VROOM} stops. The goals are for the full time."
        )
    seconds = sum(expected_seconds(run) * run.cores for run in runs(settings)) / jobs
    seconds += COMPILE_SECONDS * ("compile" in settings.parts)
    seconds += EXPLAIN_SECONDS * ("explain" in settings.parts)
    say(f"About {max(1, round(seconds / 60))} min, on {jobs} cores, {settings.cores} for each run.")


class Measured:
    """What is shown and kept."""

    def __init__(self) -> None:
        self.results = Results()
        self.tables: list[tables.Table] = []
        self.verdicts: list[goals.Verdict] = []


def _measured(settings: Settings, jobs: int) -> Measured:
    found = Measured()
    found.results.cores = settings.cores
    found.results.outcomes = _outcomes(settings, jobs)
    results, pace = found.results, settings.pace
    if "gaps" in settings.parts:
        found.tables += tables.gaps(results, settings)
        found.verdicts += goals.gaps(results, settings.cases, pace)
    if "giant" in settings.parts:
        found.tables.append(tables.giant(results, settings))
        found.verdicts += goals.giant(results, settings.giant, pace)
    if "growth" in settings.parts:
        found.tables.append(tables.growth(results, settings))
        found.verdicts += goals.growth(tables.growth_costs(results, settings))
    if "rich" in settings.parts:
        found.tables.append(tables.rules(results, settings))
        seconds = RULES_SECONDS * pace
        found.verdicts += goals.rules(
            tables.rules_ratio(results, *pair, seconds) for pair in settings.ruled
        )
    if "compile" in settings.parts:
        case = drawn(COMPILE_STOPS)
        first = results.first_feasible(case, OURS, 1.0)
        with console.status("compiling anew"):
            found.tables.append(tables.compiling(compiling.measured(case), first))
        found.verdicts += goals.compiled(first)
    if "explain" in settings.parts:
        with console.status(f"explaining {FULL_PROBLEMS} days too full"):
            explained = explaining.counted(FULL_PROBLEMS)
        found.tables.append(tables.explaining(explained))
        found.verdicts += goals.explained(explained.failures)
    found.tables.append(tables.goals(found.verdicts, results.share_of_core))
    return found


def _outcomes(settings: Settings, jobs: int) -> list[Outcome]:
    planned = runs(settings)
    columns = TextColumn("{task.description:<44}"), BarColumn(), TimeElapsedColumn()
    found = []
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=sum(map(expected_seconds, planned)) or 1)

        def begin(run: object) -> None:
            bar.update(task, description=str(run))

        for outcome in all_performed(planned, jobs, begin):
            found.append(outcome)
            bar.advance(task, expected_seconds(outcome.run))
    return found


def _write(measured: Measured, settings: Settings, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    kept = {
        "quick": settings.quick,
        "seeds": settings.seeds,
        "runs": [_row(measured.results, outcome) for outcome in measured.results.outcomes],
        "goals": [vars(verdict) for verdict in measured.verdicts],
    }
    (folder / "results.json").write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n")
    pages = "\n\n".join(table.markdown() for table in measured.tables)
    (folder / "tables.md").write_text(pages + "\n", encoding="utf-8")
    pictures.save(measured.results, settings, folder)
    say(f"{folder}: results.json, tables.md, {', '.join(p.name for p in folder.glob('*.svg'))}")


def _row(results: Results, outcome: Outcome) -> dict[str, object]:
    run, best = outcome.run, results.best(outcome.run.case)
    return {
        "instance": run.case.name,
        "stops": run.case.stops,
        "engine": run.engine,
        "seed": run.seed,
        "time": run.seconds,
        "seconds": round(outcome.seconds, 3),
        "cpu_seconds": round(outcome.cpu_seconds, 3),
        "cost": outcome.cost,
        "gap": outcome.cost / best - 1 if outcome.cost and best else None,
        "first_feasible": outcome.first_feasible,
        "why": outcome.why,
        "moments": outcome.moments,
    }


if __name__ == "__main__":
    sys.exit(main())
