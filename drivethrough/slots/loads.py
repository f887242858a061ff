"""What a car takes besides its place: time to prepare it, and pieces of what is counted by date."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from drivethrough.slots.models import Booking


@dataclass(frozen=True)
class Load:
    """``preparation_seconds`` of one person's time; ``items``: pieces by item reference, all of
    them, whether or not one is counted by date now."""

    preparation_seconds: int = 0
    items: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, booking: Booking) -> Load:
        return cls(booking.preparation_seconds, dict(booking.items))

    def within(self, other: Load) -> Load:
        """Of everything the smaller: what is left of ``self`` when it may only become less."""
        left = {item: min(n, other.items.get(item, 0)) for item, n in self.items.items()}
        return Load(
            min(self.preparation_seconds, other.preparation_seconds),
            {item: n for item, n in left.items() if n},
        )


NO_LOAD = Load()
