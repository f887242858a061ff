"""Our own problem file. The names are those of the dataclasses in ``problem``:

    {"cost": "duration" | "distance", "durations": [[s, …], …], "distances": [[m, …], …],
     "stops": [{"name": "…", "location": 1, "deliver": {"grams": 0, "ml": 0}, "collect": …,
                "earliest": s, "latest": s, "service_seconds": s, "penalty": null | cost,
                "chilled": false}, …],
     "vehicles": [{"name": "…", "start": 0, "end": 0, "capacity": {"grams": 0, "ml": 0},
                   "earliest": s, "latest": s, "fixed_cost": 0, "chilled": false,
                   "break": null | {"earliest": s, "latest": s, "seconds": s}}, …]}

Every key must be there and no other may be, but for two beside them that are free: ``name`` is the
instance's, and ``coordinates`` places each location on a map, either all of them by degrees,
[{"lat": 37.26, "lon": 127.03}, …], or all by a plane, [{"x": east, "y": north}, …].
"""

import json
import math
from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np

from logistics.routing.instance import BadInstance, Instance
from logistics.routing.problem import Break, CostKind, Load, Problem, Stop, Vehicle

T = TypeVar("T")
LARGEST = 10**12
FREE = {"name", "coordinates"}


def dump(instance: Instance) -> str:
    """The instance as text that ``parse`` reads back to the same problem."""
    problem = instance.problem
    told: dict[str, Any] = {
        "name": instance.name,
        "cost": problem.cost,
        "durations": np.asarray(problem.durations).tolist(),
        "distances": np.asarray(problem.distances).tolist(),
        "stops": [_told_stop(stop) for stop in problem.stops],
        "vehicles": [_told_vehicle(van) for van in problem.vehicles],
    }
    if instance.coordinates is not None:
        told["coordinates"] = [{"x": x, "y": y} for x, y in instance.coordinates]
    return json.dumps(told, ensure_ascii=False)


def parse(text: str, *, name: str = "") -> Instance:
    try:
        told = json.loads(text)
    except json.JSONDecodeError as error:
        raise BadInstance("JSON", error.lineno, reason=error.msg) from error
    except (ValueError, RecursionError) as error:
        raise BadInstance("JSON", reason="a number too long or brackets too deep") from error
    keys = {"cost", "durations", "distances", "stops", "vehicles"}
    fields = _object({key: told[key] for key in told if key not in FREE}, "file", keys)
    if fields["cost"] not in ("duration", "distance"):
        raise BadInstance("cost", reason='neither "duration" nor "distance"')
    cost: CostKind = fields["cost"]
    # ``Problem`` makes arrays of them; ragged ones are left for ``screen`` to refuse.
    durations: Any = _list(fields["durations"], "durations", _numbers)
    distances: Any = _list(fields["distances"], "distances", _numbers)
    problem = Problem(
        stops=_list(fields["stops"], "stops", _stop),
        vehicles=_list(fields["vehicles"], "vehicles", _vehicle),
        durations=durations,
        distances=distances,
        cost=cost,
    )
    coordinates = _coordinates(told.get("coordinates"), len(problem.durations))
    return Instance(str(told.get("name") or name), problem, coordinates=coordinates)


def _told_load(load: Load) -> dict[str, int]:
    return {"grams": load.grams, "ml": load.ml}


def _told_stop(stop: Stop) -> dict[str, Any]:
    return {
        "name": stop.name,
        "location": stop.location,
        "deliver": _told_load(stop.deliver),
        "collect": _told_load(stop.collect),
        "earliest": stop.earliest,
        "latest": stop.latest,
        "service_seconds": stop.service_seconds,
        "penalty": stop.penalty,
        "chilled": stop.chilled,
    }


def _told_vehicle(van: Vehicle) -> dict[str, Any]:
    rest = van.break_
    return {
        "name": van.name,
        "start": van.start,
        "end": van.end,
        "capacity": _told_load(van.capacity),
        "earliest": van.earliest,
        "latest": van.latest,
        "break": rest and {k: getattr(rest, k) for k in ("earliest", "latest", "seconds")},
        "fixed_cost": van.fixed_cost,
        "chilled": van.chilled,
    }


def _stop(told: Any, where: str) -> Stop:
    keys = {"name", "location", "deliver", "collect", "earliest", "latest"}
    fields = _object(told, where, keys | {"service_seconds", "penalty", "chilled"})
    penalty = fields["penalty"]
    return Stop(
        name=_text(fields["name"], f"{where}.name"),
        location=_number(fields["location"], f"{where}.location"),
        deliver=_load(fields["deliver"], f"{where}.deliver"),
        collect=_load(fields["collect"], f"{where}.collect"),
        earliest=_number(fields["earliest"], f"{where}.earliest"),
        latest=_number(fields["latest"], f"{where}.latest"),
        service_seconds=_number(fields["service_seconds"], f"{where}.service_seconds"),
        penalty=None if penalty is None else _number(penalty, f"{where}.penalty"),
        chilled=_truth(fields["chilled"], f"{where}.chilled"),
    )


def _vehicle(told: Any, where: str) -> Vehicle:
    keys = {"name", "start", "end", "capacity", "earliest", "latest"}
    fields = _object(told, where, keys | {"break", "fixed_cost", "chilled"})
    rest = fields["break"]
    return Vehicle(
        name=_text(fields["name"], f"{where}.name"),
        start=_number(fields["start"], f"{where}.start"),
        end=_number(fields["end"], f"{where}.end"),
        capacity=_load(fields["capacity"], f"{where}.capacity"),
        earliest=_number(fields["earliest"], f"{where}.earliest"),
        latest=_number(fields["latest"], f"{where}.latest"),
        break_=None if rest is None else _break(rest, f"{where}.break"),
        fixed_cost=_number(fields["fixed_cost"], f"{where}.fixed_cost"),
        chilled=_truth(fields["chilled"], f"{where}.chilled"),
    )


def _load(told: Any, where: str) -> Load:
    fields = _object(told, where, {"grams", "ml"})
    return Load(_number(fields["grams"], f"{where}.grams"), _number(fields["ml"], f"{where}.ml"))


def _break(told: Any, where: str) -> Break:
    fields = _object(told, where, {"earliest", "latest", "seconds"})
    return Break(**{key: _number(value, f"{where}.{key}") for key, value in fields.items()})


def _coordinates(told: Any, locations: int) -> list[tuple[float, float]] | None:
    """East and north by location. A degree of longitude is shortened to what it is in between the
    places, so that nothing is drawn too wide."""
    if told is None:
        return None
    places = _list(told, "coordinates", _place)
    if len(places) != locations:
        reason = f"{len(places)} places instead of {locations}"
        raise BadInstance("coordinates", reason=reason)
    kinds = {by_degrees for by_degrees, _, _ in places}
    if len(kinds) > 1:
        raise BadInstance("coordinates", reason="mixes degrees with a plane")
    if True not in kinds:
        return [(x, y) for _, x, y in places]
    norths = [north for _, _, north in places]
    width = math.cos(math.radians((min(norths) + max(norths)) / 2))
    return [(east * width, north) for _, east, north in places]


def _place(told: Any, where: str) -> tuple[bool, float, float]:
    """(by degrees, east, north)."""
    if isinstance(told, dict) and "lat" in told:
        fields = _object(told, where, {"lat", "lon"})
        north = _real(fields["lat"], f"{where}.lat", most=90)
        return True, _real(fields["lon"], f"{where}.lon", most=180), north
    fields = _object(told, where, {"x", "y"})
    x, y = (_real(fields[key], f"{where}.{key}", most=LARGEST) for key in ("x", "y"))
    return False, x, y


def _real(told: Any, where: str, *, most: int) -> float:
    # NaN is in no range.
    if isinstance(told, bool) or not isinstance(told, int | float) or not -most <= told <= most:
        raise BadInstance(where, reason=f"is not a number from -{most} to {most}")
    return float(told)


def _object(told: Any, where: str, keys: set[str]) -> dict[str, Any]:
    if not isinstance(told, dict):
        raise BadInstance(where, reason="is not an object")
    for key in sorted(keys ^ set(told)):
        reason = "is missing" if key in keys else "is not understood"
        raise BadInstance(f"{where}.{key[:40]}", reason=reason)
    return told


def _list(told: Any, where: str, part: Callable[[Any, str], T]) -> list[T]:
    if not isinstance(told, list):
        raise BadInstance(where, reason="is not a list")
    return [part(value, f"{where}[{number}]") for number, value in enumerate(told)]


def _numbers(told: Any, where: str) -> list[int]:
    return _list(told, where, _number)


def _number(told: Any, where: str) -> int:
    # True is an int to Python.
    if not isinstance(told, int) or isinstance(told, bool) or not -LARGEST <= told <= LARGEST:
        raise BadInstance(where, reason=f"is not a whole number up to {LARGEST}")
    return told


def _text(told: Any, where: str) -> str:
    if not isinstance(told, str):
        raise BadInstance(where, reason="is not text")
    return told


def _truth(told: Any, where: str) -> bool:
    if not isinstance(told, bool):
        raise BadInstance(where, reason="is neither true nor false")
    return told
