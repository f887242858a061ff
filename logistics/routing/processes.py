"""Solving in child processes: several seeds at once, and a caller that stays awake.

OR-Tools holds the GIL while it thinks, so no thread beside it moves and nothing can stop it but
the end of its process.
"""

import multiprocessing
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import reduce
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from multiprocessing.synchronize import Event
from threading import Thread

from logistics.routing.budget import Budget, never
from logistics.routing.insertion import Insertion, rank
from logistics.routing.portfolio import Portfolio
from logistics.routing.problem import Problem
from logistics.routing.ruin_recreate import prepare
from logistics.routing.solution import OnProgress, Progress, Solution
from logistics.routing.solver import plan_told, solve

# How long over its time a child may take to hand in its plan before it is stopped,
GRACE_SECONDS = 3.0
# and how long after it was told to: with a tick before and the best plan to finish after that,
# whoever cancelled has waited a second.
ANSWER_SECONDS = 0.8
TICK_SECONDS = 0.1


@dataclass
class _Child:
    """One search; ``told`` is the best plan it has told of, ``plan`` what it handed in."""

    process: SpawnProcess
    told: Progress | None = None
    plan: Solution | None = None


def solve_in_processes(
    problem: Problem,
    *,
    engine: str,
    seconds: float,
    seed: int,
    threads: int = 1,
    on_progress: OnProgress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Solution:
    """The best of ``threads`` children with seeds ``seed``, ``seed + 1``, …; of the portfolio there
    is one child, with as many threads.

    ``on_progress`` is called at every tick too, with the best so far, so that a clock can be drawn;
    and at every tick ``cancelled`` is asked: then each child hands in the best it has.
    Of a child that dies, overruns or does not answer, the best plan it told of counts; where there
    is none at all, it is planned by insertion.
    """
    # Once compiled, the children find it ready: none of the time is spent on it.
    prepare()
    budget = Budget(seconds, cancelled=cancelled or never)
    context = multiprocessing.get_context("spawn")
    stop = context.Event()
    children: dict[Connection, _Child] = {}
    inside = threads if engine == Portfolio.name else 1
    for number in range(threads // inside):
        ours, theirs = context.Pipe()
        child = context.Process(
            target=_work,
            args=(theirs, stop, engine, budget.begun, seconds, seed + number, inside),
            daemon=True,
        )
        with _interrupts_kept_back():
            child.start()
        theirs.close()
        # A child takes a second to start, and reads only then.
        Thread(target=_send, args=(ours, problem), daemon=True).start()
        children[ours] = _Child(child)
    try:
        _gather(children, stop, budget, on_progress)
    finally:
        for one in children.values():
            one.process.kill()
            one.process.join()
    found = _plans(problem, list(children.values()))
    if not found:
        found = [solve(problem, engine=Insertion.name, seconds=0.0, seed=seed)]
    best = min(found, key=lambda solution: rank(problem, solution))
    firsts = [f.first_feasible_seconds for f in found if f.first_feasible_seconds is not None]
    first = min(firsts, default=None) if best.first_feasible_seconds is not None else None
    return replace(best, seconds=budget.elapsed(), first_feasible_seconds=first)


@contextmanager
def _interrupts_kept_back() -> Iterator[None]:
    """Ctrl-C reaches the whole group, but the parent alone decides: children begun in here never
    hear of it."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _send(pipe: Connection, problem: Problem) -> None:
    with suppress(OSError):  # stopped before it could read
        pipe.send(problem)


def _work(
    pipe: Connection,
    stop: Event,
    engine: str,
    begun: float,
    seconds: float,
    seed: int,
    threads: int,
) -> None:
    """In the child. ``begun`` is the parent's: the monotonic clock is one for all processes."""
    problem = pipe.recv()
    late = time.monotonic() - begun
    found = solve(
        problem,
        engine=engine,
        seconds=max(0.0, seconds - late),
        seed=seed,
        on_progress=lambda said: pipe.send(replace(said, seconds=said.seconds + late)),
        cancelled=stop.is_set,
        threads=threads,
    )
    first = found.first_feasible_seconds
    pipe.send(replace(found, first_feasible_seconds=None if first is None else first + late))


def _gather(
    children: dict[Connection, _Child],
    stop: Event,
    budget: Budget,
    on_progress: OnProgress | None,
) -> None:
    waiting = list(children)
    ends_by = budget.begun + (budget.seconds or 0.0) + GRACE_SECONDS
    while waiting and time.monotonic() < ends_by:
        heard = wait(waiting, timeout=TICK_SECONDS)
        for pipe in [pipe for pipe in waiting if pipe in heard]:
            said = _heard(pipe)
            if isinstance(said, Progress):
                children[pipe].told = _better(children[pipe].told, said)
                continue
            waiting.remove(pipe)
            children[pipe].plan = said
        best = reduce(_better, (child.told for child in children.values()))
        if on_progress and best:
            on_progress(replace(best, seconds=budget.elapsed()))
        if not stop.is_set() and budget.cancelled():
            stop.set()
            ends_by = min(ends_by, time.monotonic() + ANSWER_SECONDS)


def _better(one: Progress | None, other: Progress | None) -> Progress | None:
    if one is None or (other is not None and other.rank < one.rank):
        return other
    return one


def _heard(pipe: Connection) -> Progress | Solution | None:
    """None from a child that died, be it in the middle of a word."""
    try:
        said: Progress | Solution = pipe.recv()
    except (EOFError, OSError):
        return None
    return said


def _plans(problem: Problem, children: list[_Child]) -> list[Solution]:
    told = [child.told for child in children if child.plan is None and child.told]
    found = [child.plan for child in children] + [plan_told(problem, said) for said in told]
    return [plan for plan in found if plan]
