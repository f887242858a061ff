"""Which change of a consignment may follow which. Plain Python.

A driver may correct a report, so moved and failed may follow one another; a cancelled
consignment stays cancelled whatever the road reports.
"""

from typing import Final

BEFORE: Final[dict[str, frozenset[str]]] = {
    "requested": frozenset({"planned"}),
    "planned": frozenset({"requested"}),
    "out": frozenset({"planned"}),
    # Reports may reach us before the departure does: a phone was offline.
    "moved": frozenset({"planned", "out", "failed"}),
    "failed": frozenset({"planned", "out", "moved"}),
    "cancelled": frozenset({"requested", "planned"}),
}

# Only a dispatcher sends a driver back to a door: a late report of leaving never does.
AGAIN: Final = frozenset({"failed"})


def may_become(status: str, target: str) -> bool:
    """True if a consignment in ``status`` may turn to ``target``, or is there already."""
    return status == target or status in BEFORE[target]
