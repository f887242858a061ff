"""While a search runs in a terminal: a bar that shows how far it is, and Ctrl-C to be content."""

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event
from types import FrameType

from logistics.routing.solution import OnProgress, Progress


@contextmanager
def progress_bar(
    seconds: float, shown_cost: Callable[[int], float | int] = lambda cost: cost
) -> Iterator[OnProgress]:
    """A bar on a terminal; silence in a script."""
    if not sys.stderr.isatty():
        yield lambda said: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    columns = (BarColumn(), TimeElapsedColumn(), TextColumn("{task.description}"))
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("…", total=seconds)

        def show(said: Progress) -> None:
            left_out = f", 미배정 / unserved {said.unserved}" if said.unserved else ""
            bar.update(
                task,
                completed=min(said.seconds, seconds),
                description=f"{said.engine}: 비용 / cost {shown_cost(said.cost)}{left_out}",
            )

        yield show


@contextmanager
def until_interrupted() -> Iterator[Event]:
    """The first Ctrl-C sets the event; the second ends the command."""
    interrupted = Event()

    def note(number: int, frame: FrameType | None) -> None:
        interrupted.set()
        signal.signal(signal.SIGINT, before)

    before = signal.signal(signal.SIGINT, note)
    try:
        yield interrupted
    finally:
        signal.signal(signal.SIGINT, before)


def say_stopped() -> None:
    print("찾기를 멈췄습니다. 지금까지 가장 좋은 계획입니다 / stopped: the best plan so far")
