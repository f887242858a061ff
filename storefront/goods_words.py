"""What sellers write in Korean and nobody translates by hand: units and certifications."""

import re

# Counters of the market: (one, more) in English.
COUNTERS = {
    "개": ("piece", "pieces"),
    "구": ("piece", "pieces"),
    "알": ("piece", "pieces"),
    "마리": ("whole", "whole"),
    "통": ("whole", "whole"),
    "단": ("bunch", "bunches"),
    "다발": ("bunch", "bunches"),
    "송이": ("bunch", "bunches"),
    "묶음": ("bundle", "bundles"),
    "포기": ("head", "heads"),
    "모": ("block", "blocks"),
    "장": ("sheet", "sheets"),
    "본": ("stem", "stems"),
    "줄": ("row", "rows"),
    "줌": ("handful", "handfuls"),
    "권": ("book", "books"),
    "병": ("bottle", "bottles"),
    "봉": ("bag", "bags"),
    "봉지": ("bag", "bags"),
    "팩": ("pack", "packs"),
    "상자": ("box", "boxes"),
    "박스": ("box", "boxes"),
    "인분": ("serving", "servings"),
    "인": ("person", "people"),
}
NUMBERS = {"한": "1", "두": "2", "세": "3", "네": "4", "다섯": "5", "여섯": "6", "열": "10"}
# A place at a screening (``journeys.book_bay``) is a unit too.
PHRASES = {"차 한 대": "1 car"}
CERTIFICATIONS = {
    "유기농": "Organic",
    "무농약": "Pesticide-free",
    "저탄소": "Low carbon",
    "동물복지": "Animal welfare",
    "무항생제": "Antibiotic-free",
    "전통식품": "Traditional food",
    "지리적표시": "Protected origin",
}

# A number in words is apart from what it counts: 네모 is a square, not four blocks.
_COUNTED = re.compile(
    rf"(?P<number>[0-9]+(?:~[0-9]+)?|(?:{'|'.join(NUMBERS)})(?= )) ?(?P<counter>[가-힣]+)"
)


def unit_in_english(unit: str) -> str:
    """``3팩`` → ``3 packs``, ``두 단`` → ``2 bunches``, ``3~4인`` → ``3–4 people``; what is counted
    otherwise stays."""
    if unit in PHRASES:
        return PHRASES[unit]
    counted = _COUNTED.fullmatch(unit.strip())
    if counted is None or counted["counter"] not in COUNTERS:
        return unit
    number = NUMBERS.get(counted["number"], counted["number"])
    one, more = COUNTERS[counted["counter"]]
    return f"{number.replace('~', '–')} {one if number == '1' else more}"


def certification_in_english(name: str) -> str:
    """The English name of what the law knows; anything else stays as it was written."""
    return CERTIFICATIONS.get(name.strip(), name)
