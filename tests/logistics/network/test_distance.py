from hypothesis import given
from hypothesis import strategies as st

from logistics.network.distance import crow_metres

LATS = st.floats(36.8, 38.3)
LONS = st.floats(126.3, 127.9)


def test_suwon_station_is_32_km_from_seoul_station() -> None:
    assert round(crow_metres(37.2664, 126.9999, 37.5547, 126.9707), -2) == 32_200


@given(LATS, LONS, LATS, LONS)
def test_the_way_back_is_as_long(lat_a: float, lon_a: float, lat_b: float, lon_b: float) -> None:
    there = crow_metres(lat_a, lon_a, lat_b, lon_b)

    assert there == crow_metres(lat_b, lon_b, lat_a, lon_a)
    assert crow_metres(lat_a, lon_a, lat_a, lon_a) == 0
