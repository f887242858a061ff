"""What is still to be done for each car, and what is to be expected of it, at one moment."""

from collections.abc import Sequence
from dataclasses import dataclass

from drivethrough.planning.day import Car, CarState, Day
from drivethrough.planning.punctuality import Outlook, Punctuality, outlook
from drivethrough.planning.queue_plan import LeftOut

# A car not here so long after its slot is no longer waited for. The queue's own grace.
OVERDUE_AFTER = 1_800
# No goods are begun so long before one in five such cars has come, or longer: they would be in
# the way. When a car comes that was told a minute is known better than when one comes that may
# come at any time of its slot; that one's goods are begun about a slot before its slot.
AHEAD_OF_SLOT, AHEAD_OF_MINUTE = 1_500, 1_200
# What is in hand and should be over by now is expected to last so much longer.
STILL_SECONDS = 30
CERTAIN = 1_000


@dataclass(frozen=True, slots=True)
class Prospect:
    """A car that is to be called.

    ``weight`` is the chance that it comes, in thousandths. ``arrives`` is when it came or is
    expected, ``early`` by when one in five such cars will have come. ``ready`` is when its goods
    are ready, where that is settled, else None; and nobody need begin them before ``release``.
    """

    car: Car
    weight: int
    arrives: int
    early: int
    ready: int | None
    release: int

    @property
    def reference(self) -> str:
        return self.car.reference


def prospects(day: Day, now: int) -> tuple[list[Prospect], dict[str, LeftOut]]:
    """The cars still to be called, and why others are not."""
    found: list[Prospect] = []
    left_out: dict[str, LeftOut] = {}
    places = _places(day.cars)
    for car in day.cars:
        if car.state == CarState.CALLED:
            continue
        if car.state in _SETTLED:
            left_out[car.reference] = _SETTLED[car.state]
            continue
        if car.state == CarState.WAITING:
            found.append(waiting(car, car.arrival or 0, now, ready_at(car, now)))
            continue
        prospect = expected(day.punctuality, car, now, places[car.reference])
        if prospect is None:
            left_out[car.reference] = LeftOut.OVERDUE
        else:
            found.append(prospect)
    return found, left_out


_SETTLED = {CarState.SERVED: LeftOut.SERVED, CarState.MISSED: LeftOut.MISSED}
# Place n of how many that are expected at the same time.
Place = tuple[int, int]


def _places(cars: Sequence[Car]) -> dict[str, Place]:
    """Of cars that may come at any time of one slot, nobody knows which comes when; but they will
    not all come at once. So each is given its place in the order of booking."""
    alike: dict[tuple[int, int, int | None], list[str]] = {}
    for car in cars:
        if car.state == CarState.EXPECTED:
            kind = car.slot_begins, car.slot_ends, car.arrival
            alike.setdefault(kind, []).append(car.reference)
    return {
        reference: (place, len(group))
        for group in alike.values()
        for place, reference in enumerate(group)
    }


def waiting(car: Car, came: int, now: int, ready: int | None) -> Prospect:
    return Prospect(car, CERTAIN, came, came, ready, now)


def expected(
    punctuality: Punctuality, car: Car, now: int, place: Place = (0, 1)
) -> Prospect | None:
    """None when it is overdue."""
    if now > max(car.slot_ends, car.arrival or 0) + OVERDUE_AFTER:
        return None
    view = outlook_of(punctuality, car, now)
    if view is None:
        return None
    number, of = place
    release = view.by(1, 5) - _ahead(car)
    if car.fresh_seconds is not None:
        release = max(release, view.by(1, 2) - car.fresh_seconds - car.preparation_seconds)
    return Prospect(
        car,
        weight=round(CERTAIN * view.chance),
        arrives=view.by(2 * number + 1, 2 * of),
        early=view.by(1, 5),
        ready=ready_at(car, now),
        release=max(now, release),
    )


def _ahead(car: Car) -> int:
    return AHEAD_OF_SLOT if car.arrival is None else AHEAD_OF_MINUTE


def soonest_release(punctuality: Punctuality, car: Car) -> int:
    """No ``release`` of an expected car is ever before this: the longer it is not here, the later
    it is expected."""
    view = outlook_of(punctuality, car, 0)
    return 0 if view is None else view.by(1, 5) - _ahead(car)


def outlook_of(punctuality: Punctuality, car: Car, now: int) -> Outlook | None:
    """By the minute it was told or said; long past that, by its slot."""
    if car.arrival is not None:
        told = outlook(punctuality, moment=car.arrival, within=0, not_here_by=now)
        if told is not None:
            return told
    length = car.slot_ends - car.slot_begins
    return outlook(punctuality, moment=car.slot_begins, within=length, not_here_by=now)


def ready_at(car: Car, now: int) -> int | None:
    """When its goods are ready, where that is settled."""
    if car.ready is not None:
        return car.ready
    if car.preparation_seconds == 0:
        return now
    if car.preparing is not None:
        return max(car.preparing + car.preparation_seconds, now + STILL_SECONDS)
    return None


def free_again(car: Car, now: int) -> int:
    """When the lane of a called car is free again."""
    return max((car.called or 0) + car.handover_seconds, now + STILL_SECONDS)


def in_hand(day: Day) -> list[Car]:
    """Those whose goods somebody is preparing."""
    return [
        car
        for car in day.cars
        if car.preparing is not None and car.ready is None and car.state != CarState.SERVED
    ]
