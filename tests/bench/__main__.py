"""``make bench``: figures for docs/measurements.md."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console

from tests.bench.pages import measure

say = Console(highlight=False, width=120).print

SOME_ORDERS = ["--boxes", "400", "--minute", "0"]
DAY = ["day", "--orders", "300", "--seed", "7"]


def main() -> int:
    timings = measure(["/bare/", "/"])
    bare, home = timings["/bare/"], timings["/"]
    say(f"bare view, one query: p50 {bare.p50_ms:.1f} ms, p95 {bare.p95_ms:.1f} ms")
    say(f"home page:            p50 {home.p50_ms:.1f} ms, p95 {home.p95_ms:.1f} ms")
    say(
        f"home / bare:          p50 {home.p50_ms / bare.p50_ms:.1f}, "
        f"p95 {home.p95_ms / bare.p95_ms:.1f}"
    )
    # A process of its own: Django's database is settled once in each.
    subprocess.run([sys.executable, "-m", "tests.bench.mall", "--rounds", "3"], check=True)
    subprocess.run([sys.executable, "-m", "tests.bench.orders", *SOME_ORDERS], check=True)
    subprocess.run([sys.executable, "-m", "tests.bench.sheets"], check=True)
    subprocess.run([sys.executable, "-m", "tests.bench.roads"], check=True)
    subprocess.run(
        [sys.executable, "-m", "tests.bench.routing", "--quick", "--jobs", "2"], check=True
    )
    subprocess.run([sys.executable, "-m", "tests.bench.queues", "--quick"], check=True)
    subprocess.run([sys.executable, "-m", "tests.bench.ledger"], check=True)
    subprocess.run([sys.executable, "-m", "tests.bench.bookings", "--quick"], check=True)
    subprocess.run([sys.executable, "-m", "tests.bench.boards", "--quick"], check=True)
    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder) / "day.json"
        argv = [sys.executable, "-m", "storefront.config.cli", *DAY, "--json", str(told)]
        done = subprocess.run(argv, check=False, stdout=subprocess.DEVNULL)
        if not told.exists():
            return done.returncode or 1
        day = json.loads(told.read_text())
    say(
        f"mall {' '.join(DAY)}: {day['orders_per_second']} orders/s while shopping, "
        f"{day['seconds']} s in all, {day['breaches']} of {day['invariants_checked']} broken"
    )
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
