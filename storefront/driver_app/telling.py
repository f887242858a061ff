"""What a phone tells, read from JSON. Nothing is believed before it has the right form."""

import json
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from storefront.refusals import BadInput, StorefrontError

# A route has some dozens of stops; a phone that was away for days sends in parts.
MOST_EVENTS = 200
MOST_BYTES = 256 * 1024
# Of a phone whose clock is wrong: beyond these its times would decide everything, or nothing.
LONGEST_AHEAD = timedelta(days=1)
LONGEST_AGO = timedelta(days=30)

DEPARTED = "departed"
KINDS = ("delivered", "collected", "failed", DEPARTED)
REFERENCE = re.compile(r"[A-Z]{3}-[0-9A-Z]{1,28}", re.ASCII)


class ClockWrong(StorefrontError):
    """The phone's time cannot be meant."""

    code = "CLOCK_WRONG"


@dataclass(frozen=True)
class Told:
    """``about``: the task, or the route that departed. ``money_taken``: the driver ticked it."""

    event_id: UUID
    kind: str
    about: str
    reason: str
    happened_at: datetime
    money_taken: bool


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


def read(raw: Any, received_at: datetime) -> Told:
    """One event. BAD_INPUT with the field's name, CLOCK_WRONG."""
    if not isinstance(raw, dict):
        raise BadInput("event")
    kind = raw.get("kind")
    if kind not in KINDS:
        raise BadInput("kind")
    about = "route" if kind == DEPARTED else "task"
    return Told(
        event_id=event_id_of(raw.get("event_id")),
        kind=kind,
        about=reference_of(about, raw.get(about)),
        reason=_reason(raw.get("reason", "")),
        happened_at=_moment(raw.get("happened_at"), received_at),
        money_taken=raw.get("money_taken") is True,
    )


def event_id_of(text: Any) -> UUID:
    try:
        return UUID(text) if isinstance(text, str) else _refuse("event_id")
    except ValueError:
        return _refuse("event_id")


def reference_of(field: str, text: Any) -> str:
    if not isinstance(text, str) or not REFERENCE.fullmatch(text):
        return _refuse(field)
    return text


def _reason(text: Any) -> str:
    if not isinstance(text, str) or not re.fullmatch(r"[a-z_]{0,20}", text):
        return _refuse("reason")
    return text


def _moment(text: Any, received_at: datetime) -> datetime:
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


def _refuse(field: str) -> Any:
    raise BadInput(field)
