"""What a person sees: steps with timings, then the warnings of each part."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from rich.cells import set_cell_size
from rich.console import Console
from rich.markup import escape


class Screen:
    def __init__(self, *, verbose: bool = False, console: Console | None = None) -> None:
        self.verbose = verbose
        self._console = console or Console(highlight=False, soft_wrap=True)
        # Until everything runs, and while it stops, parts complain about one another.
        self.shows_warnings = verbose

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        began = time.monotonic()
        try:
            yield
        except BaseException:
            self._console.print(f"  [red]✗[/] {name}")
            raise
        seconds = time.monotonic() - began
        self._console.print(f"  [green]✓[/] {set_cell_size(name, 42)} [dim]{seconds:5.1f} s[/]")

    def say(self, text: str) -> None:
        self._console.print(text)

    def log_line(self, part: str, line: str) -> None:
        if self.shows_warnings:
            self._console.print(f"[dim]{part:>8} │[/] {escape(line)}")

    def sign_ins(self, rows: Sequence[tuple[str, str, str, str]]) -> None:
        """Rows of role, e-mail, password, what it is for."""
        for role, email, password, what in rows:
            who = f"{set_cell_size(role, 11)} [bold]{set_cell_size(email, 26)}[/]"
            self._console.print(f"  {who} {password}  [dim]{escape(what)}[/]")
