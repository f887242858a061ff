"""Trying each of many, so that one that fails never stops the others."""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

Row = TypeVar("Row")

log = logging.getLogger(__name__)

# A gateway answers within this or not at all; younger rows are still being worked on. The slowest
# may take a minute.
STALE_AFTER = timedelta(seconds=75)


def tried(action: Callable[[], Row], reference: str) -> Row | None:
    """What it returned; None when it failed, which is logged and stops nobody else."""
    try:
        return action()
    except Exception:
        log.exception("sweeping %s failed", reference)
        return None
