from collections.abc import Iterator

import pytest
from pytest_django import Settings

from storefront.config import roads
from storefront.config.doctor import _roads
from tests.builders.logistics import a_depot
from tests.logistics.road_matrix.osrm_like import OsrmLike, osrm_like

pytestmark = pytest.mark.django_db

HTTP = "logistics.road_matrix.osrm_http.OsrmHttp"


@pytest.fixture
def server(settings: Settings) -> Iterator[OsrmLike]:
    settings.ROAD_MATRIX = HTTP
    with osrm_like() as like:
        settings.OSRM_URL = like.url
        yield like


def test_estimates_are_called_so() -> None:
    found = roads.look()
    assert (found["verdict"], "estimates" in found["fact"]) == ("ok", True)


def test_a_server_that_answers_is_fine(server: OsrmLike) -> None:
    a_depot()
    fact = "osrm_http 2026-11-01, 거점 · depots: 1"
    assert roads.look() == {"verdict": "ok", "fact": fact, "advice": ""}


def test_data_without_a_version_is_worth_a_note(server: OsrmLike) -> None:
    server.version = None
    found = roads.look()
    assert (found["verdict"], "--data_version" in found["advice"]) == ("note", True)


def test_a_depot_outside_the_data_is_a_problem(server: OsrmLike) -> None:
    depot = a_depot()
    server.off_road = [(depot.lat, depot.lon)]
    found = roads.look()
    assert (found["verdict"], depot.code in found["fact"]) == ("problem", True)


@pytest.mark.parametrize(
    ("name", "url", "in_fact", "in_advice"),
    [
        (HTTP, "http://127.0.0.1:1", "ROADS_SILENT", "OSRM_URL"),
        (HTTP, "osrm", "ROADS_UNUSABLE", "OSRM_URL"),
        ("logistics.road_matrix.osrm_embedded.OsrmEmbedded", "", "ROADS_UNUSABLE", "OSRM_DATA"),
        ("logistics.nothing.Here", "", "logistics.nothing", "ROAD_MATRIX"),
    ],
)
def test_what_does_not_answer_is_a_problem_with_advice(
    settings: Settings, name: str, url: str, in_fact: str, in_advice: str
) -> None:
    settings.ROAD_MATRIX, settings.OSRM_URL = name, url
    a_depot()

    found = roads.look()

    assert found["verdict"] == "problem"
    assert in_fact in found["fact"]
    assert in_advice in found["advice"]


def test_every_refusal_of_a_road_source_has_advice() -> None:
    from logistics.road_matrix import errors

    kinds = [
        kind for kind in vars(errors).values() if getattr(kind, "code", "").startswith("ROADS")
    ]
    assert {kind.code for kind in kinds} == set(roads.ADVICE)


def test_the_doctor_asks_without_a_stack(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL")
    assert _roads({}).verdict == "ok"


def test_the_doctor_asks_what_the_running_stack_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROAD_MATRIX", "logistics.road_matrix.straight_line.StraightLine")
    assert _roads({"ROAD_MATRIX": "logistics.nothing.Here"}).verdict == "problem"


def test_a_setting_that_cannot_be_read_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OSRM_SECONDS", "ten")
    assert _roads({}).fact == "ValueError: could not convert string to float: 'ten'"
