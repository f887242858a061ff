"""How many cars a slot should take, from what hand-overs and preparations were measured to take."""

import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Literal

from drivethrough.errors import DrivethroughError
from drivethrough.planning.day import Car, Day, Lane, Staff
from drivethrough.planning.punctuality import OBSERVED, Punctuality
from drivethrough.planning.queueing import cv2, wait_quantile
from drivethrough.planning.simulation import Dispatching, Truth, drawn_arrival, played, report

MOST_CARS = 500
SLOTS, DAYS = 6, 6
# The day's first slot opens here; the staff begin an hour before.
OPENS = 36_000
SHARE = 0.95


class NothingMeasured(DrivethroughError):
    """No figure to go by: ``field`` says of what."""

    code = "NOTHING_MEASURED"


@dataclass(frozen=True, slots=True)
class Crew:
    lanes: int
    preparers: int
    slot_seconds: int = 1_800
    punctuality: Punctuality = OBSERVED


@dataclass(frozen=True, slots=True)
class Suggestion:
    """``cars`` a slot. ``by_formula`` is what queueing theory alone would allow at the lanes,
    ``by_staff`` what can be prepared in a slot's time, by the mean ``preparation_seconds`` of a
    car; ``p95_wait`` the simulated seconds."""

    cars: int
    by_formula: int
    by_staff: int
    p95_wait: int
    limited_by: Literal["wait", "staff"]
    preparation_seconds: int


def suggest_capacity(
    *,
    handover_seconds: Sequence[int],
    preparation_seconds: Sequence[int],
    crew: Crew,
    wanted_p95: int,
    seed: int = 0,
) -> Suggestion:
    """The most cars a slot with which 95 of 100 wait no longer than ``wanted_p95`` seconds.

    Both lists hold whole seconds, each car's own, measured. Simulated days draw from them; nobody
    knows beforehand which car will take long. 0 cars where even one waits too long. Raises
    NOTHING_MEASURED.
    """
    for field, measured in (
        ("handover_seconds", handover_seconds),
        ("preparation_seconds", preparation_seconds),
    ):
        if not measured or max(measured) <= 0:
            raise NothingMeasured(field)
    mean = fmean(preparation_seconds)
    by_staff = min(MOST_CARS, int(crew.preparers * crew.slot_seconds / mean))
    by_formula = cars_by_formula(handover_seconds, crew, wanted_p95)
    # More than lanes or staff can ever do need not be tried; fewer than the formula's hardly.
    most = min(by_staff, cars_by_formula(handover_seconds, crew, math.inf))
    waits = {0: 0}
    while (tried := _next_try(waits, min(by_formula, most), most, wanted_p95)) is not None:
        waits[tried] = _p95(tried, handover_seconds, preparation_seconds, crew, seed)
    cars = max(tried for tried, wait in waits.items() if wait <= wanted_p95)
    limited_by: Literal["wait", "staff"] = "staff" if cars == by_staff else "wait"
    return Suggestion(cars, by_formula, by_staff, waits[cars], limited_by, round(mean))


def _next_try(waits: Mapping[int, int], first: int, most: int, wanted: int) -> int | None:
    """Halving what is left between the most that keeps the wish and the least that does not."""
    if first not in waits:
        return first
    keeps = max(cars for cars, wait in waits.items() if wait <= wanted)
    breaks = min((cars for cars, wait in waits.items() if wait > wanted), default=most + 1)
    return None if breaks - keeps <= 1 else (keeps + breaks) // 2


def cars_by_formula(handover_seconds: Sequence[int], crew: Crew, wanted_p95: float) -> int:
    """By Allen and Cunneen, as if cars came entirely by chance: those of a slot come rather more
    evenly, so this errs on the safe side."""
    mean, spread = fmean(handover_seconds), cv2(handover_seconds)
    coming = 1 - crew.punctuality.missing_share
    found = 0
    for cars in range(1, MOST_CARS + 1):
        wait = wait_quantile(
            SHARE,
            rate=cars * coming / crew.slot_seconds,
            service_seconds=mean,
            servers=crew.lanes,
            service_cv2=spread,
        )
        if wait > wanted_p95 or wait == math.inf:
            break
        found = cars
    return found


def _p95(
    cars: int, handovers: Sequence[int], preparations: Sequence[int], crew: Crew, seed: int
) -> int:
    outcomes = []
    for number in range(DAYS):
        chance = random.Random(f"{seed} {number}")  # noqa: S311 (not a secret)
        day, truth = _drawn(cars, handovers, preparations, crew, chance)
        outcomes.append(played(day, truth, Dispatching(), now=OPENS - 3_600))
    return report(outcomes, crew.lanes).p95_wait if any(o.services for o in outcomes) else 0


def _drawn(
    cars: int,
    handovers: Sequence[int],
    preparations: Sequence[int],
    crew: Crew,
    chance: random.Random,
) -> tuple[Day, Mapping[str, Truth]]:
    booked = []
    truth = {}
    for slot in range(SLOTS):
        begins = OPENS + slot * crew.slot_seconds
        for place in range(cars):
            car = Car(
                f"{slot}-{place}",
                slot_begins=begins,
                slot_ends=begins + crew.slot_seconds,
                preparation_seconds=round(fmean(preparations)),
                handover_seconds=max(1, round(fmean(handovers))),
            )
            booked.append(car)
            truth[car.reference] = Truth(
                comes=drawn_arrival(car, crew.punctuality, chance),
                preparation_seconds=chance.choice(preparations),
                handover_seconds=chance.choice(handovers),
            )
    lanes = tuple(Lane(number) for number in range(1, crew.lanes + 1))
    return Day(tuple(booked), lanes, (Staff(0, crew.preparers),), crew.punctuality), truth
