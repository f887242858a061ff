from unicodedata import normalize

import pytest

from logistics.network import actions, queries
from logistics.network.models import Depot, Locality
from tests.builders.logistics import a_depot

pytestmark = pytest.mark.django_db

JIDONG = ("수원시 팔달구", "지동", 37.2796, 127.0236)
GYOPYEONG = ("양평군", "강상면 교평리", 37.4734, 127.4942)
JIJEDONG = ("평택시", "지제동", 37.0186, 127.0704)


def test_the_nearest_depot_in_reach_serves_a_place() -> None:
    a_depot(code="yongin", lat=37.2411, lon=127.1776)
    suwon = a_depot(code="suwon", lat=37.2636, lon=127.0286)

    assert queries.depot_for(37.2796, 127.0236) == suwon


def test_a_place_beyond_every_radius_has_no_depot() -> None:
    a_depot(lat=37.2636, lon=127.0286, service_radius_m=30_000)

    assert queries.depot_for(37.8315, 127.5105) is None  # Gapyeong


def test_a_farther_depot_serves_where_the_nearer_does_not_reach() -> None:
    a_depot(code="near", lat=37.2800, lon=127.0236, service_radius_m=1_000)
    far = a_depot(code="far", lat=37.2411, lon=127.1776, service_radius_m=40_000)

    assert queries.depot_for(37.3000, 127.0236) == far


def test_an_unknown_code_is_refused_by_name() -> None:
    with pytest.raises(queries.DepotUnknown) as refused:
        queries.depot("suwn")

    assert refused.value.data == {"depot": "suwn"}


def test_a_depot_is_opened_once() -> None:
    facts = {"code": "suwon", "name": "수원", "name_en": "Suwon", "address": "효원로 1"}
    first = actions.open_depot(**facts, lat=37.2636, lon=127.0286)

    assert actions.open_depot(**facts, lat=0.0, lon=0.0) == first
    assert Depot.objects.get().lat == 37.2636
    assert queries.depots() == [first]


def test_loading_localities_twice_loads_them_once() -> None:
    assert actions.load_localities(rows=[JIDONG, GYOPYEONG]) == 2
    assert actions.load_localities(rows=[JIDONG, GYOPYEONG, JIJEDONG]) == 3


def test_every_word_narrows_the_search() -> None:
    actions.load_localities(rows=[JIDONG, GYOPYEONG, JIJEDONG])

    assert [found.name for found in queries.localities("지", limit=10)] == ["지동", "지제동"]
    assert [found.name for found in queries.localities("수원 지", limit=10)] == ["지동"]
    assert queries.localities("  ", limit=10) == []


def test_a_name_typed_in_pieces_finds_its_point() -> None:
    actions.load_localities(rows=[JIDONG])
    typed = normalize("NFD", "지동")

    assert queries.locate(city=" 수원시 팔달구 ", locality=typed) == (37.2796, 127.0236)
    assert queries.locate(city="수원시 팔달구", locality="없는동") is None
    assert Locality.objects.get().name == "지동"


SUWON = (37.2636, 127.0286)


def test_a_city_is_served_by_a_depot_that_reaches_all_of_it() -> None:
    actions.load_localities(rows=[JIDONG, ("수원시 영통구", "원천동", 37.2750, 127.0480)])
    suwon = a_depot(lat=SUWON[0], lon=SUWON[1], service_radius_m=5_000)

    assert queries.depot_for_area(city="수원시", street="") == suwon
    assert queries.depot_for_area(city=" 수원시  영통구 ", street="") == suwon


def test_of_a_city_that_no_depot_reaches_whole_nothing_is_promised() -> None:
    actions.load_localities(rows=[JIDONG, ("수원시 영통구", "원천동", 37.2750, 127.0480)])
    a_depot(lat=SUWON[0], lon=SUWON[1], service_radius_m=2_000)

    assert queries.depot_for_area(city="수원시", street="") is None


@pytest.mark.parametrize("street", ["정조로 1 (지동)", "지동 12", "지동"])
def test_a_neighbourhood_named_in_the_address_narrows_the_city(street: str) -> None:
    actions.load_localities(rows=[JIDONG, ("수원시 영통구", "원천동", 37.2750, 127.0480)])
    near = a_depot(lat=SUWON[0], lon=SUWON[1], service_radius_m=2_000)

    assert queries.depot_for_area(city="수원시", street=street) == near


def test_a_myeon_stands_for_all_its_villages() -> None:
    far = ("양평군", "양동면 쌍학리", 37.4170, 127.7600)
    actions.load_localities(rows=[GYOPYEONG, far])
    near = a_depot(lat=37.4734, lon=127.4942, service_radius_m=5_000)

    assert queries.depot_for_area(city="양평군", street="강상면 강남로 1") == near
    assert queries.depot_for_area(city="양평군", street="양동면 양동로 1") is None


def test_the_depot_nearest_to_the_whole_city_serves_it() -> None:
    actions.load_localities(rows=[JIDONG])
    a_depot(code="far", lat=37.2411, lon=127.1776)
    near = a_depot(code="near", lat=SUWON[0], lon=SUWON[1])

    assert queries.depot_for_area(city="수원시", street="") == near


@pytest.mark.parametrize("city", ["", "수원", "원시", "서울특별시", "%"])
def test_a_city_nobody_knows_has_no_depot(city: str) -> None:
    actions.load_localities(rows=[JIDONG])
    a_depot(lat=SUWON[0], lon=SUWON[1])

    assert queries.depot_for_area(city=city, street="지동") is None


def test_an_address_that_names_its_neighbourhood_is_there() -> None:
    actions.load_localities(rows=[JIDONG, ("수원시 영통구", "원천동", 37.2750, 127.0480)])

    place, is_named = queries.place_for_area(city="수원시", street="지동 12") or (None, None)

    assert (str(place), is_named) == ("수원시 팔달구 지동", True)


def test_any_other_address_is_in_the_middle_of_its_city() -> None:
    middle = ("수원시 팔달구", "인계동", 37.2700, 127.0300)
    rows = [(middle[0], "가동", 37.2600, 127.0300), middle, (middle[0], "나동", 37.2800, 127.0300)]
    actions.load_localities(rows=rows)

    place, is_named = queries.place_for_area(city="수원시", street="정조로 1") or (None, None)

    assert (str(place), is_named) == ("수원시 팔달구 인계동", False)
    assert queries.place_for_area(city="없는시", street="") is None
