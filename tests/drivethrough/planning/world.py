"""A small farm gate that opens at ten: two lanes, two preparers, half-hour slots."""

import random
from collections.abc import Sequence
from dataclasses import replace

from hypothesis import strategies as st

from drivethrough.planning.day import Car, CarState, Day, Lane, Staff
from drivethrough.planning.punctuality import Punctuality

MINUTE = 60
TEN = 10 * 3_600
SLOT = 30 * MINUTE

# Everybody comes at the very moment, so that plans can be reckoned by hand.
PUNCTUAL = Punctuality(
    early_seconds=0, spread_seconds=1, held_up_share=0.0, held_up_seconds=1, missing_share=0.0
)


def a_car(reference: str = "A", **changes: object) -> Car:
    """Booked for ten, three minutes of preparation, two of hand-over."""
    car = Car(
        reference,
        slot_begins=TEN,
        slot_ends=TEN + SLOT,
        preparation_seconds=3 * MINUTE,
        handover_seconds=2 * MINUTE,
    )
    return replace(car, **changes)  # type: ignore[arg-type]


def here(reference: str = "A", *, came: int = TEN, **changes: object) -> Car:
    """A car that waits, its goods ready since half past nine."""
    known: dict[str, object] = {
        "state": CarState.WAITING,
        "arrival": came,
        "ready": TEN - 30 * MINUTE,
    }
    return a_car(reference, **(known | changes))


def at_lane(reference: str = "A", *, lane: int = 1, called: int = TEN, **changes: object) -> Car:
    """A car that came when it was called."""
    known = {"state": CarState.CALLED, "lane": lane, "called": called}
    return here(reference, came=called, **(known | changes))


def a_day(cars: Sequence[Car] = (), **changes: object) -> Day:
    day = Day(
        cars=tuple(cars),
        lanes=(Lane(1), Lane(2)),
        staff=(Staff(0, 2),),
        punctuality=PUNCTUAL,
    )
    return replace(day, **changes)  # type: ignore[arg-type]


def any_day(seed: int, many: int) -> tuple[Day, int]:
    """Any day with so many cars, in any states they may be in, and the second of it."""
    chance = random.Random(seed)
    now = chance.randrange(TEN - 2 * SLOT, TEN + 6 * SLOT)
    numbers = list(range(1, 1 + chance.randint(1, 3)))
    lanes = tuple(
        Lane(
            number,
            opens=chance.choice([0, 0, TEN, TEN + SLOT]),
            closes=chance.choice([TEN + 2 * SLOT, TEN + 6 * SLOT, 86_400]),
            closed=chance.random() < 0.2,
        )
        for number in numbers
    )
    changes = sorted({0, *(now + chance.randint(-SLOT, SLOT) for _ in range(chance.randint(0, 2)))})
    staff = tuple(Staff(since, chance.randint(0, 3)) for since in changes)
    booked = tuple(_any_car(chance, now, numbers, f"C{number:02}") for number in range(many))
    return Day(cars=booked, lanes=lanes, staff=staff), now


def _any_car(chance: random.Random, now: int, nobody_at: list[int], reference: str) -> Car:
    begins = TEN + SLOT * chance.randint(0, 3)
    state = chance.choice([s for s in CarState if s != CarState.CALLED or nobody_at])
    prepared = chance.choice(["no", "in hand", "ready"])
    arrival = chance.choice([None, chance.randint(TEN, TEN + 4 * SLOT)])
    lane, called = chance.choice([None, 1, 2, 3]), None
    if state in (CarState.WAITING, CarState.CALLED):
        arrival = chance.randint(now - SLOT, now)
    if state == CarState.CALLED:
        lane, called = nobody_at.pop(), chance.randint(arrival or now, now)
    return Car(
        reference,
        slot_begins=begins,
        slot_ends=begins + SLOT,
        preparation_seconds=chance.choice([0, 60, 145, 240]),
        handover_seconds=chance.randint(30, 300),
        state=state,
        arrival=arrival,
        preparing=chance.randint(now - 200, now) if prepared == "in hand" else None,
        ready=chance.randint(now - SLOT, now) if prepared == "ready" else None,
        lane=lane,
        called=called,
        fresh_seconds=chance.choice([None, 1_200]),
        lanes=chance.choice([None, None, frozenset({1}), frozenset({2, 3})]),
    )


# Drawn from a seed: on a busy machine hypothesis takes long to draw each figure by itself.
days = st.builds(any_day, st.integers(0, 10**6), st.integers(0, 12))
