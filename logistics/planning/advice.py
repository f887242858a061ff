"""What a plan says about each consignment it leaves out: where it would go, what would make room.

Facts without words, as JSON. A stop is named by its position on its route, a van by its shift;
``ITSELF`` is the stop that is left out. Times are seconds of the day.
"""

import time
from typing import Any

from logistics.planning.as_planned import as_planned
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
    replayed = as_planned(plan) if plan.exceptions.exists() else None
    if replayed is None:
        return
    work, solution = replayed
    for s in solution.unserved:
        if time.monotonic() >= until:
            return
        moves = [move.reference for move in work.visits[s].moves]
        PlanException.objects.filter(plan=plan, consignment__reference__in=moves).update(
            advice=advice_for(work, solution, s)
        )


def advice_for(work: DayProblem, solution: Solution, s: int) -> dict[str, Any]:
    """``cheapest`` (None where no van may come) and up to three ``fixes``, the gentlest first."""
    explanation = explain(work.problem, solution, s)
    told = _Told(work, solution, s)
    return {
        "cheapest": explanation.cheapest and told.place(explanation.cheapest),
        "fixes": [told.fix(fix) for fix in explanation.fixes if not _is_empty_handed(fix)],
    }


def _is_empty_handed(fix: Fix) -> bool:
    """Nobody drives to a door with nothing that weighs anything."""
    return isinstance(fix.change, Lighter) and fix.change.deliver.grams == 0


class _Told:
    def __init__(self, work: DayProblem, solution: Solution, s: int) -> None:
        self.work, self.s = work, s
        self.on_route = {
            stop: (route.vehicle, number)
            for route in solution.routes
            for number, stop in enumerate(route.stops, start=1)
        }

    def place(self, found: CheapestInsertion) -> dict[str, Any]:
        over = found.overload
        return {
            "shift": self._shift(found.vehicle),
            "after": self._number(found.after),
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
