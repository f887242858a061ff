"""A dispatcher's «what if»: a change to a planned day, tried beside it. Nothing of the day changes.

Changes and results are JSON without words. Times are seconds of the day; vans are named by their
shift, stops by a consignment.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from logistics.errors import LogisticsError
from logistics.planning.actions import PlanStale
from logistics.planning.as_planned import as_planned
from logistics.planning.models import Plan, WhatIf, WhatIfKind
from logistics.planning.problem_builder import LEFT_OUT_COST, DayProblem
from logistics.planning.queries import day_under_way
from logistics.routing import what_if as routing
from logistics.routing.changes import (
    Change,
    DriverIll,
    MoreStops,
    StopDropped,
    VehicleOut,
    WindowMoved,
)
from logistics.routing.problem import Problem
from logistics.routing.solution import OnProgress, RoutePlan, Solution

MOST_BOXES = 100


class ChangeUnknown(LogisticsError):
    """The change names a van or a consignment that is not in the planned day."""

    code = "CHANGE_UNKNOWN"


class DayUnderWay(LogisticsError):
    """A van has left: what a change means for the rest of the day, a re-plan shows."""

    code = "DAY_UNDER_WAY"


class ChangeRange(LogisticsError):
    """So many boxes cannot be meant, or the window would end before it begins."""

    code = "CHANGE_RANGE"


def ask(*, plan: Plan, kind: WhatIfKind, facts: dict[str, Any], now: datetime) -> WhatIf:
    """Writes down what to try. ``facts`` by kind: ``van_out`` shift; ``driver_ill`` shift, since;
    ``more_boxes`` count; ``window_moved`` consignment, earliest, latest; ``stop_out`` consignment.

    DAY_UNDER_WAY, PLAN_STALE, CHANGE_UNKNOWN, CHANGE_RANGE.
    """
    if kind == WhatIfKind.MORE_BOXES and facts["count"] not in range(1, MOST_BOXES + 1):
        raise ChangeRange("count", most=MOST_BOXES)
    if kind == WhatIfKind.WINDOW_MOVED and facts["earliest"] > facts["latest"]:
        raise ChangeRange("latest", most=MOST_BOXES)
    work, _ = _replayed(plan)
    asked = WhatIf(plan=plan, kind=kind, facts=facts, asked_at=now)
    list(_changes(asked, work))
    asked.save()
    return asked


def try_out(
    asked: WhatIf,
    *,
    seconds: float,
    now: Callable[[], datetime],
    on_progress: OnProgress | None = None,
    cancelled: Callable[[], bool] | None = None,
    threads: int = 1,
) -> None:
    """Plans the changed day and stores both plans' figures; twice is once. No transaction may be
    open meanwhile. DAY_UNDER_WAY, PLAN_STALE."""
    if asked.finished_at is not None:
        return
    work, solution = _replayed(asked.plan)
    both = routing.what_if(
        work.problem,
        solution,
        *_changes(asked, work),
        seconds=seconds,
        on_progress=on_progress,
        cancelled=cancelled,
        threads=threads,
    )
    asked.result, asked.finished_at = _result(both, work), now()
    asked.save(update_fields=["result", "finished_at"])


def fail(asked: WhatIf, *, refusal: str, now: datetime) -> None:
    """It cannot be tried any more; ``refusal`` is the code that says why."""
    WhatIf.objects.filter(pk=asked.pk).update(refusal=refusal, finished_at=now)


def stop(asked: WhatIf) -> None:
    """Whoever tries it is to be content with the best plan so far."""
    WhatIf.objects.filter(pk=asked.pk).update(stop_asked=True)


def stop_asked(asked: WhatIf) -> bool:
    return WhatIf.objects.filter(pk=asked.pk, stop_asked=True).exists()


def what_if(reference: str) -> WhatIf | None:
    return WhatIf.objects.select_related("plan__depot").filter(reference=reference).first()


def _replayed(plan: Plan) -> tuple[DayProblem, Solution]:
    if day_under_way(plan.depot, plan.on_date):
        raise DayUnderWay("plan")
    replayed = as_planned(plan)
    if replayed is None:
        raise PlanStale("plan")
    return replayed


def _changes(asked: WhatIf, work: DayProblem) -> Iterator[Change]:
    facts = asked.facts
    match asked.kind:
        case WhatIfKind.VAN_OUT:
            van = work.shifts[_vehicle(facts, work)].vehicle_id
            for v, shift in enumerate(work.shifts):
                if shift.vehicle_id == van:
                    yield VehicleOut(v)
        case WhatIfKind.DRIVER_ILL:
            yield DriverIll(_vehicle(facts, work), facts["since"])
        case WhatIfKind.MORE_BOXES:
            yield _boxes_next_door(facts["count"], work)
        case WhatIfKind.WINDOW_MOVED:
            yield WindowMoved(_stop(facts, work), facts["earliest"], facts["latest"])
        case _:
            yield StopDropped(_stop(facts, work))


def _vehicle(facts: dict[str, Any], work: DayProblem) -> int:
    for v, shift in enumerate(work.shifts):
        if shift.reference == facts["shift"]:
            return v
    raise ChangeUnknown("shift")


def _stop(facts: dict[str, Any], work: DayProblem) -> int:
    for s, visit in enumerate(work.visits):
        if any(move.reference == facts["consignment"] for move in visit.moves):
            return s
    raise ChangeUnknown("consignment")


def _boxes_next_door(count: int, work: DayProblem) -> MoreStops:
    """Neighbours of doors drawn at random, with the same box at the same time: no road is asked
    for anew. The same number draws the same doors."""
    chance = random.Random(count)  # noqa: S311 (not a secret)
    delivered = [stop for stop in work.problem.stops if stop.deliver.grams]
    if not delivered:
        raise ChangeUnknown("count")
    drawn = chance.choices(delivered, k=count)
    return MoreStops(tuple(replace(stop, name="", penalty=LEFT_OUT_COST) for stop in drawn))


def _result(both: routing.Comparison, work: DayProblem) -> dict[str, Any]:
    def consignments(stops: list[int]) -> list[str]:
        own = [s for s in stops if s < len(work.visits)]
        return [move.reference for s in own for move in work.visits[s].moves]

    return {
        "before": asdict(both.figures_before) | {"out_seconds": _out(both.before)},
        "after": asdict(both.figures_after) | {"out_seconds": _out(both.after)},
        "moved": len(both.moved),
        "lost": consignments(both.lost),
        "won": consignments(both.won),
        "routes": list(_changed_routes(both, work)),
        "drawn": {
            "before": list(_drawn(both.before, both.problem, work)),
            "after": list(_drawn(both.after, both.problem, work)),
        },
    }


def _out(solution: Solution) -> int:
    return sum(route.ends - route.starts for route in solution.routes)


def _changed_routes(both: routing.Comparison, work: DayProblem) -> Iterator[dict[str, Any]]:
    before = {route.vehicle: route for route in both.before.routes}
    after = {route.vehicle: route for route in both.after.routes}
    for v, shift in enumerate(work.shifts):
        was, now = before.get(v), after.get(v)
        if (was and was.stops) != (now and now.stops):
            yield {"shift": shift.reference, "before": _told(was), "after": _told(now)}


def _drawn(solution: Solution, problem: Problem, work: DayProblem) -> Iterator[dict[str, Any]]:
    """Each route's stops as [latitude, longitude], in order. A box next door is where its neighbour
    is."""
    point_of = {
        stop.location: visit.point for stop, visit in zip(problem.stops, work.visits, strict=False)
    }
    for route in solution.routes:
        places = (problem.stops[s].location for s in route.stops)
        points = [list(point_of[place]) for place in places]
        yield {"shift": work.shifts[route.vehicle].reference, "points": points}


def _told(route: RoutePlan | None) -> dict[str, int] | None:
    return None if route is None else {"stops": len(route.stops), "back": route.ends}
