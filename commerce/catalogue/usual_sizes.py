"""How heavy and large a thing probably is, so that nobody has to weigh before selling."""

import re
from typing import NamedTuple

WEIGHT = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*(kg|g|l|ml)", re.IGNORECASE)
GRAMS = {"kg": 1_000, "g": 1, "l": 1_000, "ml": 1}
ML_PER_GRAM = 2.5  # greens in a crate; meat and rice are denser
MOST_GRAMS = 100_000  # a "weight" above this is something else


class Size(NamedTuple):
    grams: int
    ml: int


SOMETHING = Size(1_000, 2_500)


def usual_size(unit: str, shelf: Size | None) -> Size:
    """By the weight in the unit's own words (``500g``), else like its neighbours on the shelf."""
    grams = grams_in(unit)
    if grams is None:
        return shelf or SOMETHING
    per_gram = shelf.ml / shelf.grams if shelf else ML_PER_GRAM
    return Size(grams, max(1, round(grams * per_gram)))


def grams_in(unit: str) -> int | None:
    """``1.5kg`` is 1500, ``2L`` 2000 as if it were water; None when no weight is named."""
    found = WEIGHT.search(unit)
    if found is None:
        return None
    grams = round(float(found[1][:12]) * GRAMS[found[2].lower()])
    return grams if 1 <= grams <= MOST_GRAMS else None
