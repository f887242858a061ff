import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import psycopg
import pytest

from commerce.orders.models import Fulfilment
from storefront.day.invariants import INVARIANTS
from storefront.day.simulate import simulate

PHASES = [
    "world",
    "boxes",
    "orders",
    "planning",
    "packing",
    "driving",
    "gates",
    "closing",
    "checks",
]


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_day_of_thirty_orders_leaves_nothing_open_and_breaks_nothing() -> None:
    told: list[tuple[str, int]] = []

    def on_phase(name: str, steps: int):
        told.append((name, steps))
        return lambda: None

    result = simulate(orders=30, seed=7, plan_seconds=0.5, on_phase=on_phase)
    assert result.breaches == []
    assert [name for name, _ in told] == PHASES
    figures = result.figures
    assert figures["handed_over"] + figures["cancelled"] == Fulfilment.objects.count()
    assert (figures["left_open"], figures["oversold"], figures["ledger_sum"]) == (0, 0, 0)
    assert figures["stops_served"] == figures["stops_planned"] > 0
    assert figures["seen"]["tills_handed_in"] > 0
    assert figures["invariants_checked"] == len(INVARIANTS)


def _mall_day(tmp_path: Path, **environment: str) -> dict[str, Any]:
    told = tmp_path / "day.json"
    words = ["day", "--orders", "6", "--seed", "3", "--plan-seconds", "0.2", "--json", str(told)]
    done = subprocess.run(
        [sys.executable, "-m", "storefront.config.cli", *words],
        capture_output=True,
        text=True,
        env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path)} | environment,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "every invariant holds" in done.stdout
    return json.loads(told.read_text())


@pytest.mark.slow
def test_the_command_starts_its_own_database_and_writes_figures(tmp_path: Path) -> None:
    promised = """orders_placed fulfilments handed_over refunded bookings oversold loans collected
        routes stops_planned stops_served plan_violations ledger_sum invariants_checked seconds
        orders_per_second phases"""
    assert set(_mall_day(tmp_path)) >= set(promised.split())


@pytest.mark.slow
def test_beside_a_given_database_the_day_has_its_own_and_drops_it(tmp_path: Path) -> None:
    url = os.environ["DATABASE_URL"]
    _mall_day(tmp_path, DATABASE_URL=url, REDIS_URL=os.environ["REDIS_URL"])
    with psycopg.connect(url) as link:
        left = link.execute("select datname from pg_database where datname like 'mall\\_day%'")
        assert left.fetchall() == []
