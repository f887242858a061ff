"""``python -m tests.bench.roads``: how far off estimated driving times are, and what each source
of them takes. Roads: central Seoul."""

import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Console

from storefront.config.cli.day import own_database
from tests.logistics.road_matrix import osrm_programs, seoul_centre

say = Console(highlight=False, width=120).print

SIZES = (200, 1_000)
RUNS = 5
Points = list[tuple[float, float]]


def main() -> int:
    with own_database(), _real_roads() as there_are_roads:
        _say_errors()
        for size in SIZES:
            points = _points(size)
            _say_estimates(points)
            if there_are_roads:
                _say_osrm(points)
                _say_remembered(points)
    return 0


def _say_errors() -> None:
    """Between all pairs of the 60 points whose table by OSRM is kept."""
    from logistics.road_matrix.straight_line import StraightLine

    guessed, real = StraightLine().matrix(seoul_centre.points()), seoul_centre.expected()
    for what in ("durations", "distances"):
        ratios = _ratios(getattr(guessed, what), getattr(real, what))
        say(
            f"straight_line / OSRM, {what}: median {np.median(ratios):.2f}; {_off(ratios)}; "
            f"without that factor {_off(ratios / np.median(ratios))}"
        )


def _off(ratios: NDArray[np.float64]) -> str:
    off = np.abs(ratios - 1)
    return f"off by median {np.median(off):.1%}, p90 {np.quantile(off, 0.9):.1%}"


def _ratios(guessed: NDArray[np.int32], real: NDArray[np.int32]) -> NDArray[np.float64]:
    apart = real > 0
    ratios: NDArray[np.float64] = guessed[apart] / real[apart]
    return ratios


@contextmanager
def _real_roads() -> Iterator[bool]:
    """The settings name a server and its data; False where there is no OSRM."""
    from django.conf import settings

    osrm = osrm_programs.package()
    if osrm is None:
        say("no OSRM here: make osrm-tools")
        yield False
        return
    with tempfile.TemporaryDirectory() as folder:
        data = osrm_programs.prepare(osrm, Path(folder))
        with osrm_programs.serve(osrm, data) as url:
            settings.OSRM_DATA, settings.OSRM_URL = str(data), url
            yield True


def _points(size: int) -> Points:
    chance = np.random.default_rng(7)
    lat, lon = chance.uniform(37.546, 37.587, size), chance.uniform(126.952, 127.005, size)
    return list(zip(lat.tolist(), lon.tolist(), strict=True))


def _say_estimates(points: Points) -> None:
    from logistics.road_matrix.straight_line import StraightLine

    _say("straight_line", points, _times(lambda: StraightLine().matrix(points)))


def _say_osrm(points: Points) -> None:
    from logistics.road_matrix.osrm_embedded import OsrmEmbedded
    from logistics.road_matrix.osrm_http import OsrmHttp

    _say("osrm_http", points, _times(lambda: OsrmHttp().table(points, points)))
    if find_spec("osrm"):
        _say("osrm_embedded", points, _times(lambda: OsrmEmbedded().table(points, points)))
    else:
        say("osrm_embedded: needs Python 3.12")


def _say_remembered(points: Points) -> None:
    from logistics.road_matrix.cached import Cached
    from logistics.road_matrix.models import RoadRow
    from logistics.road_matrix.osrm_http import OsrmHttp

    roads = Cached(OsrmHttp())
    cold = []
    for _ in range(RUNS):
        RoadRow.objects.all().delete()
        cold += _times(lambda: roads.matrix(points), runs=1)
    _say("osrm_http, remembered from now on", points, cold)
    _say("osrm_http, all remembered", points, _times(lambda: roads.matrix(points)))
    known = points[: len(points) * 9 // 10]
    tenth = []
    for _ in range(RUNS):
        RoadRow.objects.all().delete()
        roads.matrix(known)
        tenth += _times(lambda: roads.matrix(points), runs=1)
    _say("osrm_http, nine of ten places remembered", points, tenth)


def _times(ask: Callable[[], object], *, runs: int = RUNS) -> list[float]:
    taken = []
    for _ in range(runs):
        begun = time.perf_counter()
        ask()
        taken.append(time.perf_counter() - begun)
    return taken


def _say(source: str, points: Points, taken: Sequence[float]) -> None:
    size = len(points)
    say(f"{source}, {size}²: {min(taken):.3f} to {max(taken):.3f} s in {len(taken)} runs")


if __name__ == "__main__":
    sys.exit(main())
