"""One run is one process on cores of its own: an engine plans a case until its time is up."""

import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess

from logistics.routing.check import violations
from logistics.routing.problem import Problem
from logistics.routing.solution import Solution
from tests.bench.routing import engines
from tests.bench.routing.cases import Case
from tests.bench.routing.engines import PEERS, VROOM

# Of the costs on the way at most so many are kept, at equal distances.
MOST_MOMENTS = 1_000
# For loading the case, judging the plan, and the few engines that overrun.
GRACE_SECONDS = 300.0
# VROOM knows no limit; what it takes beyond this is of no use to anyone who plans a day.
MOST_VROOM_SECONDS = 1_800.0


@dataclass(frozen=True)
class Run:
    """``seconds`` count from the problem in memory and the engine loaded; VROOM ignores them."""

    case: Case
    engine: str
    seconds: float
    seed: int = 0
    cores: int = 1

    def __str__(self) -> str:
        time = "its own time" if self.engine == VROOM else f"{self.seconds:g} s"
        return f"{self.case.name}, {self.engine}, {time}, seed {self.seed}"

    @property
    def most_seconds(self) -> float:
        return MOST_VROOM_SECONDS if self.engine == VROOM else self.seconds + GRACE_SECONDS


@dataclass(frozen=True)
class Outcome:
    """``cost`` is the judged plan's, None where there is none that keeps every rule: ``why`` says
    so. ``moments`` are (seconds, cost) of better and better plans that leave no must out, told by
    the engine on its way; the last is the judged plan. ``cpu_seconds`` below ``seconds`` mean that
    it did not have its cores to itself.
    """

    run: Run
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    cost: int | None = None
    moments: tuple[tuple[float, int], ...] = ()
    why: str = ""

    @cached_property
    def first_feasible(self) -> float | None:
        return self.moments[0][0] if self.moments else None

    def cost_at(self, seconds: float) -> int | None:
        """Of the best plan told by then; the judged plan where that is all the time it had."""
        if self.cost is None or seconds >= self.run.seconds or self.run.engine == VROOM:
            return self.cost
        return min((cost for at, cost in self.moments if at <= seconds), default=None)

    def reached(self, cost: float) -> float | None:
        """After how many seconds a plan at most that dear was told."""
        return next((at for at, known in self.moments if known <= cost), None)


def performed(run: Run) -> Outcome:
    """In this process. Loading the case and the engine is not counted."""
    problem = run.case.load().problem
    why = engines.refusal(run.engine, problem)
    if why:
        return Outcome(run, why=why)
    engines.load(run.engine)
    moments: list[tuple[float, int]] = []
    begun, worked = time.monotonic(), time.process_time()
    plan = engines.planned(
        run.engine,
        problem,
        run.seconds,
        run.seed,
        lambda cost: moments.append((time.monotonic() - begun, cost)),
        run.cores,
    )
    seconds, cpu_seconds = time.monotonic() - begun, time.process_time() - worked
    why = _why_not(run.engine, problem, plan)
    if why or plan is None:
        return Outcome(run, seconds, cpu_seconds, why=why)
    kept = thinned([*moments, (seconds, plan.cost)], seconds)
    return Outcome(run, seconds, cpu_seconds, plan.cost, kept)


def _why_not(engine: str, problem: Problem, plan: Solution | None) -> str:
    """What is wrong with the plan."""
    if plan is None:
        return "no plan that can be driven"
    if engine in PEERS and plan.engine != engine:
        return "another engine took over"
    broken = violations(problem, plan)
    return f"breaks {broken[0].kind}" if broken else ""


def thinned(moments: Sequence[tuple[float, int]], seconds: float) -> tuple[tuple[float, int], ...]:
    """Only better and better ones: the first, and the last in each of ``MOST_MOMENTS`` slices."""
    kept: dict[int, tuple[float, int]] = {}
    least: int | None = None
    for at, cost in moments:
        if least is None:
            kept[-1] = (at, cost)
        elif cost < least:
            kept[int(at / max(seconds, 1e-9) * MOST_MOMENTS)] = (at, cost)
        least = cost if least is None else min(least, cost)
    return tuple(kept.values())


# Child, its run, its cores, since when.
_Busy = tuple[SpawnProcess, Run, list[int], float]


def cores() -> list[int]:
    """Those this process may use; as many numbers where a system cannot pin."""
    if hasattr(os, "sched_getaffinity"):
        return sorted(os.sched_getaffinity(0))
    return list(range(os.cpu_count() or 1))


def all_performed(
    runs: Sequence[Run], jobs: int, on_begin: Callable[[Run], None] = lambda run: None
) -> Iterator[Outcome]:
    """Each in a process of its own on cores of its own, on ``jobs`` cores at a time, as they end;
    none may want more cores than that."""
    free, waiting = cores()[:jobs], list(runs)
    busy: dict[Connection, _Busy] = {}
    try:
        while waiting or busy:
            while waiting and len(free) >= waiting[0].cores:
                run = waiting.pop(0)
                own, free = free[: run.cores], free[run.cores :]
                on_begin(run)
                child, pipe = _child(run, own)
                busy[pipe] = child, run, own, time.monotonic()
            for pipe in _ended(busy):
                child, run, own, begun = busy.pop(pipe)
                free += own
                yield _handed_in(pipe, child, run, time.monotonic() - begun)
    finally:
        for child, *_ in busy.values():
            child.kill()
            child.join()


def _child(run: Run, own: list[int]) -> tuple[SpawnProcess, Connection]:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    child = context.Process(target=_work, args=(theirs, run, own), daemon=True)
    child.start()
    theirs.close()
    return child, ours


def _work(pipe: Connection, run: Run, own: list[int]) -> None:
    # Ctrl-C reaches the whole group; the parent alone decides.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, own)
    pipe.send(performed(run))


def _ended(busy: dict[Connection, _Busy]) -> list[Connection]:
    """Who has something to say, died, or takes far too long."""
    heard = wait(list(busy), timeout=1.0)
    now = time.monotonic()
    return [
        pipe
        for pipe, (_, run, _, begun) in busy.items()
        if pipe in heard or now - begun > run.most_seconds
    ]


def _handed_in(pipe: Connection, child: SpawnProcess, run: Run, seconds: float) -> Outcome:
    try:
        outcome: Outcome = pipe.recv() if pipe.poll() else Outcome(run, seconds, why="no end")
    except EOFError:
        outcome = Outcome(run, seconds, why="the process died")
    child.kill()
    child.join()
    pipe.close()
    return outcome
