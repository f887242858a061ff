"""``python -m tests.bench.bookings``: places booked a second through the whole action, beside
pgbench's single-row update on the same server in the same minutes; and that nobody oversells.

The server is the embedded one as ``make up`` starts it: every commit is on the disk.
``--quick`` takes a second for each figure and five runs for the overselling.
"""

import argparse
import multiprocessing
import os
import re
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from queue import Empty
from statistics import median
from threading import Barrier, Thread
from typing import Any

from rich.console import Console

from storefront.config.cli.day import own_database
from storefront.config.stack import postgres

say = Console(highlight=False, width=120).print

CLIENTS = 32
SLOTS = 200
GOALS = {"hot": 0.5, "spread": 0.4}
NOW = datetime(2026, 3, 3, 1, tzinfo=UTC)
SCRIPTS = {
    "hot": "update bench_row set n = n + 1 where id = 1;\n",
    "spread": f"\\set id random(1, {SLOTS})\nupdate bench_row set n = n + 1 where id = :id;\n",
}


@dataclass(frozen=True)
class Work:
    """What one process of bookers does."""

    slots: list[str]
    threads: int
    seconds: float | None
    times: int | None = None


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--oversell-runs", type=int, default=20)
    parser.add_argument("--quick", action="store_true")
    args = parser.parse_args()
    seconds = 1.0 if args.quick else args.seconds
    rounds = 1 if args.quick else args.rounds
    runs = 5 if args.quick else args.oversell_runs
    with _durable_server() as sockets:
        references = _slots(SLOTS, cars=10_000_000)
        for where, of in (("hot", references[:1]), ("spread", references)):
            _compare(where, of, sockets, seconds, rounds)
        over = {processes: _oversold(runs, processes) for processes in (1, 2)}
    for processes, oversold in over.items():
        say(f"oversold in {runs} runs, {CLIENTS} threads in {processes} process(es): {oversold}")
    return 1 if any(over.values()) else 0


@contextmanager
def _durable_server() -> Iterator[Path]:
    """``own_database`` on a server that loses nothing, as the mall's own."""
    with tempfile.TemporaryDirectory(prefix="mall-bench-") as folder:
        sockets = Path(folder)
        postgres.create_cluster(sockets / "pg")
        with (
            (sockets / "log").open("wb") as log,
            subprocess.Popen(
                postgres.command(sockets / "pg", sockets), stdout=log, stderr=log
            ) as server,
        ):
            try:
                while not postgres.answers(sockets):
                    time.sleep(0.05)
                postgres.create_database(sockets)
                os.environ["DATABASE_URL"] = postgres.url(sockets)
                with own_database():
                    yield sockets
            finally:
                os.environ.pop("DATABASE_URL", None)
                server.terminate()


def _slots(number: int, *, cars: int) -> list[str]:
    from drivethrough.sites.models import Site
    from drivethrough.slots.models import Slot

    # A hold each: one owner has one place at a site, so nobody comes twice.
    site = Site.objects.create(
        source_id=f"BENCH{Site.objects.count()}", name="bench", lat=37.3, lon=127.0, spaces=1
    )
    made = Slot.objects.bulk_create(
        Slot(
            site=site,
            starts_at=NOW + timedelta(days=1, minutes=n),
            ends_at=NOW + timedelta(days=1, minutes=n + 1),
            cut_off_at=NOW + timedelta(hours=20),
            capacity_cars=cars,
        )
        for n in range(number)
    )
    return [slot.reference for slot in made]


def _compare(where: str, slots: list[str], sockets: Path, seconds: float, rounds: int) -> None:
    """The reference before and after each figure: a slow minute is slow for both."""
    found: dict[int, list[float]] = {1: [], 2: []}
    ratios: dict[int, list[float]] = {1: [], 2: []}
    plain: list[float] = []
    for _ in range(rounds):
        for processes in found:
            before = _pgbench(where, sockets, seconds)
            rate = _booked(slots, seconds, processes)
            reference = (before + _pgbench(where, sockets, seconds)) / 2
            plain.append(reference)
            found[processes].append(rate)
            ratios[processes].append(rate / reference)
    say(f"{where}: pgbench single-row update, {CLIENTS} clients: {median(plain):,.0f}/s")
    for processes, rates in found.items():
        say(
            f"{where}: bookings through the action, {CLIENTS} threads in {processes} process(es): "
            f"{median(rates):,.0f}/s, ratio {median(ratios[processes]):.2f} "
            f"(goal {GOALS[where]})"
        )


def _pgbench(where: str, sockets: Path, seconds: float) -> float:
    """Updates a second by the pgbench that comes with the embedded server."""
    from django.db import connection

    name = connection.settings_dict["NAME"]
    with connection.cursor() as cursor:
        cursor.execute("create table if not exists bench_row (id int primary key, n int not null)")
        cursor.execute(
            "insert into bench_row select n, 0 from generate_series(1, %s) n "
            "on conflict do nothing",
            [SLOTS],
        )
    script = sockets / f"{where}.sql"
    script.write_text(SCRIPTS[where])
    argv = [postgres.program("pgbench"), "-n", "-M", "prepared", "-f", str(script)]
    argv += ["-c", str(CLIENTS), "-j", "2", "-T", str(max(1, round(seconds)))]
    argv += ["-h", str(sockets), "-U", postgres.OWNER, name]
    done = subprocess.run(argv, check=True, capture_output=True, text=True)
    told = re.search(r"tps = ([0-9.]+)", done.stdout)
    if told is None:
        raise RuntimeError(done.stdout + done.stderr)
    return float(told[1])


def _booked(slots: list[str], seconds: float, processes: int) -> float:
    work = Work(slots, CLIENTS // processes, seconds)
    return sum(done / taken for done, taken in _in_processes(work, processes))


def _in_processes(work: Work, processes: int) -> list[tuple[int, float]]:
    """Places booked and seconds taken, by each process; all are let go together."""
    fresh = multiprocessing.get_context("spawn")
    ready, answers = fresh.Barrier(processes), fresh.Queue()
    workers = [
        fresh.Process(target=_process, args=(work, ready, answers)) for _ in range(processes)
    ]
    for worker in workers:
        worker.start()
    told: list[tuple[int, float]] = []
    while len(told) < processes:
        try:
            told.append(answers.get(timeout=5))
        except Empty:
            if any(worker.exitcode for worker in workers):
                raise RuntimeError("a process of bookers died") from None
    for worker in workers:
        worker.join()
    return told


def _process(work: Work, ready: Any, answers: Any) -> None:
    import django

    django.setup()
    answers.put(_book(work, ready.wait))


def _book(work: Work, let_go: Callable[[], object]) -> tuple[int, float]:
    """Places booked and seconds taken; every thread has its own connection, made before."""
    from django.db import connection

    from drivethrough.slots.actions import hold
    from drivethrough.slots.refusals import SlotFull

    booked = [0] * work.threads
    numbers = count()
    connected, gate = Barrier(work.threads + 1), Barrier(work.threads + 1)
    ends = [0.0]

    def run(thread: int) -> None:
        connection.ensure_connection()
        connected.wait()
        gate.wait()
        for n in range(work.times or 1_000_000_000):
            if work.seconds is not None and time.perf_counter() > ends[0]:
                break
            slot = work.slots[(thread * 7 + n) % len(work.slots)]
            key = f"{os.getpid()}-{next(numbers)}-{time.monotonic_ns()}"
            try:
                hold(slot_reference=slot, owner_reference=f"B{key}"[:32], key=key, now=NOW)
            except SlotFull:
                continue
            booked[thread] += 1
        connection.close()

    threads = [Thread(target=run, args=[n], daemon=True) for n in range(work.threads)]
    for thread in threads:
        thread.start()
    connected.wait()
    let_go()
    ends[0] = time.perf_counter() + (work.seconds or 0)
    begun = time.perf_counter()
    gate.wait()
    for thread in threads:
        thread.join()
    return sum(booked), time.perf_counter() - begun


def _oversold(runs: int, processes: int) -> int:
    """Runs in which a slot of 20 had more than 20 cars, or its counter said something else."""
    from drivethrough.slots.models import TAKES_A_PLACE, Booking, Slot

    wrong = 0
    for _ in range(runs):
        (reference,) = _slots(1, cars=20)
        work = Work([reference], CLIENTS // processes, None, times=2)
        if processes == 1:
            _book(work, lambda: None)
        else:
            _in_processes(work, processes)
        slot = Slot.objects.get(reference=reference)
        rows = Booking.objects.filter(slot=slot, status__in=TAKES_A_PLACE).count()
        wrong += not (slot.taken_cars == rows == 20)
    return wrong


if __name__ == "__main__":
    raise SystemExit(main())
