"""The routes that a search came by, to be recombined."""

from dataclasses import dataclass

from logistics.routing.ruin_recreate import kernel as k
from logistics.routing.ruin_recreate.engine import Run

# Of the same stops only the cheapest order is kept; beyond so many routes the oldest go.
MOST = 60_000


@dataclass(frozen=True, slots=True)
class PooledRoute:
    """Stops in driving order, for any van of a kind (as ``encoding`` numbers them)."""

    kind: int
    stops: tuple[int, ...]
    cost: int


class Pool:
    def __init__(self) -> None:
        self.routes: dict[tuple[int, frozenset[int]], PooledRoute] = {}

    def take(self, run: Run) -> dict[int, PooledRoute]:
        """Takes in the routes of the run's current plan; answers them by the encoding's vehicle."""
        data, state = run.encoding.data, run.state
        after = state.after.tolist()
        legs = state.link[:, k.LEG_OUT].tolist()
        vans = data.van[:, [k.KIND, k.FIXED]].tolist()
        odd = state.vans[: data.m, k.ODD_COST].tolist()
        choosy = data.terms.any()
        found = {}
        for v in range(data.m):
            start = data.base + 2 * v
            stops, cost, x = [], legs[start], after[start]
            while x < data.base:
                stops.append(x)
                cost += legs[x]
                x = after[x]
            if not stops:
                continue
            kind, fixed = vans[v]
            cost += fixed + odd[v]
            if choosy:
                cost += int(data.terms[stops, kind].sum())
            found[v] = self.add(PooledRoute(kind, tuple(stops), cost))
        return found

    def add(self, route: PooledRoute) -> PooledRoute:
        """The cheapest order of these stops that is known."""
        key = route.kind, frozenset(route.stops)
        known = self.routes.pop(key, route)
        self.routes[key] = min(known, route, key=lambda r: r.cost)
        if len(self.routes) > MOST:
            self.routes.pop(next(iter(self.routes)))
        return self.routes[key]

    def add_all(self, other: "Pool") -> None:
        for route in other.routes.values():
            self.add(route)
