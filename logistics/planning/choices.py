"""What a dispatcher says about vans under way before the day is planned again."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Choices:
    """``stopped``: shifts whose van cannot go on, each with the shift whose van took over what was
    aboard, "" when it is still there. ``again``: failed consignments to try once more."""

    stopped: Mapping[str, str] = field(default_factory=dict)
    again: frozenset[str] = frozenset()

    def told(self) -> dict[str, Any]:
        """As JSON; ``read`` gives the same choices back."""
        return {"stopped": dict(sorted(self.stopped.items())), "again": sorted(self.again)}

    def van_with(self, shift: str) -> str:
        """In whose van is now what the shift's van carried; "" where nobody can reach it."""
        return self.stopped.get(shift, shift)


NO_CHOICES = Choices()


def read(told: Mapping[str, Any]) -> Choices:
    return Choices(told.get("stopped", {}), frozenset(told.get("again", ())))
