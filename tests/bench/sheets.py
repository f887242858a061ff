"""A merchant's file of products: checked, written new, sent again, and half of it changed.

``python -m tests.bench.sheets --rows 5000``
"""

import argparse
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from storefront.config.cli.day import own_database

if TYPE_CHECKING:
    from commerce.catalogue.models import Product

console = Console(highlight=False, width=120)
MOST_ROWS = 5_000


def main() -> int:
    parser = argparse.ArgumentParser(prog="tests.bench.sheets")
    parser.add_argument("--rows", type=int, default=MOST_ROWS)
    args = parser.parse_args()
    with own_database():
        from tests.builders.commerce import a_category, a_merchant

        a_category(slug="vegetables", name="채소")
        merchant = a_merchant()
        for title, dearer in (("new", 0), ("sent again", 0), ("half of it dearer", 100)):
            _send(merchant, title, args.rows, dearer)
    return 0


def _send(merchant: object, title: str, rows: int, dearer_won: int) -> None:
    from commerce.product_sheets import actions as sheets

    now = datetime.now(UTC)
    content = _file(rows, dearer_won)
    checked, sent = _timed(
        lambda: sheets.receive(merchant=merchant, file_name="goods.xlsx", content=content, now=now)
    )
    sheets.confirm(merchant=merchant, reference=sent.reference, now=now)
    written, done = _timed(lambda: _write(sent, title, now))
    console.print(
        f"{rows:,} rows, {title}: checked in {checked:.1f} s, written in {written:.1f} s "
        f"({rows / written:.0f}/s): {done.new} new, {done.changed} changed, "
        f"{done.unchanged} as they were, {len(done.issues)} wrong"
    )


def _write(sent: object, title: str, now: datetime) -> object:
    """As the worker does, with the progress that the merchant's page shows."""
    from commerce.core import shelf
    from commerce.product_sheets import actions as sheets

    def told(product: "Product") -> None:
        shelf.changed([product.reference], now=now)

    columns = [TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()]
    done = sent
    with Progress(*columns, TimeElapsedColumn(), console=console, transient=True) as progress:
        task = progress.add_task(title, total=sent.total)
        while True:
            own = sheets.write_on(
                reference=sent.reference, groups=sent.groups, on_written=told, now=now
            )
            if own is None:
                return done
            done = own
            progress.update(task, completed=own.done)


def _file(rows: int, dearer_won: int) -> bytes:
    from commerce.product_sheets import columns, files

    header = columns.header(english=False)
    cells = {
        "category": "채소",
        "unit": "1kg",
        "on_hand": 10,
        "origin": "국내산",
        "storage": "상온",
        "tax_class": "면세",
        "ways": "집 배송",
        "weight_grams": 1_000,
        "volume_ml": 2_000,
    }
    keys = [column.key for column in columns.COLUMNS]
    table = []
    for n in range(rows):
        own = {
            "code": f"A-{n:05}",
            "name": f"상품 {n}",
            "price_won": 3_000 + (dearer_won if n % 2 else 0),
        }
        table.append([(cells | own).get(key, "") for key in keys])
    return files.xlsx([header, *table], title="상품")


def _timed(work: Callable[[], object]) -> tuple[float, object]:
    begun = time.perf_counter()
    done = work()
    return time.perf_counter() - begun, done


if __name__ == "__main__":
    raise SystemExit(main())
