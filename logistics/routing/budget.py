"""How long an engine may search."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace


def never() -> bool:
    return False


@dataclass(frozen=True)
class Budget:
    """Until ``seconds`` after ``begun`` (monotonic), ``iterations`` of whatever an engine counts,
    or ``cancelled()``, whichever is first; None is no limit.

    ``cancelled`` is asked often and from every searching thread: it must be quick. Up to
    ``threads`` may search at once.
    """

    seconds: float | None = None
    iterations: int | None = None
    cancelled: Callable[[], bool] = never
    begun: float = field(default_factory=time.monotonic)
    threads: int = 1

    def elapsed(self) -> float:
        return time.monotonic() - self.begun

    def left_seconds(self) -> float | None:
        """Never less than 0; None without a limit."""
        return None if self.seconds is None else max(0.0, self.seconds - self.elapsed())

    def over(self) -> bool:
        """The time is gone, or it was cancelled; iterations are the engine's to count."""
        return self.left_seconds() == 0.0 or self.cancelled()

    def part(self, share: float = 1.0) -> "Budget":
        """A budget that begins now, with that share of the seconds left and of the iterations."""
        left, iterations = self.left_seconds(), self.iterations
        return replace(
            self,
            seconds=None if left is None else left * share,
            iterations=None if iterations is None else math.ceil(iterations * share),
            begun=time.monotonic(),
        )
