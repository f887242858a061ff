"""What grows in Gyeonggi when, by month: the words one looks for then."""

from typing import NamedTuple


class Crop(NamedTuple):
    """``name`` is what is searched for."""

    name: str
    name_en: str


SPRING = (
    Crop("시금치", "Spinach"),
    Crop("딸기", "Strawberries"),
    Crop("달래", "Wild chives"),
    Crop("냉이", "Shepherd's purse"),
    Crop("봄동", "Spring cabbage"),
    Crop("얼갈이", "Young cabbage"),
)
EARLY_SUMMER = (
    Crop("감자", "Potatoes"),
    Crop("양파", "Onions"),
    Crop("오이", "Cucumbers"),
    Crop("애호박", "Korean zucchini"),
    Crop("상추", "Lettuce"),
    Crop("토마토", "Tomatoes"),
    Crop("매실", "Green plums"),
)
HIGH_SUMMER = (
    Crop("옥수수", "Corn"),
    Crop("복숭아", "Peaches"),
    Crop("가지", "Aubergines"),
    Crop("깻잎", "Perilla leaves"),
    Crop("고추", "Chillies"),
    Crop("참외", "Korean melons"),
)
AUTUMN = (
    Crop("고구마", "Sweet potatoes"),
    Crop("배추", "Napa cabbage"),
    Crop("단호박", "Kabocha squash"),
    Crop("표고", "Shiitake"),
    Crop("대추", "Jujubes"),
    Crop("무", "Radish"),
    Crop("쌀", "Rice"),
)
WINTER = (
    Crop("시래기", "Dried radish greens"),
    Crop("우엉", "Burdock"),
    Crop("연근", "Lotus root"),
    Crop("사과", "Apples"),
    Crop("콩나물", "Bean sprouts"),
    Crop("버섯", "Mushrooms"),
    Crop("김치", "Kimchi"),
)

BY_MONTH = {
    **dict.fromkeys((3, 4, 5), SPRING),
    **dict.fromkeys((6,), EARLY_SUMMER),
    **dict.fromkeys((7, 8), HIGH_SUMMER),
    **dict.fromkeys((9, 10, 11), AUTUMN),
    **dict.fromkeys((12, 1, 2), WINTER),
}


def in_season(month: int) -> tuple[Crop, ...]:
    """1 to 12 → crops, the most looked for first."""
    return BY_MONTH[month]
