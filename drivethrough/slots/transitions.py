"""What may become of a booking."""

NEXT: dict[str, tuple[str, ...]] = {
    "held": ("confirmed", "expired", "cancelled"),
    "expired": ("confirmed",),  # when the slot still has room
    "confirmed": ("served", "missed", "cancelled"),
    "missed": ("served",),  # paid for, so still handed over when the car comes late
    "served": (),
    "cancelled": (),
}


def may(now: str, then: str) -> bool:
    """Whether a booking that is ``now`` can become ``then``."""
    return then in NEXT[now]
