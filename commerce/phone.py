"""Korean telephone numbers: stored as E.164, shown the way people write them."""

import re

from commerce.errors import CommerceError

Shapes = tuple[re.Pattern[str], ...]

COUNTRY = "+82"

# National form without the leading 0, cut where the hyphens go.
SHAPES: Shapes = (
    re.compile(r"(10)(\d{4})(\d{4})"),  # mobile: 010 and eight digits, nothing else
    re.compile(r"(2)(\d{3,4})(\d{4})"),  # Seoul
    re.compile(r"([3-6][1-5])(\d{3,4})(\d{4})"),  # the provinces
    re.compile(r"(70)(\d{4})(\d{4})"),  # internet telephone
    re.compile(r"(80)(\d{3,4})(\d{4})"),  # free of charge
    re.compile(r"(50\d)(\d{3,4})(\d{4})"),  # a number that follows its owner
)
NATIONWIDE = re.compile(r"(1[568]\d{2})(\d{4})")  # 1588-1234: dialled without a 0
EVERY_SHAPE: Shapes = (*SHAPES, NATIONWIDE)


class PhoneFormat(CommerceError):
    code = "PHONE_FORMAT"


def to_e164(text: str, *, field: str = "phone") -> str:
    """``010-1234-5678`` or ``+82 10-1234-5678`` as ``+821012345678``. Raises PhoneFormat."""
    dialled = re.sub(r"[\s().\-]", "", text)
    if not re.fullmatch(r"\+?[0-9]+", dialled):
        raise PhoneFormat(field)
    national, shapes = _national(dialled)
    if not any(shape.fullmatch(national) for shape in shapes):
        raise PhoneFormat(field)
    return COUNTRY + national


def shown(e164: str) -> str:
    """``+821012345678`` as ``010-1234-5678``; what is no Korean number is shown as it is."""
    national = e164.removeprefix(COUNTRY)
    for shape in EVERY_SHAPE:
        if match := shape.fullmatch(national):
            parts = "-".join(match.groups())
            return parts if shape is NATIONWIDE else "0" + parts
    return e164


def is_mobile(e164: str) -> bool:
    """Can this number get a text message?"""
    return re.fullmatch(r"\+8210\d{8}", e164) is not None


def _national(dialled: str) -> tuple[str, Shapes]:
    """The number without its 0 or country, and the shapes it may then have."""
    if dialled.startswith("0"):
        return dialled[1:], SHAPES
    if dialled.startswith(COUNTRY):
        return dialled.removeprefix(COUNTRY).removeprefix("0"), EVERY_SHAPE
    return dialled, (NATIONWIDE,)
