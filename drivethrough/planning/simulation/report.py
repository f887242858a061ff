"""What played days come to."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from drivethrough.planning.simulation.floor import Outcome


@dataclass(frozen=True, slots=True)
class Report:
    """Over all days. Waiting is from arrival to the hand-over's begin, standing from the goods
    being ready until then, in seconds. ``lane_use`` is the share of the time, from the first
    arrival to the last departure, that each lane hands over, by number. ``wasted`` counts goods
    prepared and not fetched, ``unserved`` cars that came in vain.
    """

    cars: int
    mean_wait: float
    p95_wait: int
    longest_wait: int
    mean_standing: float
    lane_use: tuple[float, ...]
    wasted: int
    unserved: int


def report(days: Sequence[Outcome], lanes: int) -> Report:
    """``days`` has at least one car served."""
    services = [service for day in days for service in day.services]
    waits = sorted(service.wait_seconds for service in services)
    return Report(
        cars=len(services),
        mean_wait=sum(waits) / len(waits),
        p95_wait=quantile(waits, 0.95),
        longest_wait=waits[-1],
        mean_standing=sum(s.standing_seconds for s in services) / len(services),
        lane_use=tuple(_use(days, lane) for lane in range(1, lanes + 1)),
        wasted=sum(len(day.wasted) for day in days),
        unserved=sum(len(day.unserved) for day in days),
    )


def quantile(ordered: Sequence[int], share: float) -> int:
    """The smallest value that at least that share of them does not exceed."""
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def _use(days: Sequence[Outcome], lane: int) -> float:
    worked = opened = 0
    for day in days:
        if not day.services:
            continue
        opened += max(s.ends for s in day.services) - min(s.came for s in day.services)
        worked += sum(s.ends - s.begins for s in day.services if s.lane == lane)
    return worked / opened
