"""Numbers as a reader of the page wants them."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from logistics.routing.instance import Instance
from logistics.routing.problem import Load, Stop
from logistics.routing.solution import RoutePlan


@dataclass(frozen=True)
class Figures:
    """How this instance's times, costs and loads are written."""

    instance: Instance

    @cached_property
    def costs(self) -> NDArray[np.int64]:
        """The matrix that is minimised."""
        return np.asarray(self.instance.problem.costs, dtype=np.int64)

    @cached_property
    def by_volume(self) -> bool:
        """Real vans have a volume; benchmarks count units of one kind."""
        return any(van.capacity.ml for van in self.instance.problem.vehicles)

    def cost(self, cost: int) -> str:
        return f"{self.instance.shown_cost(cost):,}"

    def time(self, time: int) -> str:
        """Hours and minutes since the file's midnight, or its own unit."""
        if not self.instance.clock:
            return self._in_units(time)
        minutes = abs(time) // 60
        return f"{'−' if time < 0 else ''}{minutes // 60}:{minutes % 60:02}"

    def window(self, stop: Stop) -> str:
        """When service may begin; nothing where that is whenever a van is out."""
        vans = self.instance.problem.vehicles
        opens = min((van.earliest for van in vans), default=stop.earliest + 1)
        closes = max((van.latest for van in vans), default=stop.latest - 1)
        if stop.earliest <= opens and stop.latest >= closes:
            return ""
        if stop.latest >= closes:
            return f"{self.time(stop.earliest)}–"
        return f"{self.time(stop.earliest)}–{self.time(stop.latest)}"

    def load(self, load: Load) -> str:
        if not self.by_volume:
            return f"{load.grams:,}"
        # A number and its unit stay on one line.
        kilos, litres = f"{load.grams / 1_000:,.1f}\xa0kg", f"{load.ml / 1_000:,.0f}\xa0L"
        return f"{kilos} · {litres}"

    def driving(self, route: RoutePlan) -> str:
        """The route's edges: its share of what is minimised."""
        problem = self.instance.problem
        van = problem.vehicles[route.vehicle]
        path = [van.start, *(problem.stops[s].location for s in route.stops), van.end]
        total = int(self.costs[path[:-1], path[1:]].sum())
        if not self.instance.clock:
            return self._in_units(total)
        return self.time(total) if problem.cost == "duration" else f"{total / 1_000:,.1f} km"

    def most_aboard(self, route: RoutePlan) -> Load:
        """The most grams and the most ml at any moment of the route."""
        delivered = [self.instance.problem.stops[s].deliver for s in route.stops]
        aboard = [sum(delivered, Load()), *route.loads_after]
        return Load(max(load.grams for load in aboard), max(load.ml for load in aboard))

    def fullness(self, route: RoutePlan) -> float:
        """Of the fuller kind, weight or volume; 1 is full."""
        most = self.most_aboard(route)
        room = self.instance.problem.vehicles[route.vehicle].capacity
        shares = [
            used / most_allowed
            for used, most_allowed in ((most.grams, room.grams), (most.ml, room.ml))
            if most_allowed
        ]
        return max(shares, default=0.0)

    def _in_units(self, number: int) -> str:
        unit = self.instance.cost_unit
        return f"{number:,}" if unit == 1 else f"{number / unit:,.1f}"
