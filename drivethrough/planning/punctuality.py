"""When cars come: how far from the moment they mean to come at, and whether at all.

Nobody has published how punctual cars are at a drive-through; clinics, which also give people a
time, have been measured. Sources of the figures:

- 84.4 % of 410,808 visits to 34 clinics checked in before their time (Cerruti, Garavaldi, Lerario:
  Patient's punctuality in an outpatient clinic, BMC Health Services Research 23, 2023).
- Patients come ten to fifteen minutes early (Primary care appointment systems, Journal of
  Information Systems and Technology Management 19, 2022): here the ten.
- 7.7 % came late, by 20.5 minutes on average (Williams et al.: Patient punctuality and clinic
  performance, BMJ Open 4, 2014, as counted by FiveThirtyEight, 2014).
- 9.5 % of 1,353 did not come (Association between age and outpatient clinic arrival time, BMC
  Health Services Research 18, 2018). Goods here are paid for, so about half of that is assumed.

``OBSERVED`` mixes a normal distribution, whose spread is such that 84.4 % of all come before their
moment, with an exponential one of those held up.
"""

import math
import random
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from statistics import NormalDist

# The distribution as so many equally likely arrivals.
POINTS = 400
# The distribution is reckoned at places so many to a spread.
PLACES = 20


@dataclass(frozen=True, slots=True)
class Punctuality:
    """Most come ``early_seconds`` before their moment, with a standard deviation of
    ``spread_seconds`` (at least 1); the ``held_up_share`` comes after it, by ``held_up_seconds`` on
    average; ``missing_share`` of all never comes."""

    early_seconds: int
    spread_seconds: int
    held_up_share: float
    held_up_seconds: int
    missing_share: float

    def drawn(self, chance: random.Random) -> int | None:
        """Seconds after the moment meant, negative when before it; None when it never comes."""
        missing, held_up = chance.random(), chance.random()
        late = chance.expovariate(1 / self.held_up_seconds)
        usual = chance.gauss(-self.early_seconds, self.spread_seconds)
        if missing < self.missing_share:
            return None
        return round(late if held_up < self.held_up_share else usual)

    def here_by(self, seconds: float) -> float:
        """The share, of those that come, that is here so many seconds after its moment."""
        usual = NormalDist(-self.early_seconds, self.spread_seconds).cdf(seconds)
        late = 1 - math.exp(-seconds / self.held_up_seconds) if seconds > 0 else 0.0
        return (1 - self.held_up_share) * usual + self.held_up_share * late


OBSERVED = Punctuality(
    early_seconds=600,
    spread_seconds=438,
    held_up_share=0.077,
    held_up_seconds=1_230,
    missing_share=0.05,
)


@dataclass(frozen=True, slots=True)
class Outlook:
    """Of cars not here yet that mean to come at the same time: the chance that one still comes,
    and ``left`` of the equally likely ``offsets`` from the ``moment``."""

    chance: float
    moment: int
    offsets: Sequence[int]
    left: int

    def by(self, part: int, of: int) -> int:
        """When such a part of them will have come: the half by ``by(1, 2)``."""
        passed = len(self.offsets) - self.left
        return self.moment + self.offsets[passed + max(0, (self.left * part - 1) // of)]


def outlook(
    punctuality: Punctuality, *, moment: int, within: int, not_here_by: int
) -> Outlook | None:
    """What to expect of cars that mean to come at any moment of [moment, moment + within].

    None when they are later than any car that was ever expected.
    """
    offsets = offsets_of(punctuality, within)
    left = len(offsets) - bisect_right(offsets, not_here_by - moment)
    if left == 0:
        return None
    comes = (1 - punctuality.missing_share) * left / len(offsets)
    return Outlook(comes / (comes + punctuality.missing_share), moment, offsets, left)


@lru_cache(maxsize=64)
def offsets_of(punctuality: Punctuality, within: int) -> tuple[int, ...]:
    """Equally likely arrivals, in order: seconds after the first moment that may be meant."""
    first = -punctuality.early_seconds - 5 * punctuality.spread_seconds
    last = within + 8 * punctuality.held_up_seconds
    places = range(first, last, max(1, punctuality.spread_seconds // PLACES))
    meant = [(part + 0.5) * within / 20 for part in range(20)] if within else [0.0]
    shares = [sum(punctuality.here_by(at - m) for m in meant) / len(meant) for at in places]
    found = []
    at = 0
    for point in range(POINTS):
        while at < len(shares) - 1 and shares[at] < (point + 0.5) / POINTS:
            at += 1
        found.append(places[at])
    return tuple(found)
