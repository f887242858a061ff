"""How many cars will wait, minute by minute: the rest of the day, played many times."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from drivethrough.planning.day import Car, CarState, Day
from drivethrough.planning.prospects import outlook_of
from drivethrough.planning.simulation import Dispatching, Outcome, Truth, played, really
from drivethrough.planning.simulation.report import quantile

RUNS = 20
MINUTE = 60
# How much longer or shorter things take than planned, as in the drawn days.
SPREAD = 0.25


@dataclass(frozen=True, slots=True)
class QueueMinute:
    """``at``: second of the day. On average ``mean`` cars wait then; in nine of ten runs no more
    than ``high``."""

    at: int
    mean: float
    high: int


def forecast(day: Day, *, now: int, runs: int = RUNS, seed: int = 0) -> tuple[QueueMinute, ...]:
    """From ``now`` until nobody is left in any run, a value a minute."""
    outcomes = []
    for run in range(runs):
        chance = random.Random(f"{seed} {run}")  # noqa: S311 (not a secret)
        outcomes.append(played(day, _drawn(day, now, chance), Dispatching(), now=now))
    last = max((s.ends for outcome in outcomes for s in outcome.services), default=now)
    minutes = range(now // MINUTE * MINUTE, last + MINUTE, MINUTE)
    counts = [_waiting(outcome, minutes) for outcome in outcomes]
    return tuple(
        QueueMinute(at, sum(many) / runs, quantile(sorted(many), 0.9))
        for at, many in zip(minutes, zip(*counts, strict=True), strict=True)
    )


def _drawn(day: Day, now: int, chance: random.Random) -> Mapping[str, Truth]:
    return {
        car.reference: Truth(
            comes=_comes(day, car, now, chance),
            preparation_seconds=really(car.preparation_seconds, SPREAD, chance),
            handover_seconds=really(car.handover_seconds, SPREAD, chance),
        )
        for car in day.cars
    }


def _comes(day: Day, car: Car, now: int, chance: random.Random) -> int | None:
    """Given that it is not here yet."""
    if car.state != CarState.EXPECTED:
        return None
    view = outlook_of(day.punctuality, car, now)
    drawn = chance.randrange(1_000)
    if view is None or drawn >= 1_000 * view.chance:
        return None
    return view.by(1 + chance.randrange(view.left), view.left)


def _waiting(outcome: Outcome, minutes: Sequence[int]) -> list[int]:
    """Cars that were never called wait to the end."""
    changes = [0] * (len(minutes) + 1)
    for service in outcome.services:
        first = max(0, -(-(service.came - minutes[0]) // MINUTE))
        after = max(0, -(-(service.begins - minutes[0]) // MINUTE))
        changes[first] += 1
        changes[after] -= 1
    changes[0] += len(outcome.unserved)
    found = []
    waiting = 0
    for change in changes[:-1]:
        waiting += change
        found.append(waiting)
    return found
