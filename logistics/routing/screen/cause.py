"""Why something is left out of the plan, and how large a number may be."""

from enum import StrEnum

from logistics.routing.problem import Load

# Beyond these, sums over a day would leave 64 bits inside an engine.
LARGEST = 10**10
LARGEST_RATE = 10**6
MOST_BREAKS = 4


class Cause(StrEnum):
    """Why a stop is not served; for vehicles, why it stays in the yard."""

    NUMBER_OUT_OF_RANGE = "NUMBER_OUT_OF_RANGE"
    LOCATION_UNKNOWN = "LOCATION_UNKNOWN"
    WINDOW_EMPTY = "WINDOW_EMPTY"
    TRANSFER_WRONG = "TRANSFER_WRONG"
    PARTNER_PARKED = "PARTNER_PARKED"
    NO_VEHICLE = "NO_VEHICLE"
    NOT_ALLOWED_VEHICLE = "NOT_ALLOWED_VEHICLE"
    NEEDS_CHILLED = "NEEDS_CHILLED"
    NEEDS_SKILL = "NEEDS_SKILL"
    TOO_TALL = "TOO_TALL"
    NO_VEHICLE_FITS = "NO_VEHICLE_FITS"
    WINDOW_UNREACHABLE = "WINDOW_UNREACHABLE"
    OUTSIDE_HOURS = "OUTSIDE_HOURS"
    # Servable alone, but not in this plan; found after planning.
    NO_ROOM_LEFT = "NO_ROOM_LEFT"
    DEARER_THAN_PENALTY = "DEARER_THAN_PENALTY"
    # Vehicles only.
    SHIFT_EMPTY = "SHIFT_EMPTY"
    BREAK_OUTSIDE_SHIFT = "BREAK_OUTSIDE_SHIFT"
    BREAKS_OVERLAP = "BREAKS_OVERLAP"
    LOCKED_WRONG = "LOCKED_WRONG"


def in_range(*numbers: int | None, most: int = LARGEST) -> bool:
    return all(number is None or 0 <= number <= most for number in numbers)


def times_in_range(*times: int) -> bool:
    """A time may lie before the origin too."""
    return in_range(*map(abs, times))


def load_in_range(load: Load) -> bool:
    return in_range(load.grams, load.ml, load.chilled_ml)
