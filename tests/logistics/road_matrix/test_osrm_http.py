import numpy as np
import pytest
from pytest_django import Settings

from logistics.road_matrix.errors import RoadsRefused, RoadsSilent, RoadsUnusable
from logistics.road_matrix.osrm_http import TRIES, OsrmHttp
from logistics.road_matrix.osrm_table import NO_WAY_METRES, NO_WAY_SECONDS
from storefront.config.stack.ports import free_port
from tests.logistics.road_matrix import seoul_centre
from tests.logistics.road_matrix.osrm_like import (
    TOO_BIG,
    WITH_GAPS,
    OsrmLike,
    table_of,
)

POINTS = [(round(37.26 + k / 1_000, 6), round(127.02 - k / 700, 6)) for k in range(7)]


@pytest.mark.osrm
def test_a_real_server_gives_the_real_table(seoul_server: str, settings: Settings) -> None:
    settings.OSRM_URL = seoul_server
    points = seoul_centre.points()

    table = OsrmHttp().table(points, points)

    expected = seoul_centre.expected()
    np.testing.assert_array_equal(table.durations, expected.durations)
    np.testing.assert_array_equal(table.distances, expected.distances)


@pytest.mark.osrm
def test_a_real_server_allows_a_hundred_to_a_hundred(seoul_server: str, settings: Settings) -> None:
    settings.OSRM_URL, settings.OSRM_TABLE_SIZE = seoul_server, 100
    points = (seoul_centre.points() * 4)[:101]

    table = OsrmHttp().table(points, points)

    expected = np.tile(seoul_centre.expected().durations, (2, 2))[:101, :101]
    np.testing.assert_array_equal(table.durations, expected)


@pytest.mark.osrm
def test_a_real_server_refuses_more(seoul_server: str, settings: Settings) -> None:
    settings.OSRM_URL, settings.OSRM_TABLE_SIZE = seoul_server, 101
    points = (seoul_centre.points() * 4)[:101]

    with pytest.raises(RoadsRefused) as refused:
        OsrmHttp().table(points, points)

    assert refused.value.data == {"reason": "TooBig", "message": "Too many table coordinates"}


@pytest.mark.osrm
def test_a_real_server_tells_its_datas_version(seoul_server: str, settings: Settings) -> None:
    settings.OSRM_URL = seoul_server + "/"
    assert OsrmHttp().name == "osrm_http 2023-12-18"


def test_more_points_than_one_question_holds_are_asked_in_blocks(
    server: OsrmLike, settings: Settings
) -> None:
    settings.OSRM_TABLE_SIZE = server.largest = 3

    table = OsrmHttp().table(POINTS, POINTS[:4])

    expected = table_of(POINTS, POINTS[:4])
    assert table.durations.tolist() == np.rint(expected["durations"]).tolist()
    assert table.distances.tolist() == np.rint(expected["distances"]).tolist()
    assert len(server.asked) == 3 * 2


def test_a_pair_without_a_way_takes_a_week(server: OsrmLike) -> None:
    server.replies = [(200, WITH_GAPS)]

    table = OsrmHttp().table(POINTS[:3], POINTS[:3])

    week, far = NO_WAY_SECONDS, NO_WAY_METRES
    assert table.durations.tolist() == [[0, week, week], [264, 0, week], [week, week, 0]]
    assert table.distances.tolist() == [[0, far, far], [3146, 0, far], [far, far, 0]]


def test_there_is_no_way_to_a_point_far_from_any_road(server: OsrmLike) -> None:
    server.off_road = [POINTS[1]]

    table = OsrmHttp().table(POINTS[:2], POINTS[:2])

    assert table.durations.tolist() == [[0, NO_WAY_SECONDS], [NO_WAY_SECONDS, NO_WAY_SECONDS]]


def test_what_osrm_refuses_is_told_with_its_own_words(server: OsrmLike) -> None:
    server.replies = [(400, TOO_BIG)]

    with pytest.raises(RoadsRefused) as refused:
        OsrmHttp().table(POINTS, POINTS)

    assert refused.value.data == {"reason": "TooBig", "message": "Too many table coordinates"}
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    "answer",
    [
        b"<html>nginx</html>",
        b"\xff",
        [],
        {"durations": []},
        {"code": "Ok"},
        WITH_GAPS,
        WITH_GAPS | {"durations": None},
        WITH_GAPS | {"durations": [[1], [2, 3]]},
        WITH_GAPS | {"sources": [{}]},
        WITH_GAPS | {"sources": []},
    ],
)
def test_an_answer_that_is_no_such_table_is_refused(server: OsrmLike, answer: object) -> None:
    server.replies = [(200, answer)]
    with pytest.raises(RoadsRefused):
        OsrmHttp().table(POINTS[:2], POINTS[:2])


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_busy_server_is_asked_again(server: OsrmLike, status: int) -> None:
    server.replies = [(status, b"")] * (TRIES - 1)

    table = OsrmHttp().table(POINTS[:2], POINTS[2:3])

    assert table.durations.shape == (2, 1)
    assert len(server.asked) == TRIES


def test_a_server_that_stays_busy_is_silent(server: OsrmLike) -> None:
    server.replies = [(503, b"")] * TRIES

    with pytest.raises(RoadsSilent) as silent:
        OsrmHttp().table(POINTS, POINTS)

    assert silent.value.data == {"url": server.url, "reason": "HTTP 503"}
    assert silent.value.retryable
    assert len(server.asked) == TRIES


def test_a_slow_server_is_silent_and_not_asked_again(server: OsrmLike, settings: Settings) -> None:
    settings.OSRM_SECONDS = 0.1
    server.replies = [0.3]

    with pytest.raises(RoadsSilent) as silent:
        OsrmHttp().table(POINTS, POINTS)

    assert silent.value.data["reason"] == "no answer in 0.1 s"
    assert len(server.asked) == 1


def test_a_server_that_is_not_there_is_silent(settings: Settings) -> None:
    settings.OSRM_URL = f"http://127.0.0.1:{free_port()}"
    with pytest.raises(RoadsSilent):
        OsrmHttp().table(POINTS, POINTS)


@pytest.mark.parametrize("url", ["", "osrm", "ftp://osrm", "http://osrm:port"])
def test_an_address_that_cannot_be_one_is_unusable(settings: Settings, url: str) -> None:
    settings.OSRM_URL = url
    with pytest.raises(RoadsUnusable):
        OsrmHttp().table(POINTS, POINTS)


def test_the_version_is_asked_once_in_a_while(server: OsrmLike) -> None:
    assert [OsrmHttp().name, OsrmHttp().name] == ["osrm_http 2026-11-01"] * 2
    assert len(server.asked) == 1


def test_new_data_is_a_new_name(server: OsrmLike, monkeypatch: pytest.MonkeyPatch) -> None:
    before = OsrmHttp().name
    server.version = "2026-12-01"
    monkeypatch.setattr("logistics.road_matrix.osrm_http.VERSION_SECONDS", 0)

    assert (before, OsrmHttp().name) == ("osrm_http 2026-11-01", "osrm_http 2026-12-01")


def test_a_server_that_fell_silent_keeps_its_name(
    server: OsrmLike, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = OsrmHttp().name
    monkeypatch.setattr("logistics.road_matrix.osrm_http.VERSION_SECONDS", 0)
    server.replies = [(503, b"")] * TRIES

    assert OsrmHttp().name == before


def test_a_server_never_heard_has_no_name(server: OsrmLike) -> None:
    server.replies = [(503, b"")] * TRIES
    with pytest.raises(RoadsSilent):
        _ = OsrmHttp().name


@pytest.mark.parametrize("version", [None, "", "2026", "가" * 30, "v" * 31, "v" * 1_000])
def test_every_name_fits_where_plans_keep_it(server: OsrmLike, version: str | None) -> None:
    server.version = version
    assert len("osrm_http ") < len(OsrmHttp().name) <= 40
