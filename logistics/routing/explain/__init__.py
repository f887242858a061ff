"""Why a stop is not served, what serving it would take, and what to change so that it is."""

from collections.abc import Sequence

from logistics.routing.errors import StopNotUnserved
from logistics.routing.explain.cheapest import cheapest_place
from logistics.routing.explain.fixes import MOST_FIXES, fixes_for, with_swapped_window
from logistics.routing.explain.places import Plan, ends_of
from logistics.routing.explain.told import CheapestInsertion, Explanation, Fix, Kind
from logistics.routing.problem import Problem, Vehicle
from logistics.routing.screen import BAD_DATA, Cause, screen
from logistics.routing.solution import Solution

__all__ = ["CheapestInsertion", "Explanation", "Fix", "Kind", "explain"]


def explain(
    problem: Problem, solution: Solution, stop: int, *, spare: Sequence[Vehicle] | None = None
) -> Explanation:
    """Why ``solution`` does not serve ``stop``, and what would.

    ``spare``: the kinds of which one more vehicle could be sent, none before its own hours; else
    it is one like any that goes out, on whatever hours suit. Every fix was scheduled and checked. A
    stop whose data are wrong has none, but where the ends of a window are the wrong way round.
    Raises ``StopNotUnserved`` and, as ``solve`` does, ``BadProblem``.
    """
    if stop not in solution.unserved or stop not in range(len(problem.stops)):
        raise StopNotUnserved("stop", value=stop)
    screened = screen(problem)
    cause = screened.parked.get(stop) or solution.causes.get(stop, Cause.NO_ROOM_LEFT)
    plan = Plan.of(screened, solution, stop, spare)
    if any(screened.parked.get(end) in BAD_DATA for end in ends_of(problem, stop)):
        return Explanation(stop, cause, None, ())
    emptied = [s for s in plan.ends if screened.parked.get(s) == Cause.WINDOW_EMPTY]
    if emptied:
        fixes = tuple(with_swapped_window(problem, solution, stop, emptied))
        return Explanation(stop, cause, None, fixes[:MOST_FIXES])
    return Explanation(stop, cause, cheapest_place(plan), fixes_for(plan))
