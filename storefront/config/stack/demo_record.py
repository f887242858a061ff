"""Which demo this state folder holds, and for which day it was last loaded."""

import json
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from storefront.config.stack.state import State

_NEVER = date.min.isoformat()


def wanted(state: State, *, asked_for: str, fresh: bool, today: date) -> str | None:
    """The size to load now: the one asked for into a fresh database; again the recorded one when
    its loading was cut off, or on a new day, which opens the days to come. None: nothing to load.
    """
    if fresh:
        return asked_for if asked_for != "none" else None
    try:
        recorded = json.loads(_file(state).read_text())
    except FileNotFoundError:
        return None
    return recorded["size"] if recorded["day"] != today.isoformat() else None


def begun(state: State, size: str) -> None:
    _write(state, size, _NEVER)


def done(state: State, size: str, today: date) -> None:
    _write(state, size, today.isoformat())


def today_in_seoul() -> date:
    return datetime.now(ZoneInfo("Asia/Seoul")).date()


def _file(state: State) -> Path:
    return state.folder / "demo.json"


def _write(state: State, size: str, day: str) -> None:
    _file(state).write_text(json.dumps({"size": size, "day": day}))
