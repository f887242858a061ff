"""Every table of the capability, listed by name so that Django finds them."""

from logistics.consignments.models import Consignment, PlaceNeed
from logistics.delivery_windows.models import DeliveryWindow, WindowPlace
from logistics.execution.models import StopEvent
from logistics.fleet.models import Driver, Shift, Vehicle
from logistics.network.models import Depot, Locality
from logistics.planning.models import Plan, PlanException, Route, Stop, StopTask, WhatIf
from logistics.regular_week.models import ClosedDay, RegularShift, RegularWindow
from logistics.road_matrix.models import RoadRow

__all__ = [
    "ClosedDay",
    "Consignment",
    "DeliveryWindow",
    "Depot",
    "Driver",
    "Locality",
    "PlaceNeed",
    "Plan",
    "PlanException",
    "RegularShift",
    "RegularWindow",
    "RoadRow",
    "Route",
    "Shift",
    "Stop",
    "StopEvent",
    "StopTask",
    "Vehicle",
    "WhatIf",
    "WindowPlace",
]
