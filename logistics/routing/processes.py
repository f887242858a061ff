"""Solving in child processes: several seeds at once, and a caller that stays awake.

OR-Tools holds the GIL while it thinks, so no thread beside it moves and nothing can stop it but
the end of its process.
"""

import multiprocessing
import signal
import time
from dataclasses import replace
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess

from logistics.routing.insertion import Insertion, rank
from logistics.routing.problem import Problem
from logistics.routing.ruin_recreate import prepare
from logistics.routing.solution import OnProgress, Progress, Solution
from logistics.routing.solver import solve

# How long over its time a child may take to hand in its plan before it is stopped.
GRACE_SECONDS = 3.0
TICK_SECONDS = 0.1


def solve_in_processes(
    problem: Problem,
    *,
    engine: str,
    seconds: float,
    seed: int,
    threads: int = 1,
    on_progress: OnProgress | None = None,
) -> Solution:
    """The best of ``threads`` children with seeds ``seed``, ``seed + 1``, … ``on_progress`` is
    called at every tick too, with the best so far, so that a clock can be drawn.

    Children that die or overrun are passed over; with none left it is planned by insertion.
    """
    # Once compiled, the children find it ready: none of the time is spent on it.
    prepare()
    begun = time.monotonic()
    context = multiprocessing.get_context("spawn")
    children: dict[Connection, SpawnProcess] = {}
    for number in range(threads):
        ours, theirs = context.Pipe(duplex=False)
        child = context.Process(
            target=_work,
            args=(theirs, problem, engine, begun, seconds, seed + number),
            daemon=True,
        )
        child.start()
        theirs.close()
        children[ours] = child
    try:
        found = _gathered(children, begun, seconds, on_progress)
    finally:
        for child in children.values():
            child.kill()
            child.join()
    if not found:
        found = [solve(problem, engine=Insertion.name, seconds=0.0, seed=seed)]
    best = min(found, key=lambda solution: rank(problem, solution))
    firsts = [f.first_feasible_seconds for f in found if f.first_feasible_seconds is not None]
    first = min(firsts, default=None) if best.first_feasible_seconds is not None else None
    return replace(best, seconds=time.monotonic() - begun, first_feasible_seconds=first)


def _work(
    pipe: Connection, problem: Problem, engine: str, begun: float, seconds: float, seed: int
) -> None:
    """In the child. ``begun`` is the parent's: the monotonic clock is one for all processes."""
    # Ctrl-C reaches the whole group; the parent alone decides.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    late = time.monotonic() - begun
    found = solve(
        problem,
        engine=engine,
        seconds=max(0.0, seconds - late),
        seed=seed,
        on_progress=lambda said: pipe.send(replace(said, seconds=said.seconds + late)),
    )
    first = found.first_feasible_seconds
    pipe.send(replace(found, first_feasible_seconds=None if first is None else first + late))


def _gathered(
    children: dict[Connection, SpawnProcess],
    begun: float,
    seconds: float,
    on_progress: OnProgress | None,
) -> list[Solution]:
    waiting = list(children)
    found: list[Solution] = []
    best: Progress | None = None
    while waiting and time.monotonic() - begun < seconds + GRACE_SECONDS:
        heard = wait(waiting, timeout=TICK_SECONDS)
        for pipe in [pipe for pipe in waiting if pipe in heard]:
            try:
                said: Progress | Solution | None = pipe.recv()
            except EOFError:
                said = None
            if isinstance(said, Progress):
                if best is None or said.rank < best.rank:
                    best = said
                continue
            waiting.remove(pipe)
            if said is not None:
                found.append(said)
        if on_progress and best:
            on_progress(replace(best, seconds=time.monotonic() - begun))
    return found
