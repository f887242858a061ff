"""Our own problem file. The names are those of the dataclasses in ``problem``:

    {"cost": "duration" | "distance", "durations": [[s, …], …], "distances": [[m, …], …],
     "stops": [{"name": "…", "location": 1, "deliver": {"grams": 0, "ml": 0}, "collect": …,
                "earliest": s, "latest": s, "service_seconds": s, "penalty": null | cost,
                "chilled": false}, …],
     "vehicles": [{"name": "…", "start": 0, "end": 0, "capacity": {"grams": 0, "ml": 0},
                   "earliest": s, "latest": s, "fixed_cost": 0, "chilled": false,
                   "breaks": [{"earliest": s, "latest": s, "seconds": s}, …]}, …]}

Every key above must be there. These may be, and are else as in the dataclasses:

    load      "chilled_ml": ml
    stop      "windows": [{"earliest": s, "latest": s}, …],
              "wish": {"earliest": s, "latest": s, "cost": per second},
              "skills": ["…", …], "clearance_cm": cm, "vehicle": its position,
              "regular": its position, "stranger_cost": cost, "together": "…"
    vehicle   "skills": ["…", …], "height_cm": cm, "max_seconds": s,
              "per_km": cost, "per_hour": cost, "fair_seconds": s,
              "locked": [position of a stop, …], "aboard": load,
              "reloads": how often, "reload_seconds": s, "speed": position of a profile
    file      "transfers": [{"pickup": position of a stop, "delivery": …, "load": load}, …],
              "speeds": [[{"since": s, "percent": 100}, …], …], "unfair_cost": per second

Positions count from 0. No other key may be there, but for two of the file that are free: ``name``
is the instance's, and ``coordinates`` places each location on a map, either all of them by degrees,
[{"lat": 37.26, "lon": 127.03}, …], or all by a plane, [{"x": east, "y": north}, …].
"""

import json
from typing import Any

import numpy as np

from logistics.routing.instance import BadInstance, Instance, Malformed
from logistics.routing.json_format.coordinates import coordinates_of
from logistics.routing.json_format.parts import (
    NUMBER,
    TEXT,
    TRUTH,
    WORDS,
    Part,
    many,
    maybe,
    read_list,
    record,
)
from logistics.routing.problem import (
    Break,
    CostKind,
    Load,
    Problem,
    SpeedBand,
    Stop,
    Transfer,
    Vehicle,
    Window,
    Wish,
)

SPAN = {"earliest": NUMBER, "latest": NUMBER}
LOAD = record(Load, {"grams": NUMBER, "ml": NUMBER}, {"chilled_ml": NUMBER})
STOP = record(
    Stop,
    {
        "name": TEXT,
        "location": NUMBER,
        "deliver": LOAD,
        "collect": LOAD,
        **SPAN,
        "service_seconds": NUMBER,
        "penalty": maybe(NUMBER),
        "chilled": TRUTH,
    },
    {
        "windows": many(record(Window, SPAN)),
        "wish": maybe(record(Wish, {**SPAN, "cost": NUMBER})),
        "skills": WORDS,
        "clearance_cm": maybe(NUMBER),
        "vehicle": maybe(NUMBER),
        "regular": maybe(NUMBER),
        "stranger_cost": NUMBER,
        "together": TEXT,
    },
)
VEHICLE = record(
    Vehicle,
    {
        "name": TEXT,
        "start": NUMBER,
        "end": NUMBER,
        "capacity": LOAD,
        **SPAN,
        "breaks": many(record(Break, {**SPAN, "seconds": NUMBER})),
        "fixed_cost": NUMBER,
        "chilled": TRUTH,
    },
    {
        "skills": WORDS,
        "height_cm": NUMBER,
        "max_seconds": maybe(NUMBER),
        "per_km": maybe(NUMBER),
        "per_hour": maybe(NUMBER),
        "fair_seconds": maybe(NUMBER),
        "locked": many(NUMBER),
        "aboard": LOAD,
        "reloads": NUMBER,
        "reload_seconds": NUMBER,
        "speed": maybe(NUMBER),
    },
)
TRANSFER = record(Transfer, {"pickup": NUMBER, "delivery": NUMBER, "load": LOAD})
BAND = record(SpeedBand, {"since": NUMBER, "percent": NUMBER})
FREE = {"name", "coordinates"}


def dump(instance: Instance) -> str:
    """The instance as text that ``parse`` reads back to the same problem."""
    told: dict[str, Any] = {"name": instance.name, **PROBLEM.tell(instance.problem)}
    if instance.coordinates is not None:
        told["coordinates"] = [{"x": x, "y": y} for x, y in instance.coordinates]
    return json.dumps(told, ensure_ascii=False)


def parse(text: str, *, name: str = "") -> Instance:
    try:
        told = json.loads(text)
    except json.JSONDecodeError as error:
        raise BadInstance(
            "JSON", error.lineno, reason=Malformed.NOT_JSON, column=error.colno
        ) from error
    except (ValueError, RecursionError) as error:
        raise BadInstance("JSON", reason=Malformed.TOO_DEEP) from error
    problem = PROBLEM.read({key: told[key] for key in told if key not in FREE}, "")
    coordinates = coordinates_of(told.get("coordinates"), len(problem.durations))
    return Instance(str(told.get("name") or name), problem, coordinates=coordinates)


def _cost(told: Any, where: str) -> CostKind:
    if told == "duration" or told == "distance":
        return told  # type: ignore[no-any-return]
    raise BadInstance(
        where, reason=Malformed.NOT_ONE_OF, found=str(told)[:20], choices="duration, distance"
    )


def _matrix(told: Any, where: str) -> list[list[int]]:
    # ``Problem`` makes an array of it; what cannot be one is left for ``screen`` to refuse.
    return read_list(told, where, Part(lambda row, at: read_list(row, at, NUMBER)))


MATRIX = Part(_matrix, lambda matrix: np.asarray(matrix).tolist())
PROBLEM = record(
    Problem,
    {
        "cost": Part(_cost),
        "durations": MATRIX,
        "distances": MATRIX,
        "stops": many(STOP),
        "vehicles": many(VEHICLE),
    },
    {"transfers": many(TRANSFER), "speeds": many(many(BAND)), "unfair_cost": NUMBER},
)
