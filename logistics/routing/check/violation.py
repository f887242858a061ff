"""What can be wrong with a plan: one kind for each rule."""

from dataclasses import dataclass
from enum import StrEnum


class ViolationKind(StrEnum):
    MALFORMED = "malformed"
    VEHICLE_TWICE = "vehicle_twice"
    STOP_TWICE = "stop_twice"
    STOP_FORGOTTEN = "stop_forgotten"
    MUST_UNSERVED = "must_unserved"
    LOCKED_PREFIX = "locked_prefix"
    APART = "apart"
    TRANSFER_SPLIT = "transfer_split"
    TRANSFER_ORDER = "transfer_order"
    TRANSFER_OVER_RELOAD = "transfer_over_reload"
    NOT_CHILLED = "not_chilled"
    SKILL_MISSING = "skill_missing"
    TOO_TALL = "too_tall"
    WRONG_VEHICLE = "wrong_vehicle"
    TOO_MANY_RELOADS = "too_many_reloads"
    OVERWEIGHT = "overweight"
    OVERFULL = "overfull"
    OVERFULL_CHILLED = "overfull_chilled"
    LOAD_WRONG = "load_wrong"
    LEFT_TOO_EARLY = "left_too_early"
    TOO_FAST = "too_fast"
    TOO_EARLY = "too_early"
    TOO_LATE = "too_late"
    OUTSIDE_WINDOWS = "outside_windows"
    BACK_TOO_LATE = "back_too_late"
    DUTY_TOO_LONG = "duty_too_long"
    BREAK_MISSING = "break_missing"
    BREAK_OUTSIDE_WINDOW = "break_outside_window"
    BREAKS_OVERLAP = "breaks_overlap"
    BREAK_DURING_SERVICE = "break_during_service"
    COST_WRONG = "cost_wrong"


@dataclass(frozen=True, slots=True)
class Violation:
    """``route`` and ``stop`` are positions in the solution's routes and the problem's stops;
    ``by`` is how much too much: seconds, grams, ml, cm, skills, cost units or visits."""

    kind: ViolationKind
    route: int | None = None
    stop: int | None = None
    by: int = 0
