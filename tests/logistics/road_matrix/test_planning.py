"""Plans made with what an OSRM server says."""

import pytest
from pytest_django import Settings

from logistics.planning.actions import PlanStale, publish
from logistics.planning.models import PlanException
from logistics.road_matrix.errors import RoadsSilent
from logistics.road_matrix.models import RoadRow
from logistics.road_matrix.osrm_http import TRIES
from storefront.config import cli
from storefront.journeys.tasks import plan_depot
from tests.builders.logistics import HOMES, NOW, SATURDAY, a_day, a_draft
from tests.logistics.road_matrix.osrm_like import OsrmLike

pytestmark = pytest.mark.django_db

SILENCE = [(503, b"")] * TRIES


@pytest.fixture(autouse=True)
def osrm(server: OsrmLike, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.ROAD_MATRIX = "logistics.road_matrix.osrm_http.OsrmHttp"
    settings.PLAN_SECONDS = 0.1
    monkeypatch.setattr("logistics.road_matrix.osrm_http.VERSION_SECONDS", 0)


def test_a_plan_remembers_the_datas_version() -> None:
    assert a_draft(a_day(homes=3)).road_matrix == "osrm_http 2026-11-01"


def test_a_home_without_a_road_is_left_out_alone(server: OsrmLike) -> None:
    lat, lon = HOMES[0]
    server.off_road = [(round(lat, 5), round(lon, 5))]

    plan = a_draft(a_day(homes=3))

    left_out = PlanException.objects.filter(plan=plan)
    assert [(row.consignment.lat, row.cause) for row in left_out] == [(lat, "WINDOW_UNREACHABLE")]


def test_the_same_day_is_planned_again_without_another_table(server: OsrmLike) -> None:
    depot = a_day(homes=3)
    a_draft(depot)
    server.asked.clear()

    a_draft(depot)

    assert [target.split("/")[1] for target in server.asked] == ["nearest"] * len(server.asked)


def test_a_draft_made_with_older_roads_is_stale(server: OsrmLike) -> None:
    plan = a_draft(a_day(homes=3))
    server.version = "2026-12-01"

    with pytest.raises(PlanStale):
        publish(plan=plan, now=NOW)


def test_a_silent_server_plans_nothing(server: OsrmLike) -> None:
    server.replies = list(SILENCE)
    with pytest.raises(RoadsSilent):
        a_draft(a_day(homes=3))
    assert not RoadRow.objects.exists()


def test_the_evenings_planning_tries_a_silent_server_again(server: OsrmLike) -> None:
    depot = a_day(homes=3)
    server.replies = list(SILENCE)

    plan_depot.apply((depot.code, SATURDAY.isoformat(), 1), throw=False)

    assert depot.plans.count() == 1


def test_the_command_says_in_words_that_the_server_is_silent(
    server: OsrmLike, capsys: pytest.CaptureFixture[str]
) -> None:
    depot = a_day(homes=3)
    server.replies = list(SILENCE)

    status = cli.main(["plan", "--depot", depot.code, "--date", SATURDAY.isoformat()])

    assert (status, "does not answer" in capsys.readouterr().err) == (1, True)
