"""What a task is after a driver's report. Plain Python.

A task's state is the greatest of its reports, by device time. So the order in which a phone's
reports reach us does not matter, nor how often each does.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

OUTCOME: Final[dict[str, str]] = {"delivered": "done", "collected": "done", "failed": "failed"}
# Two reports of the same moment: a hand-over outweighs a failure.
RANK: Final[dict[str, int]] = {"pending": 0, "failed": 1, "done": 2}
NEVER: Final = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class State:
    """``changed_at``: device time of the report that decided it, None while pending."""

    status: str = "pending"
    changed_at: datetime | None = None
    reason: str = ""

    @property
    def weight(self) -> tuple[datetime, int, str]:
        return self.changed_at or NEVER, RANK[self.status], self.reason


def apply(state: State, *, kind: str, reason: str, happened_at: datetime) -> State:
    """The later of the two; a late report never undoes a newer one."""
    reported = State(OUTCOME[kind], happened_at, reason)
    return max(state, reported, key=lambda s: s.weight)
