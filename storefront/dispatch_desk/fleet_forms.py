"""What the fleet's forms send, read: kilograms, litres, centimetres and won; empty is not said."""

from collections.abc import Mapping
from typing import Any

from django.http import QueryDict

from logistics.fleet.actions import VehicleFacts
from logistics.fleet.models import Vehicle
from storefront.typed import tick, whole_number

FIELDS = (
    "capacity_kg",
    "capacity_l",
    "chilled_l",
    "height_cm",
    "won_per_km",
    "won_per_hour",
    "most_minutes",
    "address",
    "clearance_cm",
    "speeds",
)
A_THOUSAND = 1_000


def vehicle(form: QueryDict) -> VehicleFacts:
    """BAD_INPUT."""
    cold = number(form, "chilled_l")
    return VehicleFacts(
        capacity_grams=whole_number(form, "capacity_kg") * A_THOUSAND,
        capacity_ml=whole_number(form, "capacity_l") * A_THOUSAND,
        chilled=tick(form, "chilled"),
        chilled_ml=None if cold is None else cold * A_THOUSAND,
        height_cm=number(form, "height_cm"),
        equipment=frozenset(form.getlist("equipment")),
        won_per_km=number(form, "won_per_km"),
        won_per_hour=number(form, "won_per_hour"),
    )


def place(form: QueryDict) -> dict[str, Any]:
    """The arguments of ``describe_place``. BAD_INPUT."""
    return {
        "address": form.get("address", ""),
        "clearance_cm": number(form, "clearance_cm"),
        "equipment": form.getlist("equipment"),
    }


def number(form: QueryDict, field: str) -> int | None:
    """None when nothing is typed. BAD_INPUT for anything but a whole number."""
    return whole_number(form, field) if form.get(field, "").strip() else None


def shown(van: Vehicle) -> dict[str, Any]:
    """As the form shows a van that was not just sent."""
    return {
        "capacity_kg": van.capacity_grams // A_THOUSAND,
        "capacity_l": van.capacity_ml // A_THOUSAND,
        "chilled": van.chilled,
        "chilled_l": "" if van.chilled_ml is None else van.chilled_ml // A_THOUSAND,
        "height_cm": van.height_cm or "",
        "equipment": van.equipment,
        "won_per_km": "" if van.won_per_km is None else van.won_per_km,
        "won_per_hour": "" if van.won_per_hour is None else van.won_per_hour,
    }


def typed(form: QueryDict | Mapping[str, str]) -> dict[str, Any]:
    """What was sent, to be shown again."""
    sent: dict[str, Any] = {name: form.get(name, "") for name in FIELDS}
    equipment = form.getlist("equipment") if isinstance(form, QueryDict) else []
    return sent | {"chilled": form.get("chilled") == "on", "equipment": equipment}
