"""Which status a loan may go to next, and which it has already been through."""

from collections.abc import Mapping

LOAN: Mapping[str, tuple[str, ...]] = {
    "requested": ("packed", "cancelled"),
    "packed": ("out", "cancelled"),
    # Nobody was at home and the family gave up: the bundle comes back unread.
    "out": ("on_loan", "cancelled"),
    # A driver may collect at the bell without a booking; a family may bring it to the desk.
    "on_loan": ("collection_booked", "in_van_back", "returned"),
    # Nobody opened: the books are still at home, and a new visit can be booked.
    "collection_booked": ("on_loan", "in_van_back", "returned"),
    "in_van_back": ("returned",),
    "returned": (),
    "cancelled": (),
}

# On the way from request to return; a scan that arrives late finds the loan further on.
WAY = (
    "requested",
    "packed",
    "out",
    "on_loan",
    "collection_booked",
    "in_van_back",
    "returned",
)


def may(status: str, following: str) -> bool:
    return following in LOAN[status]


def has_passed(status: str, wanted: str) -> bool:
    """Whether a loan in ``status`` has been at ``wanted``, or further along, already."""
    return status in WAY and WAY.index(status) >= WAY.index(wanted)
