from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.logistics.road_matrix import osrm_programs


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
