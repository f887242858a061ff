from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from tests.logistics.road_matrix import osrm_programs
from tests.logistics.road_matrix.osrm_like import OsrmLike, osrm_like


@pytest.fixture(scope="session")
def osrm() -> Path:
    package = osrm_programs.package()
    if package is None:
        pytest.skip("no OSRM here: make osrm-tools")
    return package


@pytest.fixture(scope="session")
def seoul_data(osrm: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return osrm_programs.prepare(osrm, tmp_path_factory.mktemp("roads"))


@pytest.fixture(scope="session")
def seoul_server(osrm: Path, seoul_data: Path) -> Iterator[str]:
    with osrm_programs.serve(osrm, seoul_data) as url:
        yield url


@pytest.fixture
def server(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[OsrmLike]:
    monkeypatch.setattr("logistics.road_matrix.osrm_http.PAUSE_SECONDS", 0)
    with osrm_like() as like:
        settings.OSRM_URL = like.url
        settings.OSRM_SECONDS = 5.0
        yield like
