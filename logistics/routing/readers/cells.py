"""Single cells of a text file. Each function takes the field's name, the cell and its line."""

import re
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal

from logistics.routing.instance import BadInstance, Malformed


def whole(field: str, cell: str, line: int | None) -> int:
    """A whole number not below 0 of at most 12 digits."""
    if not re.fullmatch(r"[0-9]{1,12}", cell):
        raise BadInstance(field, line, reason=Malformed.NOT_WHOLE, found=cell[:20])
    return int(cell)


def decimal(field: str, cell: str, line: int | None) -> Decimal:
    """A number of at most 7 digits before the point and 6 after it."""
    if not re.fullmatch(r"-?[0-9]{1,7}(\.[0-9]{1,6})?", cell):
        raise BadInstance(field, line, reason=Malformed.NOT_A_NUMBER, found=cell[:20])
    return Decimal(cell)


def rounded(scale: int) -> Callable[[str, str, int | None], int]:
    """Reads a number not below 0 as the nearest ``1/scale``, halves up."""

    def read(field: str, cell: str, line: int | None) -> int:
        if not re.fullmatch(r"[0-9]{1,12}(\.[0-9]{1,20})?", cell):
            raise BadInstance(field, line, reason=Malformed.NOT_FROM_ZERO, found=cell[:20])
        return int((Decimal(cell) * scale).to_integral_value(ROUND_HALF_UP))

    return read


def scaled(scale: int) -> Callable[[str, str, int | None], int]:
    """Reads a number not below 0 that ``scale`` makes whole, e.g. tenths for 10."""

    def read(field: str, cell: str, line: int | None) -> int:
        if not re.fullmatch(r"[0-9]{1,12}(\.[0-9]{1,6})?", cell):
            raise BadInstance(field, line, reason=Malformed.NOT_FROM_ZERO, found=cell[:20])
        number = Decimal(cell) * scale
        if number != int(number):
            raise BadInstance(field, line, reason=Malformed.TOO_FINE, found=cell, parts=scale)
        return int(number)

    return read
