"""Planning of a drive-through's queue: plain Python in whole seconds of the business day.

A ``Day`` of cars, lanes and staff goes in, a ``QueuePlan`` comes out:

- ``plan`` orders preparation and gives each car its lane and second of call; ``replan`` does so
  when something has happened, and says who is moved. ``suggested_minutes`` says at which minute of
  its slot each car should be asked to come.
- ``violations`` is the independent judge of any plan, ``reasons`` says why each car is called when
  it is.
- ``suggest_capacity`` says how many cars a slot should take; ``forecast`` how many will wait,
  minute by minute, and ``drawing`` draws that.

``simulation`` plays whole days, ``queueing`` has the formulas they are held against. Nothing here
knows a database or a clock: whoever asks says what second it is.
"""

from drivethrough.planning.capacity import Crew, NothingMeasured, Suggestion, suggest_capacity
from drivethrough.planning.check import Violation, ViolationKind, violations
from drivethrough.planning.day import (
    Car,
    CarInvalid,
    CarState,
    Day,
    Lane,
    LaneInvalid,
    Staff,
    StaffInvalid,
)
from drivethrough.planning.forecasting import QueueMinute, forecast
from drivethrough.planning.happenings import (
    CarCame,
    CarDelayed,
    CarMissing,
    Happening,
    LaneOpened,
    LaneShut,
    StaffChanged,
)
from drivethrough.planning.minutes import suggested_minutes
from drivethrough.planning.picture import Words, drawing
from drivethrough.planning.planner import Moved, Replanned, plan, replan
from drivethrough.planning.punctuality import OBSERVED, Punctuality
from drivethrough.planning.queue_plan import Cost, LeftOut, Preparation, QueuePlan, Visit
from drivethrough.planning.why import Reason, Why, reasons

__all__ = [
    "OBSERVED",
    "Car",
    "CarCame",
    "CarDelayed",
    "CarInvalid",
    "CarMissing",
    "CarState",
    "Cost",
    "Crew",
    "Day",
    "Happening",
    "Lane",
    "LaneInvalid",
    "LaneOpened",
    "LaneShut",
    "LeftOut",
    "Moved",
    "NothingMeasured",
    "Preparation",
    "Punctuality",
    "QueueMinute",
    "QueuePlan",
    "Reason",
    "Replanned",
    "Staff",
    "StaffChanged",
    "StaffInvalid",
    "Suggestion",
    "Violation",
    "ViolationKind",
    "Visit",
    "Why",
    "Words",
    "drawing",
    "forecast",
    "plan",
    "reasons",
    "replan",
    "suggest_capacity",
    "suggested_minutes",
    "violations",
]
