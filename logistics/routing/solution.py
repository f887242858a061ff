"""What a plan is. Stops and vehicles are positions in the problem's own lists."""

from collections.abc import Callable
from dataclasses import dataclass, field

from logistics.routing.problem import Load


@dataclass(frozen=True)
class RoutePlan:
    """One vehicle's day; ``arrivals``, ``leaves`` and ``loads_after`` run beside ``stops``.

    ``arrivals`` may lie before the window: service begins at ``leaves`` less the service time.
    ``starts`` and ``ends`` are when it leaves the depot and is back; ``breaks_at`` when each of the
    vehicle's breaks begins.
    Before each position in ``reloads`` it goes back to where it started and loads again.
    ``work_seconds`` are driving and service (reloads too), without waiting and resting.
    """

    vehicle: int
    stops: list[int]
    arrivals: list[int]
    leaves: list[int]
    loads_after: list[Load]
    starts: int
    ends: int
    breaks_at: tuple[int, ...] = ()
    reloads: tuple[int, ...] = ()
    work_seconds: int = 0


@dataclass(frozen=True)
class Solution:
    """Used routes only. ``cost`` = legs + fixed costs of used vehicles + penalties of the unserved
    + seconds outside wishes + strangers at regulars' doors + work beyond the fair share.

    ``causes`` says for every unserved stop why (see ``screen.Cause``).
    """

    routes: list[RoutePlan]
    unserved: list[int]
    cost: int
    engine: str
    seconds: float
    first_feasible_seconds: float | None
    causes: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Progress:
    """The best plan found so far, ``seconds`` after the start, by ``engine``. Fewer musts left out
    is better than any cost.

    ``orders`` (vehicle → its stops) and ``reloads`` (vehicle → positions, as in ``RoutePlan``) are
    the plan itself, in positions of the problem that the engine was given.
    """

    cost: int
    seconds: float
    unserved: int
    musts_unserved: int
    engine: str
    orders: dict[int, list[int]] = field(default_factory=dict)
    reloads: dict[int, tuple[int, ...]] = field(default_factory=dict)

    @property
    def rank(self) -> tuple[int, int]:
        return self.musts_unserved, self.cost


OnProgress = Callable[[Progress], None]


def only_better(on_progress: OnProgress) -> OnProgress:
    """Keeps quiet about plans no better than one told before."""
    best: Progress | None = None

    def tell(said: Progress) -> None:
        nonlocal best
        if best is None or said.rank < best.rank:
            best = said
            on_progress(said)

    return tell
