import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from pytest_django import Settings

from logistics.road_matrix import osrm_embedded
from logistics.road_matrix.errors import RoadsUnusable
from logistics.road_matrix.osrm_embedded import OsrmEmbedded
from logistics.road_matrix.osrm_table import NO_WAY_SECONDS
from logistics.road_matrix.provider import Point
from tests.logistics.road_matrix import ask_embedded, osrm_programs, seoul_centre

ROOT = Path(__file__).resolve().parents[3]
POINTS = seoul_centre.points()


def ask(data: Path, points: list[Point]) -> tuple[str, list[list[int]], list[list[int]]]:
    """Name, durations and distances, by a Python that can import osrm."""
    python = osrm_programs.python()
    if python is None:
        pytest.skip("osrm-bindings needs Python 3.12 or newer, and there is none here")
    told = subprocess.run(
        [python, ask_embedded.__file__, data],
        input=json.dumps(points),
        env=os.environ | {"PYTHONPATH": f"{ROOT}:{osrm_programs.BESIDE}"},
        capture_output=True,
        text=True,
        check=True,
    )
    name, durations, distances = json.loads(told.stdout)
    return name, durations, distances


def test_the_data_gives_the_real_table(seoul_data: Path) -> None:
    name, durations, distances = ask(seoul_data, POINTS)

    expected = seoul_centre.expected()
    assert durations == expected.durations.tolist()
    assert distances == expected.distances.tolist()
    assert name.startswith("osrm_embedded ")


def test_there_is_no_way_to_a_point_outside_the_data(seoul_data: Path) -> None:
    _, durations, _ = ask(seoul_data, [POINTS[0], (33.5, 126.5)])
    assert durations == [[0, NO_WAY_SECONDS], [NO_WAY_SECONDS, NO_WAY_SECONDS]]


@pytest.fixture
def data(tmp_path: Path, settings: Settings) -> Path:
    settings.OSRM_DATA = str(tmp_path / "roads.osrm")
    prepared = tmp_path / "roads.osrm.hsgr"
    prepared.write_bytes(b"of November")
    return prepared


def test_the_same_data_has_the_same_name_anywhere(
    data: Path, tmp_path: Path, settings: Settings
) -> None:
    here = OsrmEmbedded().name
    (tmp_path / "copy.osrm.hsgr").write_bytes(data.read_bytes())
    settings.OSRM_DATA = str(tmp_path / "copy.osrm")

    assert OsrmEmbedded().name == here == "osrm_embedded b2675668443e"


def test_new_data_is_a_new_name(data: Path) -> None:
    before = OsrmEmbedded().name
    written = data.stat().st_mtime_ns
    data.write_bytes(b"of December")
    os.utime(data, ns=(written, written + 1))

    assert OsrmEmbedded().name != before


@pytest.mark.parametrize("name", ["", "nowhere.osrm"])
def test_data_that_is_not_there_is_unusable(settings: Settings, name: str) -> None:
    settings.OSRM_DATA = name
    with pytest.raises(RoadsUnusable):
        OsrmEmbedded().table(POINTS, POINTS)


def test_without_the_package_it_is_unusable(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "osrm", None)
    osrm_embedded._opened.cache_clear()

    with pytest.raises(RoadsUnusable) as unusable:
        OsrmEmbedded().table(POINTS, POINTS)

    assert "osrm-bindings" in unusable.value.data["reason"]
