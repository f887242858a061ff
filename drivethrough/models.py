"""Every table of the capability, listed by name so that Django finds them."""

from drivethrough.openings.models import RegularOpening, SiteClosing
from drivethrough.queue.models import Arrival, Call
from drivethrough.sites.models import Lane, Site
from drivethrough.slots.models import Booking, Slot

__all__ = [
    "Arrival",
    "Booking",
    "Call",
    "Lane",
    "RegularOpening",
    "Site",
    "SiteClosing",
    "Slot",
]
