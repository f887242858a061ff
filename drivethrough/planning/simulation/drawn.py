"""Days drawn by chance, the same for the same seed."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, replace

from drivethrough.planning.day import Car, Day, Lane, Staff
from drivethrough.planning.minutes import suggested_minutes
from drivethrough.planning.punctuality import OBSERVED, Punctuality
from drivethrough.planning.simulation.playing import Truth

LEAST_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Shop:
    """A shop with ``slots`` of ``slot_seconds`` from ``opens`` on. What is booked takes between
    the two ``..._seconds``, all equally likely; what it really takes is lognormal about that, with
    ``spread`` as the standard deviation of its logarithm."""

    lanes: int = 3
    preparers: int = 4
    opens: int = 36_000
    slots: int = 10
    slot_seconds: int = 1_800
    preparation_seconds: tuple[int, int] = (90, 240)
    handover_seconds: tuple[int, int] = (60, 200)
    spread: float = 0.25
    punctuality: Punctuality = OBSERVED

    def cars_per_slot(self, load: float) -> int:
        """So many that the busier of lanes and preparers works that share of its time. Goods are
        prepared for everybody, lanes serve those who come."""
        coming = 1 - self.punctuality.missing_share
        at_lanes = coming * sum(self.handover_seconds) / 2 / self.lanes
        preparing = sum(self.preparation_seconds) / 2 / self.preparers
        return int(load * self.slot_seconds / max(at_lanes, preparing))


def drawn(
    shop: Shop, load: float, seed: int, *, minutes_heeded: float | None = None
) -> tuple[Day, Mapping[str, Truth]]:
    """A day with every slot booked to that load.

    Drivers mean to come at any moment of their slot. With ``minutes_heeded`` each has been told a
    minute of it, and that share of them means to come then. The chances of a car are its own: with
    the same seed it is late by as much, and takes as long, in any of these days.
    """
    booked = _booked(shop, load, seed)
    day = Day(
        cars=tuple(booked),
        lanes=tuple(Lane(number) for number in range(1, shop.lanes + 1)),
        staff=(Staff(0, shop.preparers),),
        punctuality=shop.punctuality,
    )
    if minutes_heeded is not None:
        minutes = suggested_minutes(day)
        told = tuple(replace(car, arrival=minutes[car.reference]) for car in day.cars)
        day = replace(day, cars=told)
    return day, {
        car.reference: _truth(shop, car, minutes_heeded or 0.0, own_chance(seed, car.reference))
        for car in day.cars
    }


def own_chance(seed: int, reference: str) -> random.Random:
    """A car's own: what happens to it does not hang on what happens to others."""
    return random.Random(f"{seed} {reference}")  # noqa: S311 (not a secret)


def _booked(shop: Shop, load: float, seed: int) -> list[Car]:
    chance = random.Random(seed)  # noqa: S311 (not a secret)
    found = []
    for slot in range(shop.slots):
        begins = shop.opens + slot * shop.slot_seconds
        for place in range(shop.cars_per_slot(load)):
            car = Car(
                f"{slot:02}-{place:03}",
                slot_begins=begins,
                slot_ends=begins + shop.slot_seconds,
                preparation_seconds=chance.randint(*shop.preparation_seconds),
                handover_seconds=chance.randint(*shop.handover_seconds),
            )
            found.append(car)
    return found


def _truth(shop: Shop, car: Car, minutes_heeded: float, chance: random.Random) -> Truth:
    return Truth(
        comes=drawn_arrival(car, shop.punctuality, chance, minutes_heeded),
        preparation_seconds=really(car.preparation_seconds, shop.spread, chance),
        handover_seconds=really(car.handover_seconds, shop.spread, chance),
    )


def drawn_arrival(
    car: Car, punctuality: Punctuality, chance: random.Random, minutes_heeded: float = 0.0
) -> int | None:
    """The second at which it comes, None when it never does. It means to come at any moment of
    its slot, or at the minute it was told if it heeds that."""
    meant = car.slot_begins + chance.randrange(car.slot_ends - car.slot_begins)
    heeds = chance.random() < minutes_heeded
    if heeds and car.arrival is not None:
        meant = car.arrival
    late = punctuality.drawn(chance)
    return None if late is None else max(0, meant + late)


def really(seconds: int, spread: float, chance: random.Random) -> int:
    """Lognormal, on average as many seconds as planned."""
    if seconds == 0:
        return 0
    return max(LEAST_SECONDS, round(seconds * chance.lognormvariate(-(spread**2) / 2, spread)))
