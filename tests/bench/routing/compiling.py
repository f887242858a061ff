"""How long the compiler takes: the first time ever, and to load what it kept."""

import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass

from logistics.routing.processes import solve_in_processes
from logistics.routing.solver import DEFAULT_ENGINE
from tests.bench.routing.cases import Case

_COMPILE = "from logistics.routing.ruin_recreate.ahead import compile_ahead as ready"
_LOAD = "from logistics.routing.ruin_recreate import prepare as ready"
# Seconds from a running interpreter to an engine that is ready.
_TIMED = """
import time
begun = time.perf_counter()
{}
if __name__ == "__main__":
    ready()
    print(time.perf_counter() - begun)
"""
# Long enough for a busy machine to start a process and load the engine.
_CHILD_SECONDS = 5.0


@dataclass(frozen=True)
class Compiling:
    """``in_a_child``: the first plan of `mall solve`, whose clock also counts the start of the
    process and loading the engine there."""

    first_ever: float
    loaded: float
    in_a_child: float | None


def measured(case: Case) -> Compiling:
    with tempfile.TemporaryDirectory() as folder:
        first_ever, loaded = _seconds(_COMPILE, folder), _seconds(_LOAD, folder)
    found = solve_in_processes(
        case.load().problem, engine=DEFAULT_ENGINE, seconds=_CHILD_SECONDS, seed=0
    )
    return Compiling(first_ever, loaded, found.first_feasible_seconds)


def _seconds(made: str, cache: str) -> float:
    done = subprocess.run(
        [sys.executable, "-c", _TIMED.format(made)],
        env={**os.environ, "NUMBA_CACHE_DIR": cache},
        check=True,
        capture_output=True,
        text=True,
    )
    return float(done.stdout)
