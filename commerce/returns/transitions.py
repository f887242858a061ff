"""Which status of a return may follow which.

What is not as it should be need not come back: its money goes back at once. What somebody changed
their mind about comes back first.
"""

from collections.abc import Mapping

RETURN: Mapping[str, tuple[str, ...]] = {
    "asked": ("coming_back", "refunded", "declined", "taken_back"),
    "coming_back": ("refunded", "declined", "taken_back"),
    "refunded": (),
    "declined": (),
    "taken_back": (),
}
OPEN = ("asked", "coming_back")
# What counts of a line: it comes back, or its money did.
COUNTED = (*OPEN, "refunded")


def may(status: str, following: str) -> bool:
    return following in RETURN[status]
