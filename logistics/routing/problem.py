"""What is to be planned. Times are seconds from one origin, the same for the whole problem."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

CostKind = Literal["duration", "distance"]
Matrix = Sequence[Sequence[int]]


@dataclass(frozen=True, slots=True)
class Load:
    grams: int = 0
    ml: int = 0

    def __add__(self, other: "Load") -> "Load":
        return Load(self.grams + other.grams, self.ml + other.ml)

    def __sub__(self, other: "Load") -> "Load":
        return Load(self.grams - other.grams, self.ml - other.ml)

    def fits(self, capacity: "Load") -> bool:
        return self.grams <= capacity.grams and self.ml <= capacity.ml


NOTHING = Load()


@dataclass(frozen=True, slots=True)
class Stop:
    """One visit. ``location`` is a row of the matrices; service *begins* in [earliest, latest].

    ``deliver`` is aboard from the depot, ``collect`` stays aboard to the depot.
    ``penalty`` is what leaving the stop out costs; ``None`` makes leaving it out a violation.
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


@dataclass(frozen=True, slots=True)
class Break:
    """A rest of ``seconds`` that *begins* in [earliest, latest]: on the road, while waiting or at
    the depot, never during service."""

    earliest: int
    latest: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Vehicle:
    """One van on one shift: leaves location ``start`` not before ``earliest``, is back at location
    ``end`` by ``latest``. ``fixed_cost`` is paid once if it is used at all."""

    name: str
    start: int
    end: int
    capacity: Load
    earliest: int = 0
    latest: int = 86_400
    break_: Break | None = None
    fixed_cost: int = 0
    chilled: bool = False


@dataclass(frozen=True)
class Problem:
    """``durations`` (s) and ``distances`` (m) are square, by location. ``cost`` says which of the
    two is minimised; waiting and service cost nothing."""

    stops: Sequence[Stop]
    vehicles: Sequence[Vehicle]
    durations: Matrix
    distances: Matrix
    cost: CostKind = "duration"

    @property
    def costs(self) -> Matrix:
        return self.durations if self.cost == "duration" else self.distances
