"""Until when a product can be ordered for a hand-over day, by Seoul's wall clock."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from commerce.business_days import instant

MOST_DAYS = 14


@dataclass(frozen=True, order=True)
class CutOff:
    """``days`` before the hand-over's own day, at ``clock``: (1, 18:00) is the evening before."""

    days: int
    clock: time

    def closes_at(self, hand_over: date) -> datetime:
        """The first instant at which it is too late for that day."""
        return instant(hand_over - timedelta(days=self.days), self.clock)

    def takes(self, hand_over: date, now: datetime) -> bool:
        return now < self.closes_at(hand_over)
