"""Every rule of a rich day, set so wide that no plan costs more or is forbidden by it."""

from dataclasses import replace

from logistics.routing.problem import (
    Break,
    Problem,
    SpeedBand,
    Stop,
    Vehicle,
    Window,
    Wish,
)

SKILL = frozenset({"lift"})
VAN_CM, DOOR_CM = 200, 250


def with_rules_that_never_bind(problem: Problem) -> Problem:
    """Of a problem without rules besides capacity and windows: the same plans, at the same cost."""
    return replace(
        problem,
        stops=[_stop(stop) for stop in problem.stops],
        vehicles=[_van(van) for van in problem.vehicles],
        speeds=[(SpeedBand(0, 100),)],
        unfair_cost=1,
    )


def _stop(stop: Stop) -> Stop:
    """Two windows that overlap leave no gap; nobody begins outside a wish as wide as both."""
    middle = (stop.earliest + stop.latest) // 2
    return replace(
        stop,
        chilled=True,
        skills=SKILL,
        clearance_cm=DOOR_CM,
        windows=(Window(stop.earliest, middle), Window(middle, stop.latest)),
        wish=Wish(stop.earliest, stop.latest, 1),
    )


def _van(van: Vehicle) -> Vehicle:
    """A rest of no length takes nothing; nobody works longer than the shift lasts."""
    shift = van.latest - van.earliest
    return replace(
        van,
        chilled=True,
        skills=SKILL,
        height_cm=VAN_CM,
        max_seconds=shift,
        fair_seconds=shift,
        breaks=(Break(van.earliest, van.latest, 0),),
        speed=0,
    )
