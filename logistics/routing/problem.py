"""What is to be planned. Times are seconds from one origin, the same for the whole problem."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import numpy.typing as npt

CostKind = Literal["duration", "distance"]
Matrix = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Load:
    """``ml`` is the whole volume, ``chilled_ml`` the part of it that must ride in the cold
    compartment."""

    grams: int = 0
    ml: int = 0
    chilled_ml: int = 0

    def __add__(self, other: "Load") -> "Load":
        return Load(
            self.grams + other.grams, self.ml + other.ml, self.chilled_ml + other.chilled_ml
        )

    def __sub__(self, other: "Load") -> "Load":
        return Load(
            self.grams - other.grams, self.ml - other.ml, self.chilled_ml - other.chilled_ml
        )

    def fits(self, capacity: "Load") -> bool:
        """What is not chilled may ride in the cold compartment too, never the other way round."""
        return (
            self.grams <= capacity.grams
            and self.ml <= capacity.ml
            and self.chilled_ml <= capacity.chilled_ml
        )


NOTHING = Load()


@dataclass(frozen=True, slots=True)
class Window:
    earliest: int
    latest: int


@dataclass(frozen=True, slots=True)
class Wish:
    """A soft window: every second that service begins outside it costs ``cost``. A promised time,
    a customer's usual hour. ``timing`` says when a vehicle waits for it."""

    earliest: int
    latest: int
    cost: int


@dataclass(frozen=True, slots=True)
class Stop:
    """One visit. ``location`` is a row of the matrices; service *begins* in [earliest, latest].

    ``deliver`` is aboard from the depot, ``collect`` stays aboard to the depot.
    ``penalty`` is what leaving the stop out costs; ``None`` makes leaving it out a violation.

    ``windows``, where given, narrow the hull [earliest, latest]: service begins inside one of them.
    ``chilled`` and ``skills`` ask for a van that has them, ``clearance_cm`` for one no taller.
    ``vehicle`` is the only one that may come (its goods are aboard already). ``regular`` is the
    van whose driver knows the door; any other costs ``stranger_cost``. Stops of one ``together``
    group that are served are served by one vehicle.
    """

    name: str
    location: int
    deliver: Load = NOTHING
    collect: Load = NOTHING
    earliest: int = 0
    latest: int = 86_400
    service_seconds: int = 0
    penalty: int | None = None
    chilled: bool = False
    windows: tuple[Window, ...] = ()
    wish: Wish | None = None
    skills: frozenset[str] = frozenset()
    clearance_cm: int | None = None
    vehicle: int | None = None
    regular: int | None = None
    stranger_cost: int = 0
    together: str = ""


@dataclass(frozen=True, slots=True)
class Transfer:
    """A load taken up at one stop and set down at a later one of the same route. Both stops are
    served or neither; what they deliver and collect themselves comes on top."""

    pickup: int
    delivery: int
    load: Load


@dataclass(frozen=True, slots=True)
class Break:
    """A rest of ``seconds`` that *begins* in [earliest, latest]: on the road, while waiting or at
    the depot, never during service. Korean law wants 30 minutes in four hours of work, an hour in
    eight."""

    earliest: int
    latest: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Vehicle:
    """One van on one shift: leaves location ``start`` not before ``earliest``, is back at location
    ``end`` by ``latest``. ``fixed_cost`` is paid once if it is used at all.

    ``per_km`` and ``per_hour`` (of driving) replace the problem's own cost for this van, rounded
    for each leg. ``max_seconds`` limits the time from leaving to being back. Beyond
    ``fair_seconds`` of driving and service each second costs the problem's ``unfair_cost``.
    ``locked`` stops come first, in this order; ``aboard`` stays in the van all day.
    ``breaks`` are all taken, one after the other in this order.
    It may come back to ``start`` to load again ``reloads`` times, taking ``reload_seconds`` each.
    ``speed`` is one of the problem's profiles.
    """

    name: str
    start: int
    end: int
    capacity: Load
    earliest: int = 0
    latest: int = 86_400
    breaks: tuple[Break, ...] = ()
    fixed_cost: int = 0
    chilled: bool = False
    skills: frozenset[str] = frozenset()
    height_cm: int = 0
    max_seconds: int | None = None
    per_km: int | None = None
    per_hour: int | None = None
    fair_seconds: int | None = None
    locked: tuple[int, ...] = ()
    aboard: Load = NOTHING
    reloads: int = 0
    reload_seconds: int = 0
    speed: int | None = None


@dataclass(frozen=True, slots=True)
class SpeedBand:
    """From ``since`` on, a second of the matrix is driven at ``percent`` of its speed."""

    since: int
    percent: int


SpeedProfile = tuple[SpeedBand, ...]


@dataclass(frozen=True)
class Problem:
    """``durations`` (s) and ``distances`` (m) are square, by location. ``cost`` says which of the
    two is minimised; waiting and service cost nothing.

    A speed profile's bands are in order of time; before the first one the matrix holds as it is.
    """

    stops: Sequence[Stop]
    vehicles: Sequence[Vehicle]
    durations: Matrix
    distances: Matrix
    cost: CostKind = "duration"
    transfers: Sequence[Transfer] = ()
    speeds: Sequence[SpeedProfile] = ()
    unfair_cost: int = 0

    def __post_init__(self) -> None:
        # Nested lists are welcome; a wrong shape stays as it came and is refused by ``screen``.
        for name in ("durations", "distances"):
            object.__setattr__(self, name, _as_matrix(getattr(self, name)))

    @property
    def costs(self) -> Matrix:
        return self.durations if self.cost == "duration" else self.distances

    @cached_property
    def other_end(self) -> dict[int, int]:
        """Of each stop of a transfer, the stop at its other end."""
        pairs = [(t.pickup, t.delivery) for t in self.transfers]
        return dict([*pairs, *((b, a) for a, b in pairs)])

    def leg_cost(self, vehicle: int, origin: int, destination: int) -> int:
        """What driving from one location to another costs this vehicle."""
        van = self.vehicles[vehicle]
        if van.per_km is None and van.per_hour is None:
            return int(self.costs[origin][destination])
        metres = int(self.distances[origin][destination])
        seconds = int(self.durations[origin][destination])
        return ((van.per_km or 0) * metres + 500) // 1_000 + (
            (van.per_hour or 0) * seconds + 1_800
        ) // 3_600

    def leg_costs(self, vehicle: int) -> npt.NDArray[np.int64]:
        """``leg_cost`` from every location to every other."""
        van = self.vehicles[vehicle]
        if van.per_km is None and van.per_hour is None:
            return self.costs.astype(np.int64)
        metres, seconds = self.distances.astype(np.int64), self.durations.astype(np.int64)
        return ((van.per_km or 0) * metres + 500) // 1_000 + (
            (van.per_hour or 0) * seconds + 1_800
        ) // 3_600


def _as_matrix(given: object) -> object:
    if isinstance(given, np.ndarray) and given.dtype == np.int32 and given.ndim == 2:
        return np.ascontiguousarray(given)
    try:
        wide = np.asarray(given, dtype=np.int64)
    except (ValueError, TypeError, OverflowError):
        return given
    if wide.ndim != 2 or (wide.size and np.abs(wide).max() > np.iinfo(np.int32).max):
        return given
    return np.ascontiguousarray(wide, dtype=np.int32)
