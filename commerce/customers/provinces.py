"""The provinces and great cities of Korea: how people begin an address, and whose postcodes are
whose (기초구역번호: the first two of five digits)."""

GYEONGGI = "경기도"
SEJONG = "세종특별자치시"

# In full: as people begin it, and the first two digits of its postcodes, from and to.
PROVINCES: dict[str, tuple[tuple[str, ...], int, int]] = {
    "서울특별시": (("서울",), 1, 9),
    GYEONGGI: (("경기",), 10, 18),
    "인천광역시": (("인천",), 21, 23),
    "강원특별자치도": (("강원",), 24, 26),
    "충청북도": (("충북", "충청북"), 27, 29),
    SEJONG: (("세종",), 30, 30),
    "충청남도": (("충남", "충청남"), 31, 33),
    "대전광역시": (("대전",), 34, 35),
    "경상북도": (("경북", "경상북"), 36, 40),
    "대구광역시": (("대구",), 41, 43),
    "울산광역시": (("울산",), 44, 45),
    "부산광역시": (("부산",), 46, 49),
    "경상남도": (("경남", "경상남"), 50, 53),
    "전북특별자치도": (("전북", "전라북"), 54, 56),
    "전라남도": (("전남", "전라남"), 57, 60),
    # 광주시 is a city of Gyeonggi.
    "광주광역시": (("광주광역",), 61, 62),
    "제주특별자치도": (("제주",), 63, 63),
}
# A city whose name begins like its province.
CITIES = {"제주시": "제주특별자치도"}


def begins_with(place: str) -> tuple[str, str]:
    """The province an address begins with, in full, and the rest of it: Gyeonggi, and all of it,
    where none is named. ``서울 강남구 · 역삼동`` is ``서울특별시`` and ``강남구 · 역삼동``."""
    first, _space, rest = place.strip().partition(" ")
    if first in CITIES:
        return CITIES[first], place.strip()
    for province, (beginnings, _from, _to) in PROVINCES.items():
        if first.startswith(beginnings):
            return province, rest.strip()
    return GYEONGGI, place.strip()


def has_postcode(province: str, postcode: str) -> bool:
    """Whether a postcode of five digits can be one of that province."""
    _beginnings, first, last = PROVINCES[province]
    return first <= int(postcode[:2]) <= last
