"""What happened in a simulated day, counted."""

from collections import Counter
from dataclasses import dataclass, field


class DayBroken(RuntimeError):
    """The simulation saw what must never happen, before any invariant was asked."""


@dataclass
class Tally:
    """``seen``: events by name. ``refusals``: how often each code was answered."""

    seen: Counter[str] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)
    seconds: dict[str, float] = field(default_factory=dict)
