"""How an address begins says in which province it is, and its postcode has to agree."""

from itertools import pairwise

import pytest

from commerce.customers.far_doors import FAR, is_far
from commerce.customers.provinces import PROVINCES, begins_with, has_postcode


@pytest.mark.parametrize(
    ("place", "province", "rest"),
    [
        ("서울 강남구 · 역삼동", "서울특별시", "강남구 · 역삼동"),
        (" 인천광역시 남동구", "인천광역시", "남동구"),
        ("광주광역시 북구", "광주광역시", "북구"),
        ("광주시 · 경안동", "경기도", "광주시 · 경안동"),
        ("수원시 팔달구 · 지동", "경기도", "수원시 팔달구 · 지동"),
        ("경기도 수원시 팔달구 · 지동", "경기도", "수원시 팔달구 · 지동"),
        ("제주특별자치도 제주시 · 연동", "제주특별자치도", "제주시 · 연동"),
        ("제주시 · 연동", "제주특별자치도", "제주시 · 연동"),
        ("전라남도 신안군 · 흑산면", "전라남도", "신안군 · 흑산면"),
        ("전북 부안군 · 위도면", "전북특별자치도", "부안군 · 위도면"),
        ("세종 · 나성동", "세종특별자치시", "· 나성동"),
        ("", "경기도", ""),
    ],
)
def test_an_address_says_its_province_first_or_is_in_gyeonggi(
    place: str, province: str, rest: str
) -> None:
    assert begins_with(place) == (province, rest)


def test_each_beginning_of_a_postcode_is_of_one_province_at_most() -> None:
    for beginning in range(100):
        postcode = f"{beginning:02}000"
        assert sum(has_postcode(province, postcode) for province in PROVINCES) <= 1


@pytest.mark.parametrize("postcode", ["63000", "63644", "40240", "22387", "23124", "58843"])
def test_jeju_and_the_islands_are_far(postcode: str) -> None:
    assert is_far(postcode)


@pytest.mark.parametrize("postcode", ["16488", "06236", "22385", "63645", "", "６３０００", "far"])
def test_everywhere_else_is_near(postcode: str) -> None:
    assert not is_far(postcode)


def test_the_ranges_are_in_order_and_do_not_touch() -> None:
    ends = [end for span in FAR for end in span]
    assert ends == sorted(ends)
    assert all(one[1] < other[0] for one, other in pairwise(FAR))
