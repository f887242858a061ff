"""On which days a merchant is there: not on weekly rest days and single closings, and for some
only on a five-day market's days."""

from dataclasses import dataclass, field
from datetime import date, timedelta

WEEK = [0, 1, 2, 3, 4, 5, 6]  # 0 is Monday
MARKET_EVERY = 5
MARKET_DAYS = [1, 2, 3, 4, 5]
LOOKED_AHEAD = 60  # days


def is_market_day(on: date, market_day: int) -> bool:
    """3 is the 3rd, 8th, 13th, 18th, 23rd and 28th (3·8장). The market of the 1st rests on a 31st:
    it would meet two days running."""
    return on.day != 31 and on.day % MARKET_EVERY == market_day % MARKET_EVERY


@dataclass(frozen=True)
class Opening:
    """``market_day``: only there on the days of that five-day market."""

    rest_weekdays: frozenset[int] = frozenset()
    market_day: int | None = None
    closed: frozenset[date] = field(default_factory=frozenset)

    def is_open(self, on: date) -> bool:
        if on in self.closed or on.weekday() in self.rest_weekdays:
            return False
        return self.market_day is None or is_market_day(on, self.market_day)

    def next_open(self, from_on: date) -> date | None:
        """That day or the first after it; None when closed for as far as anybody looks ahead."""
        ahead = (from_on + timedelta(days=days) for days in range(LOOKED_AHEAD))
        return next((on for on in ahead if self.is_open(on)), None)
