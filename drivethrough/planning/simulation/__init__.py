"""Days played through car by car, to compare ways of running the shop and to see what is coming."""

from drivethrough.planning.simulation.drawn import Shop, drawn, drawn_arrival, really
from drivethrough.planning.simulation.floor import Floor, Outcome, Policy, Service
from drivethrough.planning.simulation.playing import Truth, played
from drivethrough.planning.simulation.policies import (
    Dispatching,
    FixedSlots,
    FixedSlotsReadyOnly,
    Replanning,
)
from drivethrough.planning.simulation.report import Report, report

__all__ = [
    "Dispatching",
    "FixedSlots",
    "FixedSlotsReadyOnly",
    "Floor",
    "Outcome",
    "Policy",
    "Replanning",
    "Report",
    "Service",
    "Shop",
    "Truth",
    "drawn",
    "drawn_arrival",
    "played",
    "really",
    "report",
]
