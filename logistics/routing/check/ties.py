"""What binds stops to each other or to the head of a route."""

from collections.abc import Iterator

from logistics.routing.check.violation import Violation, ViolationKind
from logistics.routing.problem import Problem, Transfer
from logistics.routing.solution import RoutePlan, Solution


def ties(problem: Problem, solution: Solution) -> Iterator[Violation]:
    yield from _locked(problem, solution)
    on_route = {s: position for position, route in enumerate(solution.routes) for s in route.stops}
    yield from _groups(problem, on_route)
    for transfer in problem.transfers:
        yield from _transfer(transfer, on_route, solution.routes)


def _locked(problem: Problem, solution: Solution) -> Iterator[Violation]:
    """A vehicle with locked stops is used, and begins with exactly these."""
    positions = {route.vehicle: position for position, route in enumerate(solution.routes)}
    for v, van in enumerate(problem.vehicles):
        position = positions.get(v)
        driven = [] if position is None else solution.routes[position].stops
        right = 0
        while right < min(len(van.locked), len(driven)) and van.locked[right] == driven[right]:
            right += 1
        if right < len(van.locked):
            missed = len(van.locked) - right
            yield Violation(ViolationKind.LOCKED_PREFIX, position, van.locked[right], missed)


def _groups(problem: Problem, on_route: dict[int, int]) -> Iterator[Violation]:
    """Each stop that is not on the route of its group's first served stop."""
    route_of: dict[str, int] = {}
    for s, stop in enumerate(problem.stops):
        if not stop.together or s not in on_route:
            continue
        if on_route[s] != route_of.setdefault(stop.together, on_route[s]):
            yield Violation(ViolationKind.APART, on_route[s], s, 1)


def _transfer(
    transfer: Transfer, on_route: dict[int, int], routes: list[RoutePlan]
) -> Iterator[Violation]:
    pickup, delivery = transfer.pickup, transfer.delivery
    up, down = on_route.get(pickup), on_route.get(delivery)
    if up is None or up != down:
        if up != down:
            yield Violation(ViolationKind.TRANSFER_SPLIT, down if up is None else up, pickup, 1)
        return
    stops = routes[up].stops
    first, last = stops.index(pickup), stops.index(delivery)
    if first >= last:
        yield Violation(ViolationKind.TRANSFER_ORDER, up, pickup, first - last)
    reloads = sum(first < position <= last for position in routes[up].reloads)
    if reloads:
        yield Violation(ViolationKind.TRANSFER_OVER_RELOAD, up, pickup, reloads)
