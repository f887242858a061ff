import argparse
from dataclasses import asdict
from datetime import UTC, datetime

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from storefront.config.cli.database import connect

PARTS = {
    "places": "시장과 장소 · places",
    "fleet": "차량과 기사 · vans and drivers",
    "merchants": "가게와 농가 · merchants",
    "products": "상품 · products",
    "people": "사람들 · people",
    "boxes": "꾸러미 · boxes",
    "books": "책 꾸러미 · book bundles",
    "history": "지난 주들 · the weeks before",
    "days": "앞으로 두 주 · the days to come",
    "orders": "오늘의 주문과 배송 계획 · today's orders and plan",
}


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser(
        "demo", description="Load the Gyeonggi demo; again, it only opens the days to come."
    )
    parser.add_argument("--size", choices=("small", "full"), default="small")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    connect()
    from storefront.demo.load import load

    with Progress(
        TextColumn("  {task.description}"),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    ) as progress:
        bars = {part: progress.add_task(words, total=1) for part, words in PARTS.items()}

        def show(part: str, done: int, total: int) -> None:
            progress.update(bars[part], completed=done, total=total)

        counts = load(size=args.size, now=datetime.now(UTC), on_progress=show)
    loaded = ", ".join(f"{number:,} {name}" for name, number in asdict(counts).items())
    Console(highlight=False).print(f"  {loaded}")
    return 0
