"""What something costs for 100 g, 100 ml or one piece, read off the unit it is sold in."""

import re
from dataclasses import dataclass
from decimal import Decimal

# How a unit is written → (what its price is told for, how many of that are one of these).
SIZES = {
    "kg": ("100g", Decimal(10)),
    "g": ("100g", Decimal("0.01")),
    "l": ("100ml", Decimal(10)),
    "리터": ("100ml", Decimal(10)),
    "ml": ("100ml", Decimal("0.01")),
    "구": ("1개", Decimal(1)),
    "개": ("1개", Decimal(1)),
    "개입": ("1개", Decimal(1)),
    "알": ("1개", Decimal(1)),
    "마리": ("1마리", Decimal(1)),
    "장": ("1장", Decimal(1)),
    "봉": ("1봉", Decimal(1)),
}
SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([a-z]+|[가-힣]+)")


@dataclass(frozen=True)
class UnitPrice:
    """``won`` for one ``per``: 100g, 100ml, 1개 …"""

    won: int
    per: str


def unit_price(unit: str, price_won: int) -> UnitPrice | None:
    """None where the unit names no size, several, or just the one piece that is priced anyway."""
    sizes = SIZE.findall(unit.lower())
    if len(sizes) != 1 or sizes[0][1] not in SIZES or len(re.findall(r"\d+(?:\.\d+)?", unit)) != 1:
        return None
    number, word = sizes[0]
    per, each = SIZES[word]
    count = Decimal(number) * each
    if count <= 0 or count == 1:
        return None
    return UnitPrice(int(price_won / count + Decimal("0.5")), per)
