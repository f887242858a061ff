"""What slots refuse."""

from drivethrough.errors import DrivethroughError


class SlotFull(DrivethroughError):
    """Every place is taken: data ``left`` and ``alternatives``."""

    code = "SLOT_FULL"
    retryable = True


class SlotPast(DrivethroughError):
    """The slot has already begun: data ``alternatives``."""

    code = "SLOT_PAST"


class SlotClosed(DrivethroughError):
    """Paused, closed, cancelled or past its cut-off: data ``status`` and ``alternatives``."""

    code = "SLOT_CLOSED"


class HoldExpired(DrivethroughError):
    """The hold is over and its place gone: data ``alternatives``."""

    code = "HOLD_EXPIRED"
    retryable = True


class HoldContended(DrivethroughError):
    """Several tabs of one basket choose at the same site at the same moment."""

    code = "HOLD_CONTENDED"
    retryable = True


class PlateFormat(DrivethroughError):
    code = "PLATE_FORMAT"


class PhoneLast4Format(DrivethroughError):
    code = "PHONE_LAST4_FORMAT"


class SlotSpan(DrivethroughError):
    """No whole slot fits between start and end, or no car fits in a slot."""

    code = "SLOT_SPAN"


class SlotsOverlap(DrivethroughError):
    """Another slot of the site lies across: data ``starts_at`` of the first one."""

    code = "SLOTS_OVERLAP"


class CapacityBelowBooked(DrivethroughError):
    """More cars than that have a place already: data ``booked``."""

    code = "CAPACITY_BELOW_BOOKED"
