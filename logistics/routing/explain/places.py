"""Where a stop could be put in, and whether the judge lets that pass."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations_with_replacement

from logistics.routing.changes import Change
from logistics.routing.check import ViolationKind, violations
from logistics.routing.explain.told import Fix, Kind
from logistics.routing.problem import NOTHING, Problem, Vehicle
from logistics.routing.schedule import may_serve, plan_cost, route_cost, scheduled, solution_of
from logistics.routing.screen import Screened
from logistics.routing.solution import RoutePlan, Solution


@dataclass(frozen=True, slots=True)
class Place:
    """A vehicle's day with the stop put in."""

    vehicle: int
    stops: list[int]
    reloads: tuple[int, ...]


@dataclass(frozen=True)
class Plan:
    """The mended day, what each vehicle drives in it, and the stops that must find a place: one, or
    both ends of a transfer, the pickup first."""

    day: Problem
    working: list[int]
    routes: dict[int, RoutePlan]
    unserved: list[int]
    stop: int
    ends: tuple[int, ...]
    spare: Sequence[Vehicle] | None = None

    @classmethod
    def of(
        cls,
        screened: Screened,
        solution: Solution,
        stop: int,
        spare: Sequence[Vehicle] | None = None,
    ) -> "Plan":
        day = screened.mended()
        return cls(
            day,
            screened.vehicles,
            {route.vehicle: route for route in solution.routes},
            solution.unserved,
            stop,
            ends_of(day, stop),
            spare,
        )

    @cached_property
    def places(self) -> list[Place]:
        """Wherever a vehicle that may come could; loads and clock are not looked at."""
        allowed = self.vehicles_of_the_group
        vehicles = self.working if allowed is None else allowed
        return [
            place
            for v in vehicles
            if all(may_serve(self.day, v, s) for s in self.ends)
            for place in self.places_on(v, *self.driven(v))
        ]

    @cached_property
    def vehicles_of_the_group(self) -> list[int] | None:
        """Who serves those the stop must ride with; None if nobody does yet."""
        groups = {self.day.stops[s].together for s in self.ends} - {""}
        joined = [
            v
            for v, route in self.routes.items()
            if groups & {self.day.stops[s].together for s in route.stops}
        ]
        return joined or None

    def driven(self, v: int) -> tuple[list[int], tuple[int, ...]]:
        route = self.routes.get(v)
        return (route.stops, route.reloads) if route else ([], ())

    def places_on(self, v: int, stops: Sequence[int], reloads: tuple[int, ...]) -> Iterator[Place]:
        first = len(self.day.vehicles[v].locked)
        positions = range(first, len(stops) + 1)
        for chosen in combinations_with_replacement(positions, len(self.ends)):
            order = list(stops)
            for s, position in reversed(list(zip(self.ends, chosen, strict=True))):
                order.insert(position, s)
            yield from (
                Place(v, order, moved)
                for moved in dict.fromkeys((_moved(reloads, chosen, 0), _moved(reloads, chosen, 1)))
            )

    def with_place(self, place: Place, change: Change, kind: Kind) -> Fix | None:
        """The fix, if the judge lets it pass."""
        changed = change.apply(self.day)
        if scheduled(changed, place.vehicle, place.stops, place.reloads) is None:
            return None
        order = {v: list(route.stops) for v, route in self.routes.items()}
        reloads = {v: route.reloads for v, route in self.routes.items()}
        order[place.vehicle], reloads[place.vehicle] = place.stops, place.reloads
        found = solution_of(
            changed, order, engine=kind, seconds=0.0, first_feasible_seconds=None, reloads=reloads
        )
        if found is None or self._broken(changed, found):
            return None
        before = plan_cost(self.day, list(self.routes.values()), self.unserved)
        return Fix(kind, change, order, reloads, found.cost - before)

    def as_new(self, v: int) -> Vehicle:
        """The vehicle without what is decided about its day."""
        return replace(self.day.vehicles[v], locked=(), aboard=NOTHING)

    def dearer_by(self, changed: Problem, route: RoutePlan) -> int:
        """What the vehicle's day costs more than before."""
        before = self.routes.get(route.vehicle)
        return route_cost(changed, route) - (route_cost(self.day, before) if before else 0)

    def _broken(self, changed: Problem, found: Solution) -> bool:
        left_out = ViolationKind.MUST_UNSERVED
        return any(
            wrong.kind != left_out or wrong.stop in self.ends
            for wrong in violations(changed, found)
        )


def ends_of(problem: Problem, s: int) -> tuple[int, ...]:
    """The stop alone, or both ends of its transfer, the pickup first."""
    for transfer in problem.transfers:
        if s in (transfer.pickup, transfer.delivery):
            both = (transfer.pickup, transfer.delivery)
            return tuple(end for end in both if end in range(len(problem.stops)))
    return (s,)


def _moved(reloads: tuple[int, ...], chosen: Sequence[int], before: int) -> tuple[int, ...]:
    """The reloads' positions with stops put in; those put where one is come ``before`` it or, for
    0, behind it."""
    return tuple(
        r + sum(position < r or (position == r and before) for position in chosen) for r in reloads
    )
