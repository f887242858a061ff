"""What the forms of the regular week send, read. Times are Seoul's wall clock."""

from datetime import date, time
from typing import Any

from django.http import QueryDict

from logistics.fleet.queries import drivers, vehicles
from logistics.network.models import Depot
from logistics.regular_week.actions import MOST_CUT_OFF_DAYS
from logistics.regular_week.models import WEEK
from storefront.refusals import BadInput, NotFound
from storefront.typed import number_of, parsed

CUT_OFF_DAYS = range(MOST_CUT_OFF_DAYS + 1)  # before the window's own
BREAK_MINUTES = (30, 60, 90)
EMPTY_WINDOW = {
    "start": "10:00",
    "end": "13:00",
    "stops": "40",
    "cut_off_days": "1",
    "cut_off": "22:00",
}
EMPTY_SHIFT = {
    "driver": "",
    "vehicle": "",
    "start": "09:00",
    "end": "18:00",
    "break_at": "12:00",
    "break_minutes": "60",
}
EMPTY_CLOSING = {"on_date": "", "reason": ""}


def window(form: QueryDict) -> dict[str, Any]:
    """The arguments of ``add_window``. BAD_INPUT."""
    return {
        "weekdays": _weekdays(form),
        "start": parsed(form, "start", time.fromisoformat),
        "end": parsed(form, "end", time.fromisoformat),
        "capacity_stops": number_of(form, "stops", range(1_000)),
        "cut_off_days": number_of(form, "cut_off_days", CUT_OFF_DAYS),
        "cut_off": parsed(form, "cut_off", time.fromisoformat),
    }


def shift(form: QueryDict, depot: Depot) -> dict[str, Any]:
    """The arguments of ``add_shift``. BAD_INPUT, NOT_FOUND for another depot's driver or van."""
    rests = form.get("break_at", "") != ""
    return {
        "driver": _chosen("driver", form, drivers(depot)),
        "vehicle": _chosen("vehicle", form, vehicles(depot)),
        "weekdays": _weekdays(form),
        "start": parsed(form, "start", time.fromisoformat),
        "end": parsed(form, "end", time.fromisoformat),
        "break_at": parsed(form, "break_at", time.fromisoformat) if rests else None,
        "break_minutes": number_of(form, "break_minutes", BREAK_MINUTES),
    }


def closing(form: QueryDict, last_on: date) -> dict[str, Any]:
    """The arguments of ``close_depot``: no day after ``last_on``. BAD_INPUT."""
    on_date = parsed(form, "on_date", date.fromisoformat)
    if on_date > last_on:
        raise BadInput("on_date")
    return {"on_date": on_date, "reason": form.get("reason", "")}


def typed(form: QueryDict, empty: dict[str, str]) -> dict[str, Any]:
    """What was sent, to be shown again."""
    sent: dict[str, Any] = {name: form.get(name, "") for name in empty}
    return sent | {"weekdays": [day for day in WEEK if str(day) in form.getlist("weekdays")]}


def _weekdays(form: QueryDict) -> list[int]:
    known = {str(day): day for day in WEEK}
    sent = form.getlist("weekdays")
    if not known.keys() >= {*sent}:
        raise BadInput("weekdays")
    return [known[day] for day in sent]


def _chosen(name: str, form: QueryDict, rows: list[Any]) -> Any:
    found = {row.reference: row for row in rows}.get(form.get(name, ""))
    if found is None:
        raise NotFound(name)
    return found
