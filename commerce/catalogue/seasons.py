"""What grows in Gyeonggi when, by month: the words one looks for then."""

SPRING = ("시금치", "딸기", "달래", "냉이", "봄동", "얼갈이")
EARLY_SUMMER = ("감자", "양파", "오이", "애호박", "상추", "토마토", "매실")
HIGH_SUMMER = ("옥수수", "복숭아", "가지", "깻잎", "고추", "참외")
AUTUMN = ("고구마", "배추", "단호박", "표고", "대추", "무", "쌀")
WINTER = ("시래기", "우엉", "연근", "사과", "콩나물", "버섯", "김치")

BY_MONTH = {
    **dict.fromkeys((3, 4, 5), SPRING),
    **dict.fromkeys((6,), EARLY_SUMMER),
    **dict.fromkeys((7, 8), HIGH_SUMMER),
    **dict.fromkeys((9, 10, 11), AUTUMN),
    **dict.fromkeys((12, 1, 2), WINTER),
}


def in_season(month: int) -> tuple[str, ...]:
    """1 to 12 → names, the most looked for first."""
    return BY_MONTH[month]
