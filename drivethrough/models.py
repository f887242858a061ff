"""Every table of the capability, listed by name so that Django finds them."""

from drivethrough.openings.models import RegularOpening, SiteClosing
from drivethrough.queue.models import Arrival, Call, QueueEvent, Turn
from drivethrough.rebooking.models import Displacement
from drivethrough.screenings.models import BayWait, Screening, Ticket
from drivethrough.sites.models import Lane, Site
from drivethrough.slots.models import Booking, PickupStock, Slot, Waiting

__all__ = [
    "Arrival",
    "BayWait",
    "Booking",
    "Call",
    "Displacement",
    "Lane",
    "PickupStock",
    "QueueEvent",
    "RegularOpening",
    "Screening",
    "Site",
    "SiteClosing",
    "Slot",
    "Ticket",
    "Turn",
    "Waiting",
]
