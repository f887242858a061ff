"""Road durations by OSRM inside this process: ``OSRM_DATA``, no server. Extra ``osrm``."""

from collections.abc import Sequence
from functools import lru_cache, partial
from hashlib import file_digest
from pathlib import Path
from typing import Any

from django.conf import settings

from logistics.road_matrix import osrm_table
from logistics.road_matrix.errors import RoadsRefused, RoadsUnusable
from logistics.road_matrix.osrm_table import Answer
from logistics.road_matrix.provider import Matrix, Point

# OSRM's own limit is off; this bounds what one answer holds in Python's numbers.
BLOCK = 1_000
# What each way of preparing the data leaves behind: its last file.
ALGORITHMS = {".hsgr": "CH", ".cell_metrics": "MLD"}


class OsrmEmbedded:
    """ROADS_UNUSABLE without the package or its data, ROADS_REFUSED when it gives no table."""

    def __init__(self) -> None:
        self.data = settings.OSRM_DATA

    @property
    def name(self) -> str:
        """With the data's own fingerprint: the same data on two machines has one name."""
        prepared, stamp = self._prepared()
        return f"osrm_embedded {_fingerprint(prepared, stamp)}"

    def table(self, origins: Sequence[Point], destinations: Sequence[Point]) -> Matrix:
        """Durations and distances from ``origins`` to ``destinations`` (lat, lon)."""
        prepared, stamp = self._prepared()
        ask = partial(_ask, _opened(self.data, ALGORITHMS[prepared.suffix], stamp))
        return osrm_table.in_blocks(ask, origins, destinations, block=BLOCK)

    def _prepared(self) -> tuple[Path, int]:
        """The file that the routes are found in, and when it was written."""
        for suffix in ALGORITHMS:
            path = Path(self.data + suffix)
            if self.data and path.is_file():
                return path, path.stat().st_mtime_ns
        raise RoadsUnusable(reason=f"OSRM_DATA: {self.data or 'empty'}")


@lru_cache(maxsize=1)
def _fingerprint(prepared: Path, stamp: int) -> str:
    with prepared.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()[:12]


@lru_cache(maxsize=1)
def _opened(data: str, algorithm: str, stamp: int) -> Any:
    """One data set stays open in each process; its files are shared with the other processes."""
    try:
        import osrm
    except ModuleNotFoundError as error:
        raise RoadsUnusable(reason="osrm-bindings (Python 3.12+)") from error
    try:
        return osrm.OSRM(
            storage_config=data, algorithm=algorithm, use_shared_memory=False, use_mmap=True
        )
    except RuntimeError as error:
        raise RoadsUnusable(reason=f"OSRM_DATA: {error}") from error


def _ask(engine: Any, origins: Sequence[Point], destinations: Sequence[Point]) -> Answer:
    import osrm

    count, total = len(origins), len(origins) + len(destinations)
    question = osrm.TableParameters(
        coordinates=[(lon, lat) for lat, lon in (*origins, *destinations)],
        sources=list(range(count)),
        destinations=list(range(count, total)),
        annotations=["duration", "distance"],
        generate_hints=False,
    )
    try:
        answer: Answer = engine.Table(question)
    except RuntimeError as error:
        raise RoadsRefused(reason=str(error)) from error
    return answer
