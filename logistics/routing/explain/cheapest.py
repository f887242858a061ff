"""Where a stop would go at the least trouble."""

from dataclasses import replace

from logistics.routing.changes import windows_of
from logistics.routing.explain.places import Place, Plan
from logistics.routing.explain.told import CheapestInsertion
from logistics.routing.problem import NOTHING, Load, Problem, Stop, Vehicle, Window
from logistics.routing.schedule import driving_cost, loads_after, scheduled
from logistics.routing.screen import LARGEST
from logistics.routing.solution import RoutePlan


def cheapest_place(plan: Plan) -> CheapestInsertion | None:
    """As ``CheapestInsertion`` says; None where no vehicle may serve the stop."""
    patient = replace(
        plan.day,
        stops=[_patient(stop) for stop in plan.day.stops],
        vehicles=[_boundless(van) for van in plan.day.vehicles],
    )
    by_time = replace(
        plan.day,
        cost="duration",
        vehicles=[replace(van, per_km=None, per_hour=None) for van in plan.day.vehicles],
    )
    found = [
        _insertion(plan, by_time, place, route)
        for place in plan.places
        if (route := scheduled(patient, place.vehicle, place.stops, place.reloads))
    ]
    return min(found, key=_least_trouble, default=None)


def _least_trouble(found: CheapestInsertion) -> tuple[bool, bool, int, int, int]:
    late = sum(found.late.values())
    return found.overload is not None, found.overtime > 0, found.extra_cost, late, found.vehicle


def _insertion(plan: Plan, by_time: Problem, place: Place, route: RoutePlan) -> CheapestInsertion:
    day, v = plan.day, place.vehicle
    van, before = day.vehicles[v], plan.routes.get(v)
    on_the_road = driving_cost(by_time, v, place.stops, place.reloads)
    if before:
        on_the_road -= driving_cost(by_time, v, before.stops, before.reloads)
    duty = route.ends - route.starts
    too_long = 0 if van.max_seconds is None else duty - van.max_seconds
    at = place.stops.index(plan.stop)
    return CheapestInsertion(
        vehicle=v,
        after=place.stops[at - 1] if at else None,
        before=place.stops[at + 1] if at + 1 < len(place.stops) else None,
        extra_seconds=on_the_road,
        extra_cost=plan.dearer_by(day, route),
        late=_late(day, route),
        overtime=max(0, route.ends - van.latest, too_long),
        overload=overload(day, place),
    )


def _late(day: Problem, route: RoutePlan) -> dict[int, int]:
    late = {}
    for s, leaves in zip(route.stops, route.leaves, strict=True):
        stop = day.stops[s]
        too_late = leaves - stop.service_seconds - windows_of(stop)[-1].latest
        if too_late > 0:
            late[s] = too_late
    return late


def overload(day: Problem, place: Place) -> Load | None:
    """By how much the vehicle is too full at the worst; None if it is not."""
    capacity = day.vehicles[place.vehicle].capacity
    aboard = loads_after(day, place.vehicle, place.stops, place.reloads)
    if aboard is None:
        return None
    over = [load - capacity for load in aboard]
    worst = Load(
        max(0, *(load.grams for load in over)),
        max(0, *(load.ml for load in over)),
        max(0, *(load.chilled_ml for load in over)),
    )
    return None if worst == NOTHING else worst


def _patient(stop: Stop) -> Stop:
    """As if its last window never closed."""
    windows = windows_of(stop)
    if not windows:
        return stop
    return replace(
        stop, latest=LARGEST, windows=(*windows[:-1], Window(windows[-1].earliest, LARGEST))
    )


def _boundless(van: Vehicle) -> Vehicle:
    room = Load(LARGEST, LARGEST, LARGEST)
    return replace(van, latest=LARGEST, max_seconds=None, capacity=room)
