"""``python -m storefront.config.roads``: asks the source of driving times, for ``mall doctor``.

Prints ``{"verdict", "fact", "advice"}``. A process of its own: it needs the whole of Django.
"""

import json
import sys
from typing import Any

import django
from django.conf import settings
from django.db import OperationalError
from django.utils.module_loading import import_string

ADVICE = {
    "ROADS_SILENT": (
        "OSRM 서버와 OSRM_URL을 확인하세요. 없이 계획하려면 ROAD_MATRIX를 지우세요 · "
        "check the OSRM server and OSRM_URL; to plan with estimates meanwhile, unset ROAD_MATRIX"
    ),
    "ROADS_REFUSED": (
        "OSRM 서버와 자료의 버전을 확인하세요 · check that OSRM and its data are of one version"
    ),
    "ROADS_UNUSABLE": (
        "OSRM_URL이나 OSRM_DATA를 확인하세요 · check OSRM_URL or OSRM_DATA, and "
        ".venv/bin/pip install -e '.[osrm]'"
    ),
}
HOW_TO = "docs/how-to/use-real-roads.md"


def look() -> dict[str, str]:
    from logistics.errors import LogisticsError

    try:
        return _look(import_string(settings.ROAD_MATRIX)())
    except ImportError as error:
        advice = "ROAD_MATRIX를 확인하세요 · check ROAD_MATRIX: docs/settings.md"
        return _finding("problem", str(error), advice)
    except LogisticsError as refusal:
        fact = f"{_adapter()}: {refusal.code}, {refusal.data.get('reason', '')}"
        return _finding("problem", fact, f"{ADVICE[refusal.code]} ({HOW_TO})")


def _look(adapter: Any) -> dict[str, str]:
    from logistics.road_matrix.osrm_table import NO_WAY_SECONDS

    if not hasattr(adapter, "table"):
        return _finding("ok", f"{adapter.name} (추정값 · estimates)")
    depots = _depots()
    points = [(lat, lon) for _, lat, lon in depots]
    durations = adapter.table(points, points).durations
    without = [
        code
        for (code, _, _), seconds in zip(depots, durations.diagonal(), strict=True)
        if seconds == NO_WAY_SECONDS
    ]
    if without:
        fact = f"{adapter.name}: 길이 없는 거점 · depots without a road: {', '.join(without)}"
        advice = "거점이 지도 자료 안에 있어야 합니다 · the data must cover every depot"
        return _finding("problem", fact, f"{advice} ({HOW_TO})")
    fact = f"{adapter.name}, 거점 · depots: {len(depots)}"
    if adapter.name.endswith("unversioned"):
        advice = (
            "osrm-extract --data_version이 없으면 길이 바뀌어도 모릅니다 · new roads go unnoticed"
        )
        return _finding("note", fact, f"{advice} ({HOW_TO})")
    return _finding("ok", fact)


def _depots() -> list[tuple[str, float, float]]:
    """Without a database that answers there are none to ask about."""
    from logistics.network.models import Depot

    try:
        return list(Depot.objects.values_list("code", "lat", "lon").order_by("code"))
    except OperationalError:
        return []


def _adapter() -> str:
    return str(settings.ROAD_MATRIX).rpartition(".")[2]


def _finding(verdict: str, fact: str, advice: str = "") -> dict[str, str]:
    return {"verdict": verdict, "fact": fact, "advice": advice}


def main() -> None:
    # What the server says now is wanted, not what Redis remembers; nor need Redis be there.
    local = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    settings.CACHES = {**settings.CACHES, "default": local}
    django.setup()
    json.dump(look(), sys.stdout)


if __name__ == "__main__":
    main()
