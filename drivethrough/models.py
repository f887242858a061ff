"""Every table of the capability, listed by name so that Django finds them."""

from drivethrough.queue.models import Arrival, Call
from drivethrough.sites.models import Lane, Site
from drivethrough.slots.models import Booking, Slot

__all__ = ["Arrival", "Booking", "Call", "Lane", "Site", "Slot"]
