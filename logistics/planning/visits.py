"""Which moves share one ring of the bell. Plain Python.

Bringing a box and fetching the last one at the same door is one visit, if both may be
done at one time and some van can carry them together.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from logistics.routing.problem import NOTHING, Load, Vehicle

# Below half an hour in common, two rings are easier to plan than one.
SHARED_SECONDS = 1_800
# Everything after the first thing at a door: no new parking, no new bell.
NEXT_MOVE_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Move:
    """One consignment, in seconds from the day's midnight. ``collects``: door to depot.

    ``promised``: when the people at the door were told to expect the van.
    """

    reference: str
    address: str
    lat: float
    lon: float
    earliest: int
    latest: int
    service_seconds: int
    load: Load
    collects: bool
    chilled: bool
    promised: int | None = None
    clearance_cm: int | None = None
    skills: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Visit:
    """Moves at one door, served together."""

    moves: tuple[Move, ...]

    @property
    def point(self) -> tuple[float, float]:
        return self.moves[0].lat, self.moves[0].lon

    @property
    def address(self) -> str:
        return self.moves[0].address

    @property
    def earliest(self) -> int:
        return max(move.earliest for move in self.moves)

    @property
    def latest(self) -> int:
        return min(move.latest for move in self.moves)

    @property
    def service_seconds(self) -> int:
        return service_together([move.service_seconds for move in self.moves])

    @property
    def deliver(self) -> Load:
        return sum((move.load for move in self.moves if not move.collects), NOTHING)

    @property
    def collect(self) -> Load:
        return sum((move.load for move in self.moves if move.collects), NOTHING)

    @property
    def promised(self) -> int | None:
        """Of two promises at one door the later: the first waits until both are kept."""
        return max((m.promised for m in self.moves if m.promised is not None), default=None)

    @property
    def chilled(self) -> bool:
        return any(move.chilled for move in self.moves)

    @property
    def clearance_cm(self) -> int | None:
        """The lowest entrance."""
        return min((m.clearance_cm for m in self.moves if m.clearance_cm is not None), default=None)

    @property
    def skills(self) -> frozenset[str]:
        return frozenset[str]().union(*(move.skills for move in self.moves))


def service_together(services: Sequence[int]) -> int:
    """Seconds at one door for moves that take so long each alone."""
    return max(services) + NEXT_MOVE_SECONDS * (len(services) - 1)


def visits(moves: Sequence[Move], vans: Sequence[Vehicle]) -> list[Visit]:
    """Every move in exactly one visit, in the order of each visit's first move."""
    by_door: dict[tuple[str, float, float], list[Visit]] = {}
    for move in sorted(moves, key=lambda m: (m.earliest, m.latest, m.reference)):
        door = by_door.setdefault((" ".join(move.address.split()), move.lat, move.lon), [])
        for position, visit in enumerate(door):
            together = Visit((*visit.moves, move))
            if _in_time(visit, move) and _carried(together, vans):
                door[position] = together
                break
        else:
            door.append(Visit((move,)))
    return [visit for door in by_door.values() for visit in door]


def _in_time(visit: Visit, move: Move) -> bool:
    shared = min(visit.latest, move.latest) - max(visit.earliest, move.earliest)
    shorter = min(visit.latest - visit.earliest, move.latest - move.earliest)
    return shared >= min(SHARED_SECONDS, shorter)


def _carried(visit: Visit, vans: Sequence[Vehicle]) -> bool:
    return any(
        visit.deliver.fits(van.capacity)
        and visit.collect.fits(van.capacity)
        and (van.chilled or not visit.chilled)
        and visit.skills <= van.skills
        and (visit.clearance_cm is None or van.height_cm <= visit.clearance_cm)
        for van in vans
    )
