"""What a driver's phone tells, read from JSON."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from commerce.payments.models import TakenAs
from storefront.refusals import BadInput
from storefront.told_later import event_id_of, moment_of, reference_of, taken_as_of

DEPARTED = "departed"
KINDS = ("delivered", "collected", "failed", DEPARTED)


@dataclass(frozen=True)
class Told:
    """``about``: the task, or the route that departed. ``taken_as``: how the driver took what was
    due; None where nothing is said."""

    event_id: UUID
    kind: str
    about: str
    reason: str
    happened_at: datetime
    taken_as: TakenAs | None


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
        happened_at=moment_of(raw.get("happened_at"), received_at),
        taken_as=taken_as_of(raw),
    )


def _reason(text: Any) -> str:
    if not isinstance(text, str) or not re.fullmatch(r"[a-z_]{0,20}", text):
        raise BadInput("reason")
    return text
