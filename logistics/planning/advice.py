"""What a plan says about each consignment it leaves out: where it would go, what would make room.

Of a day planned anew, too: then every van goes on from where it is. Facts without words, as JSON. A
stop is named by its position on its route, a van by its shift; ``ITSELF`` is the stop that is left
out. Times are seconds of the day.
"""

import time
from collections.abc import Iterator, Mapping
from typing import Any

from logistics.planning.as_planned import as_planned
from logistics.planning.as_replanned import Replanned, as_replanned
from logistics.planning.models import Plan, PlanException
from logistics.planning.problem_builder import DayProblem
from logistics.routing.changes import ExtraVehicle, LeftOut, Lighter, ShiftExtended, WindowWidened
from logistics.routing.explain import CheapestInsertion, Fix, explain
from logistics.routing.solution import Solution

# One takes up to a second of a hundred stops; a day that fits nowhere shall not keep the worker.
ADVICE_SECONDS = 20.0
ITSELF = 0


def advise(plan: Plan, *, seconds: float = ADVICE_SECONDS) -> None:
    """Stored with the plan, because a page may not wait for it. Consignments that are not reached
    within ``seconds``, or whose day has changed by now, keep their cause alone."""
    until = time.monotonic() + seconds
    if not plan.exceptions.exists():
        return
    given = _advice(plan) if plan.replanned_at is None else _advice_mid_day(plan)
    while time.monotonic() < until and (told := next(given, None)):
        moves, advice = told
        PlanException.objects.filter(plan=plan, consignment__reference__in=moves).update(
            advice=advice
        )


def _advice(plan: Plan) -> Iterator[tuple[list[str], dict[str, Any]]]:
    """(references, advice) of each visit that is left out."""
    replayed = as_planned(plan)
    if replayed is None:
        return
    work, solution = replayed
    for s in solution.unserved:
        yield _references(work, s), advice_for(work, solution, s)


def _advice_mid_day(plan: Plan) -> Iterator[tuple[list[str], dict[str, Any]]]:
    """As ``_advice``, with each van from where it is: what is driven and what is aboard stays."""
    replayed = as_replanned(plan)
    if replayed is None:
        return
    for s in replayed.left_out:
        if found := replayed.without(s):
            work, solution = found
            yield _references(work, s), _mid_day_advice_for(replayed, work, solution, s)


def _references(work: DayProblem, s: int) -> list[str]:
    return [move.reference for move in work.visits[s].moves]


def advice_for(work: DayProblem, solution: Solution, s: int) -> dict[str, Any]:
    """``cheapest`` (None where no van may come) and up to three ``fixes``, the gentlest first."""
    explanation = explain(work.problem, solution, s)
    told = _Told(work, solution, s)
    return {
        "cheapest": explanation.cheapest and told.place(explanation.cheapest),
        "fixes": [told.fix(fix) for fix in explanation.fixes if not _is_empty_handed(fix)],
    }


def _mid_day_advice_for(
    replayed: Replanned, work: DayProblem, solution: Solution, s: int
) -> dict[str, Any]:
    explanation = explain(work.problem, solution, s, spare=replayed.spare)
    told = _Told(work, solution, s, replayed.passed)
    fixes = [fix for fix in explanation.fixes if not _is_empty_handed(fix)]
    return {
        "cheapest": explanation.cheapest and told.place(explanation.cheapest),
        "fixes": [told.fix(fix) for fix in fixes if not _unloads(fix, replayed.aboard)],
    }


def _unloads(fix: Fix, aboard: set[int]) -> bool:
    """What is aboard stays aboard, whole."""
    return isinstance(fix.change, LeftOut | Lighter) and fix.change.stop in aboard


def _is_empty_handed(fix: Fix) -> bool:
    """Nobody drives to a door with nothing that weighs anything."""
    return isinstance(fix.change, Lighter) and fix.change.deliver.grams == 0


class _Told:
    """``passed``: how many stops each vehicle has behind it; the next one counts on from there."""

    def __init__(
        self,
        work: DayProblem,
        solution: Solution,
        s: int,
        passed: Mapping[int, int] | None = None,
    ) -> None:
        self.work, self.s, self.passed = work, s, passed or {}
        self.on_route = {
            stop: (route.vehicle, number)
            for route in solution.routes
            for number, stop in enumerate(route.stops, start=1 + self.passed.get(route.vehicle, 0))
        }

    def place(self, found: CheapestInsertion) -> dict[str, Any]:
        over = found.overload
        return {
            "shift": self._shift(found.vehicle),
            "after": self._number(found.after) or self.passed.get(found.vehicle) or None,
            "before": self._number(found.before),
            "extra_seconds": found.extra_seconds,
            "late": [[self._number(s), seconds] for s, seconds in found.late.items()],
            "overtime": found.overtime,
            "over_grams": over.grams if over else 0,
            "over_ml": over.ml if over else 0,
        }

    def fix(self, fix: Fix) -> dict[str, Any]:
        told: dict[str, Any] = {"kind": fix.kind}
        match fix.change:
            case WindowWidened() as change:
                stop = change.apply(self.work.problem).stops[change.stop]
                told |= {"minutes": change.minutes}
                told |= {"earliest": stop.earliest, "latest": stop.latest}
            case ShiftExtended(vehicle, until):
                told |= {"shift": self._shift(vehicle), "until": until}
            case LeftOut(s):
                told |= {"shift": self._shift(self.on_route[s][0]), "stop": self._number(s)}
            case ExtraVehicle(van):
                told |= {"shift": van.name, "earliest": van.earliest, "latest": van.latest}
            case Lighter(_, deliver):
                told |= {"grams": deliver.grams, "ml": deliver.ml}
        return told

    def _shift(self, vehicle: int) -> str:
        return self.work.shifts[vehicle].reference

    def _number(self, s: int | None) -> int | None:
        if s is None:
            return None
        return ITSELF if s == self.s else self.on_route[s][1]
