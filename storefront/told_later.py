"""What a device kept while it had no network, read from JSON; and how money was taken, which its
forms say in the same words.

Nothing is believed before it has the right form.
"""

import json
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from commerce.payments.models import TakenAs
from storefront.refusals import BadInput, StorefrontError

# A day has some dozens of stops or cars; a device that was away for days sends in parts.
MOST_EVENTS = 200
MOST_BYTES = 256 * 1024
# Of a device whose clock is wrong: beyond these its times would decide everything, or nothing.
LONGEST_AHEAD = timedelta(days=1)
LONGEST_AGO = timedelta(days=30)

ACCEPTED, ALREADY_HAD, REFUSED = "accepted", "already_had", "refused"
REFERENCE = re.compile(r"[A-Z]{3}-[0-9A-Z]{1,28}", re.ASCII)


class ClockWrong(StorefrontError):
    """The device's time cannot be meant."""

    code = "CLOCK_WRONG"


def read_list(body: bytes) -> list[Any]:
    """The events of one request, each still unread. BAD_INPUT."""
    if len(body) > MOST_BYTES:
        raise BadInput("events")
    try:
        events = json.loads(body)
    except (ValueError, RecursionError):
        raise BadInput("events") from None
    if not isinstance(events, list) or len(events) > MOST_EVENTS:
        raise BadInput("events")
    return events


def event_id_of(text: Any) -> UUID:
    """BAD_INPUT."""
    try:
        return UUID(text) if isinstance(text, str) else _refuse("event_id")
    except ValueError:
        return _refuse("event_id")


def reference_of(field: str, text: Any) -> str:
    """BAD_INPUT."""
    if not isinstance(text, str) or not REFERENCE.fullmatch(text):
        return _refuse(field)
    return text


def moment_of(text: Any, received_at: datetime) -> datetime:
    """When the device says it happened. BAD_INPUT, CLOCK_WRONG."""
    if not isinstance(text, str) or len(text) > 40:
        return _refuse("happened_at")
    try:
        at = datetime.fromisoformat(text)
        if at.tzinfo is None:
            return _refuse("happened_at")
        if not received_at - LONGEST_AGO <= at <= received_at + LONGEST_AHEAD:
            raise ClockWrong("happened_at")
    except (ValueError, OverflowError):
        return _refuse("happened_at")
    return at


def taken_as_of(told: Mapping[str, Any]) -> TakenAs | None:
    """In cash or by card terminal; None where nothing is said. BAD_INPUT.

    A page kept by a phone since before it was asked only says that money was taken: cash.
    """
    text = told.get("taken_as") or ""
    if text == "":
        return TakenAs.CASH if told.get("money_taken") in (True, "1") else None
    if not isinstance(text, str) or text not in TakenAs.values:
        return _refuse("taken_as")
    return TakenAs(text)


def _refuse(field: str) -> Any:
    raise BadInput(field)
