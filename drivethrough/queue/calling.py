"""Which waiting car comes forward next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

# A car this much after its slot queues from the moment it came, behind those who are on time.
GRACE = timedelta(minutes=30)


@dataclass(frozen=True)
class Waiting:
    """A car on the site, not yet called."""

    reference: str
    slot_starts_at: datetime
    slot_ends_at: datetime
    arrived_at: datetime


def turn(car: Waiting) -> tuple[datetime, datetime]:
    """What the queue sorts by: earliest slot, then arrival; too late loses the slot's turn."""
    late = car.arrived_at > car.slot_ends_at + GRACE
    return (car.arrived_at if late else car.slot_starts_at, car.arrived_at)


def in_turn(waiting: Sequence[Waiting]) -> list[Waiting]:
    """The order in which cars will be called as things stand; at a tie as given."""
    return sorted(waiting, key=turn)


def choose_next(waiting: Sequence[Waiting]) -> Waiting | None:
    """The car whose turn it is, or None when nobody waits."""
    return min(waiting, key=turn, default=None)
