"""The other provinces of Korea, as people begin an address with them."""

OTHERS = (
    *("서울", "부산", "대구", "인천", "광주광역", "대전", "울산", "세종", "강원", "충청", "충북"),
    *("충남", "전라", "전북", "전남", "경상", "경북", "경남", "제주"),
)


def names_another_province(place: str) -> bool:
    """Whether an address begins outside Gyeonggi. 광주시 is a city inside, 광주광역시 is not."""
    return place.strip().startswith(OTHERS)
