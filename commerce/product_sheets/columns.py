"""What the columns of a sheet of products are called, and how a cell is read and written.

One row is one unit of a product; rows with the same code are units of the same product.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import time
from typing import NamedTuple

from commerce.catalogue.cut_off import CutOff
from commerce.errors import CommerceError


class ColumnsMissing(CommerceError):
    """``data``: ``columns``, by their Korean names."""

    code = "COLUMNS_MISSING"


class ColumnUnknown(CommerceError):
    """``data``: ``column``, as it is called in the file."""

    code = "COLUMN_UNKNOWN"


class ColumnTwice(CommerceError):
    """``data``: ``column``."""

    code = "COLUMN_TWICE"


class CellNumber(CommerceError):
    code = "CELL_NUMBER"


class CellChoice(CommerceError):
    """``data``: ``choices``, by their Korean names."""

    code = "CELL_CHOICE"


class CellCutOff(CommerceError):
    """Not ``전날 18:00``, ``3일 전 12:00`` or ``없음``."""

    code = "CELL_CUT_OFF"


class Column(NamedTuple):
    """``key`` is the field's name in the code. A file without a ``needed`` column is refused."""

    key: str
    ko: str
    en: str
    needed: bool = False


COLUMNS = (
    Column("code", "상품 코드", "Code", needed=True),
    Column("name", "상품명", "Name", needed=True),
    Column("category", "분류", "Category", needed=True),
    Column("unit", "단위", "Unit", needed=True),
    Column("price_won", "판매가(원)", "Price (won)", needed=True),
    Column("on_hand", "재고", "Stock"),
    Column("origin", "원산지", "Origin", needed=True),
    Column("storage", "보관", "Storage", needed=True),
    Column("tax_class", "과세", "Tax", needed=True),
    Column("ways", "받는 방법", "Ways", needed=True),
    Column("status", "판매 상태", "Status"),
    Column("certification", "인증", "Certification"),
    Column("weight_grams", "무게(g)", "Weight (g)"),
    Column("volume_ml", "부피(ml)", "Volume (ml)"),
    Column("description", "설명", "Description"),
    Column("name_en", "영어 이름", "English name"),
    Column("description_en", "영어 설명", "English description"),
    Column("order_step", "주문 묶음(개)", "Order step"),
    Column("preparation", "준비 시간(분)", "Preparation (minutes)"),
    Column("cut_off", "주문 마감", "Cut-off"),
)
NUMBERS = ("price_won", "on_hand", "weight_grams", "volume_ml", "order_step", "preparation")
# By column: our word → (Korean, English, other spellings).
CHOICES: dict[str, dict[str, tuple[str, ...]]] = {
    "storage": {
        "ambient": ("상온", "Ambient"),
        "chilled": ("냉장", "Chilled"),
        "frozen": ("냉동", "Frozen"),
    },
    "tax_class": {"exempt": ("면세", "Exempt"), "taxable": ("과세", "Taxable")},
    "ways": {
        "drive_through": ("차에서 받기", "Drive-through", "드라이브스루"),
        "delivery": ("집 배송", "Delivery", "배송"),
        "parcel": ("택배", "Parcel"),
    },
    "status": {
        "draft": ("준비 중", "Draft"),
        "published": ("파는 중", "On sale", "판매 중"),
        "withdrawn": ("마감함", "Withdrawn", "마감"),
    },
}
NO_CUT_OFF = ("없음", "None")
KO_DAYS = {"당일": 0, "전날": 1}
EN_DAYS = {"Same day": 0, "Day before": 1}
DAYS_OF = KO_DAYS | {"sameday": 0, "daybefore": 1}
MOST_DIGITS = 9
# A spreadsheet takes a cell that begins with one of these for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def columns_of(header: Sequence[str]) -> dict[str, int]:
    """Where each column is, by key; cells of the header left empty are passed over.

    Raises ColumnUnknown, ColumnTwice, ColumnsMissing.
    """
    found: dict[str, int] = {}
    for position, called in enumerate(header):
        if not called.strip():
            continue
        key = _BY_NAME.get(_plain(called))
        if key is None:
            raise ColumnUnknown("header", column=called[:60])
        if key in found:
            raise ColumnTwice("header", column=called[:60])
        found[key] = position
    missing = [column.ko for column in COLUMNS if column.needed and column.key not in found]
    if missing:
        raise ColumnsMissing("header", columns=", ".join(missing))
    return found


def whole_number(field: str, cell: str) -> int:
    """``12,000`` or ``12000원``. Raises CellNumber."""
    digits = re.sub(r"[\s,원]", "", cell)
    if not re.fullmatch(rf"[0-9]{{1,{MOST_DIGITS}}}", digits):
        raise CellNumber(field)
    return int(digits)


def choice(field: str, cell: str) -> str:
    """One of the column's words, in either language. Raises CellChoice."""
    for word, spellings in CHOICES[field].items():
        if _plain(cell) in (_plain(spelling) for spelling in (word, *spellings)):
            return word
    raise CellChoice(field, choices=", ".join(names[0] for names in CHOICES[field].values()))


def choices(field: str, cell: str) -> list[str]:
    """Several of them, with commas between; in the column's own order. Raises CellChoice."""
    chosen = {choice(field, one) for one in re.split(r"[,/·]", cell) if one.strip()}
    return [word for word in CHOICES[field] if word in chosen]


def cut_off(cell: str) -> CutOff | None:
    """``당일 09:00``, ``전날 18:00``, ``3일 전 12:00``, ``없음``, or as English says it.

    Raises CellCutOff.
    """
    plain = _plain(cell)
    if plain in map(_plain, NO_CUT_OFF):
        return None
    found = re.fullmatch(
        r"(당일|전날|([0-9]{1,2})(?:일전|daysbefore))([0-9]{1,2}):([0-9]{2})", plain
    )
    found = found or re.fullmatch(r"(sameday|daybefore)()([0-9]{1,2}):([0-9]{2})", plain)
    if found is None:
        raise CellCutOff("cut_off")
    word, number, hour, minute = found.groups()
    if int(hour) > 23 or int(minute) > 59:
        raise CellCutOff("cut_off")
    return CutOff(int(number) if number else DAYS_OF[word], time(int(hour), int(minute)))


def cut_off_cell(when: CutOff | None, *, english: bool) -> str:
    """As ``cut_off`` reads it."""
    if when is None:
        return NO_CUT_OFF[english]
    near = {days: word for word, days in (EN_DAYS if english else KO_DAYS).items()}
    word = near.get(when.days, f"{when.days} days before" if english else f"{when.days}일 전")
    return f"{word} {when.clock:%H:%M}"


def guarded(cell: str) -> str:
    """Text that no spreadsheet takes for a formula; ``unguarded`` gives it back."""
    return f"'{cell}" if cell.startswith((*FORMULA, "'")) else cell


def unguarded(cell: str) -> str:
    return cell[1:] if cell[:1] == "'" and cell[1:2] in (*FORMULA, "'") else cell


def header(*, english: bool) -> list[str]:
    return [column.en if english else column.ko for column in COLUMNS]


def row(facts: Mapping[str, object], *, english: bool) -> list[str | int]:
    """A row of the sheet; numbers stay numbers."""
    return [_cell(column.key, facts[column.key], english) for column in COLUMNS]


def _cell(key: str, value: object, english: bool) -> str | int:
    if isinstance(value, int):
        return value
    if key not in CHOICES:
        return guarded(str(value))
    words = value if isinstance(value, list) else [value]
    return ", ".join(CHOICES[key][str(word)][english] for word in words)


def _plain(text: str) -> str:
    return re.sub(r"[\s_-]", "", text).casefold()


_BY_NAME = {
    _plain(name): column.key
    for column in COLUMNS
    for name in (column.key, column.ko, column.en, *re.findall(r"^([^(]+)\(", column.ko))
}
