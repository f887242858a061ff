"""Doors that couriers ask more for (도서산간): Jeju and the islands that a ship goes to.

The ranges are those that Korean couriers and mall platforms publish for their extra fee, as they
stood in 2025. They change when a bridge is built: an island that is missing costs its merchant the
difference, one too many is seen before anybody pays.
"""

# From and to, both included.
FAR: tuple[tuple[int, int], ...] = (
    (22386, 22388),  # 인천 중구
    (23004, 23010),  # 인천 강화군
    (23100, 23116),  # 인천 옹진군
    (23124, 23136),  # 인천 옹진군
    (31708, 31708),  # 충남 당진시
    (32133, 32133),  # 충남 태안군
    (33411, 33411),  # 충남 보령시
    (40200, 40240),  # 경북 울릉군
    (46768, 46771),  # 부산 강서구
    (52570, 52571),  # 경남 사천시
    (53031, 53033),  # 경남 통영시
    (53089, 53104),  # 경남 통영시
    (56347, 56349),  # 전북 부안군
    (57068, 57069),  # 전남 영광군
    (58760, 58762),  # 전남 목포시
    (58800, 58810),  # 전남 신안군
    (58816, 58818),  # 전남 신안군
    (58826, 58826),  # 전남 신안군
    (58832, 58832),  # 전남 신안군
    (58839, 58841),  # 전남 신안군
    (58843, 58866),  # 전남 신안군
    (58953, 58958),  # 전남 진도군
    (59102, 59103),  # 전남 완도군
    (59106, 59106),  # 전남 완도군
    (59127, 59127),  # 전남 완도군
    (59129, 59129),  # 전남 완도군
    (59137, 59166),  # 전남 완도군
    (59421, 59421),  # 전남 보성군
    (59531, 59531),  # 전남 고흥군
    (59551, 59551),  # 전남 고흥군
    (59563, 59563),  # 전남 고흥군
    (59568, 59568),  # 전남 고흥군
    (59650, 59650),  # 전남 여수시
    (59766, 59766),  # 전남 여수시
    (59781, 59790),  # 전남 여수시
    (63000, 63644),  # 제주
)


def is_far(postcode: str) -> bool:
    """Of five digits; anything else is near."""
    if not (postcode.isascii() and postcode.isdigit()):
        return False
    return any(first <= int(postcode) <= last for first, last in FAR)
