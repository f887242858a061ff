"""What a dispatcher says of the own depot's vans, drivers and places."""

from typing import Any

import pytest
from django.test import Client

from logistics.consignments.models import PlaceNeed
from logistics.fleet.models import Vehicle
from logistics.network.models import Depot
from storefront.accounts.models import Role
from tests.builders.logistics import a_consignment, a_depot, a_driver, a_vehicle
from tests.builders.mall import a_client, a_user

pytestmark = pytest.mark.django_db

FLEET = "/dispatch/fleet/"
VAN: dict[str, Any] = {
    "capacity_kg": "900",
    "capacity_l": "6,000",
    "chilled": "on",
    "chilled_l": "2000",
    "height_cm": "225",
    "equipment": ["tail_lift", "hand_cart"],
    "won_per_km": "300",
    "won_per_hour": "",
}
PLACE: dict[str, Any] = {
    "address": "경기도 수원시  팔달구 효원로 1",
    "clearance_cm": "210",
    "equipment": ["stairs_trolley"],
}


def a_dispatcher(depot: Depot, email: str = "dispatch@jangteo.test") -> Client:
    return a_client(a_user(email, (Role.DISPATCHER, depot.reference)))


def test_a_van_is_described_as_it_was_typed() -> None:
    depot = a_depot()
    van = a_vehicle(depot=depot)
    answer = a_dispatcher(depot).post(f"{FLEET}vehicles/{van.reference}/", VAN)
    van.refresh_from_db()

    assert answer.status_code == 302
    assert (van.chilled_ml, van.height_cm) == (2_000_000, 225)
    assert van.equipment == ["hand_cart", "tail_lift"]
    assert (van.won_per_km, van.won_per_hour) == (300, None)


def test_saving_what_is_shown_changes_nothing() -> None:
    depot = a_depot()
    van = a_vehicle(depot=depot)
    before = Vehicle.objects.values().get()
    shown = {"capacity_kg": "900", "capacity_l": "6000", "chilled": "on"}
    a_dispatcher(depot).post(f"{FLEET}vehicles/{van.reference}/", shown)

    assert Vehicle.objects.values().get() == before


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"height_cm": "90"}, "100에서 450 사이"),
        ({"chilled_l": "7000"}, "냉장칸은 냉장차에만"),
        ({"chilled": ""}, "냉장칸은 냉장차에만"),
        ({"capacity_kg": "x"}, "알아볼 수 없습니다"),
        ({"equipment": ["rocket"]}, "목록에 없는 장비"),
        ({"won_per_km": "999999"}, "사이의 숫자"),
    ],
)
def test_what_no_van_has_is_refused_and_shown_again(changes: dict[str, Any], words: str) -> None:
    depot = a_depot()
    van = a_vehicle(depot=depot)
    answer = a_dispatcher(depot).post(f"{FLEET}vehicles/{van.reference}/", VAN | changes)
    page = answer.content.decode()
    van.refresh_from_db()

    assert answer.status_code == 400
    assert words in page
    assert van.height_cm == 0


@pytest.mark.parametrize(("typed", "minutes"), [("480", 480), ("", None)])
def test_a_driver_is_away_no_longer_than_said(typed: str, minutes: int | None) -> None:
    depot = a_depot()
    driver = a_driver(depot=depot, most_minutes=600)
    a_dispatcher(depot).post(f"{FLEET}drivers/{driver.reference}/", {"most_minutes": typed})
    driver.refresh_from_db()

    assert driver.most_minutes == minutes


def test_a_place_asks_the_same_of_what_waits_and_of_what_comes() -> None:
    depot = a_depot()
    waiting = a_consignment(depot=depot, address="경기도 수원시 팔달구 효원로 1")
    client = a_dispatcher(depot)
    assert client.post(f"{FLEET}places/", PLACE).status_code == 302
    coming = a_consignment(depot=depot, address="경기도 수원시 팔달구 효원로 1")
    waiting.refresh_from_db()

    asked = [(c.clearance_cm, c.equipment) for c in (waiting, coming)]
    assert asked == [(210, ["stairs_trolley"])] * 2
    need = PlaceNeed.objects.get()
    client.post(f"{FLEET}places/{need.reference}/forget/")
    waiting.refresh_from_db()
    assert (waiting.clearance_cm, waiting.equipment) == (None, [])


@pytest.mark.parametrize(
    "changes",
    [
        {"address": " "},
        {"clearance_cm": "", "equipment": []},
        {"clearance_cm": "50"},
        {"equipment": ["rocket"]},
    ],
)
def test_a_place_that_says_nothing_is_refused(changes: dict[str, Any]) -> None:
    answer = a_dispatcher(a_depot()).post(f"{FLEET}places/", PLACE | changes)

    assert answer.status_code == 400
    assert not PlaceNeed.objects.exists()


def test_road_speeds_are_kept_as_they_were_typed() -> None:
    depot = a_depot()
    client = a_dispatcher(depot)
    answer = client.post(f"{FLEET}speeds/", {"speeds": "07:00 75,09:30  100"})
    depot.refresh_from_db()

    assert answer.status_code == 302
    assert depot.speeds == [[25_200, 75], [34_200, 100]]
    assert "07:00 75, 09:30 100" in client.get(FLEET).content.decode()


@pytest.mark.parametrize("typed", ["x", "25:00 80", "09:00 80, 08:00 90", "07:00 5", "07:00 999"])
def test_speeds_that_cannot_be_meant_are_refused_and_shown_again(typed: str) -> None:
    depot = a_depot()
    answer = a_dispatcher(depot).post(f"{FLEET}speeds/", {"speeds": typed})
    depot.refresh_from_db()

    assert answer.status_code == 400
    assert f'value="{typed}"' in answer.content.decode()
    assert depot.speeds == []


def test_another_depots_fleet_is_not_found() -> None:
    theirs = a_depot()
    van = a_vehicle(depot=theirs, name="남의 차")
    driver = a_driver(depot=theirs, full_name="남기사")
    a_dispatcher(theirs, "theirs@jangteo.test").post(f"{FLEET}places/", PLACE)
    need = PlaceNeed.objects.get()
    client = a_dispatcher(a_depot())
    page = client.get(FLEET).content.decode()

    assert not [word for word in ("남의 차", "남기사", "효원로") if word in page]
    assert client.post(f"{FLEET}vehicles/{van.reference}/", VAN).status_code == 404
    hours = {"most_minutes": "60"}
    assert client.post(f"{FLEET}drivers/{driver.reference}/", hours).status_code == 404
    assert client.post(f"{FLEET}places/{need.reference}/forget/").status_code == 404
    van.refresh_from_db()
    assert (van.height_cm, PlaceNeed.objects.count()) == (0, 1)
