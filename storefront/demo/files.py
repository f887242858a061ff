"""The demo's own files: tables in ``data/`` and pictures in ``pictures/``."""

import csv
from functools import cache
from pathlib import Path
from typing import Literal

Size = Literal["small", "full"]
Row = dict[str, str]

HERE = Path(__file__).parent


@cache
def _table(name: str) -> tuple[Row, ...]:
    with (HERE / "data" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def rows(name: str, size: Size = "full") -> list[Row]:
    """The rows of a table; a small demo has only those marked ``small``."""
    return [row for row in _table(name) if size == "full" or row.get("size", "small") == "small"]


def picture(name: str) -> bytes:
    return (HERE / "pictures" / f"{name}.webp").read_bytes()
