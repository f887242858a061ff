"""``python -m tests.bench.routing [--seconds S] [--seeds N] [FILE …]``: the engines side by side.

Without files: days drawn at random on a square of 40 km, in two-hour windows or the whole day. Each
engine has one core and the same time, one after another in one run. What is printed is the mean
over the seeds: the gap to the best known where the file has a ``.sol`` beside it, else the cost in
parts of PyVRP's. A plan that breaks a rule or leaves a must out counts as none.
"""

import argparse
import sys
from dataclasses import replace
from pathlib import Path
from statistics import mean

import numpy as np
from rich.console import Console
from rich.progress import track

from logistics.routing.budget import Budget
from logistics.routing.check import violations
from logistics.routing.instance import Instance
from logistics.routing.problem import Load, Problem, Stop, Vehicle
from logistics.routing.readers import read
from logistics.routing.ruin_recreate import prepare
from logistics.routing.solver import solver

say = Console(highlight=False, width=120).print

ENGINES = ("ruin_recreate", "pyvrp", "ortools")
SIZES = (100, 250, 500, 1_000)
SIDE_M = 40_000
METRES_PER_SECOND = 8
HOUR = 3_600


def main() -> int:
    parser = argparse.ArgumentParser(description="The engines side by side.")
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE")
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--engines", nargs="+", default=ENGINES)
    args = parser.parse_args()
    prepare()
    cases = [(read(path), _best_known(path)) for path in args.files] or [
        (drawn(size), None) for size in SIZES
    ]
    for instance, best_known in cases:
        costs = {
            engine: _costs(instance.problem, engine, args.seconds, args.seeds)
            for engine in args.engines
        }
        reference = best_known or mean(costs.get("pyvrp", []) or costs[args.engines[0]])
        shown = ", ".join(_shown(engine, found, reference) for engine, found in costs.items())
        against = "the best known" if best_known else "PyVRP"
        say(f"{instance.name} ({len(instance.problem.stops)} stops, {against}): {shown}")
    return 0


def drawn(size: int, seed: int = 1) -> Instance:
    """A day of boxes and bundles: half of the doors in two-hour windows, vans of 60 boxes."""
    chance = np.random.default_rng(seed)
    places = chance.integers(0, SIDE_M, (size + 1, 2))
    metres = np.hypot(*(places[:, None] - places[None]).transpose(2, 0, 1)).round().astype(int)
    van = Vehicle("", 0, 0, Load(600_000), earliest=8 * HOUR, latest=20 * HOUR)
    stops = []
    for s in range(1, size + 1):
        opens = int(chance.integers(9, 17)) * HOUR
        timed = chance.random() < 0.5
        stops.append(
            Stop(
                name=str(s),
                location=s,
                deliver=Load(int(chance.integers(4_000, 16_000))),
                earliest=opens if timed else 8 * HOUR,
                latest=opens + 2 * HOUR if timed else 20 * HOUR,
                service_seconds=240,
            )
        )
    vans = [replace(van, name=f"van {v + 1}") for v in range(max(4, size // 15))]
    return Instance("drawn", Problem(stops, vans, metres // METRES_PER_SECOND, metres))


def _best_known(path: Path) -> float | None:
    """In our cost units, from the last line of the ``.sol``: ``Cost 12345``."""
    solution = path.with_suffix(".sol")
    if not solution.exists():
        return None
    cost = float(solution.read_text().split()[-1])
    return cost * read(path).cost_unit


def _costs(problem: Problem, engine: str, seconds: float, seeds: int) -> list[int]:
    found = []
    for seed in track(range(seeds), engine, transient=True):
        plan = solver(engine).solve(problem, Budget(seconds), seed=seed)
        if not violations(problem, plan):
            found.append(plan.cost)
    return found


def _shown(engine: str, costs: list[int], reference: float) -> str:
    if not costs:
        return f"{engine} none"
    return f"{engine} {100 * (mean(costs) / reference - 1):+.2f} %"


if __name__ == "__main__":
    sys.exit(main())
