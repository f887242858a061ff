"""What is aboard where: as arrays of (grams, ml, chilled ml)."""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from logistics.routing.check.violation import Violation, ViolationKind
from logistics.routing.problem import Load, Problem
from logistics.routing.solution import RoutePlan

Amounts = NDArray[np.int64]
TOO_MUCH = (ViolationKind.OVERWEIGHT, ViolationKind.OVERFULL, ViolationKind.OVERFULL_CHILLED)


def loads(problem: Problem, position: int, route: RoutePlan) -> Iterator[Violation]:
    """The loads as shown, and as the van holds them. Leaving the depot is at no stop."""
    capacity = _amounts(problem.vehicles[route.vehicle].capacity)
    shown = iter(route.loads_after)
    for s, aboard in _aboard(problem, route):
        if s is not None:
            wrong = int(np.abs(_amounts(next(shown)) - aboard).max())
            if wrong:
                yield Violation(ViolationKind.LOAD_WRONG, position, s, wrong)
        for kind, too_much in zip(TOO_MUCH, aboard - capacity, strict=True):
            if too_much > 0:
                yield Violation(kind, position, s, int(too_much))


def _aboard(problem: Problem, route: RoutePlan) -> Iterator[tuple[int | None, Amounts]]:
    """On leaving the depot, None, and each stop. A reload sets down what was collected."""
    for begin, end in pairwise([0, *route.reloads, len(route.stops)]):
        segment = route.stops[begin:end]
        moved = _moved(problem, segment)
        aboard = _amounts(problem.vehicles[route.vehicle].aboard)
        for s in segment:
            aboard = aboard + _amounts(problem.stops[s].deliver)
        yield None, aboard
        for s in segment:
            stop = problem.stops[s]
            aboard = aboard - _amounts(stop.deliver) + _amounts(stop.collect)
            aboard = aboard + moved.get(s, 0)
            yield s, aboard


def _moved(problem: Problem, segment: list[int]) -> dict[int, Amounts]:
    """By stop, what transfers add there. One that breaks its own rule moves nothing."""
    place = {s: k for k, s in enumerate(segment)}
    moved: dict[int, Amounts] = {}
    for transfer in problem.transfers:
        pickup, delivery = transfer.pickup, transfer.delivery
        if place.get(pickup, len(place)) < place.get(delivery, -1):
            load = _amounts(transfer.load)
            moved[pickup] = moved.get(pickup, 0) + load
            moved[delivery] = moved.get(delivery, 0) - load
    return moved


def _amounts(load: Load) -> Amounts:
    return np.array([load.grams, load.ml, load.chilled_ml], dtype=np.int64)
