"""What slots refuse."""

from drivethrough.errors import DrivethroughError


class SlotFull(DrivethroughError):
    """Every place is taken: data ``left`` and ``alternatives``."""

    code = "SLOT_FULL"
    retryable = True


class PreparationFull(DrivethroughError):
    """A place is left, but not the time to prepare all of it: data ``minutes_left``,
    ``alternatives``, where all of it fits, and ``next``, the nearest of them by Seoul's clock ("–"
    without one)."""

    code = "PREPARATION_FULL"


class ItemFullThatDay(DrivethroughError):
    """Fewer of an item are left on the slot's date: data ``item``, ``name`` and ``name_en`` (its
    reference, for whoever knows it by another), ``left``, ``on``, ``alternatives`` and ``days``,
    the dates on which all of it can be had (text, "–" without one)."""

    code = "ITEM_FULL_THAT_DAY"


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
    """No whole slot fits between start and end, no car in a slot, or nobody prepares."""

    code = "SLOT_SPAN"


class SlotsOverlap(DrivethroughError):
    """Another slot of the site lies across: data ``starts_at`` of the first one."""

    code = "SLOTS_OVERLAP"


class CapacityBelowBooked(DrivethroughError):
    """More cars than that have a place already, or more time to prepare them is booked: data
    ``booked``, ``minutes`` and ``preparers``, the fewest that do."""

    code = "CAPACITY_BELOW_BOOKED"
