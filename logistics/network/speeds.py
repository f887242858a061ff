"""How fast the roads around a depot are at which time of day. Plain Python."""

import re
from itertools import pairwise

from logistics.errors import LogisticsError

# From the second of the day on, so many percent of the usual speed.
Bands = list[tuple[int, int]]

SLOWEST, FASTEST, MOST_BANDS = 20, 150, 12
_BAND = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])\s+([0-9]{1,3})", re.ASCII)


class SpeedBands(LogisticsError):
    """Not ``HH:MM percent`` with commas between, later ones later, each percent possible."""

    code = "SPEED_BANDS"


def read(text: str) -> Bands:
    """``07:00 75, 09:30 100`` → bands; nothing typed is none. SPEED_BANDS."""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    found = [_BAND.fullmatch(part) for part in parts]
    bands = [(3_600 * int(m[1]) + 60 * int(m[2]), int(m[3])) for m in found if m]
    in_order = all(a[0] < b[0] for a, b in pairwise(bands))
    possible = all(SLOWEST <= percent <= FASTEST for _, percent in bands)
    if None in found or len(bands) > MOST_BANDS or not in_order or not possible:
        raise SpeedBands("speeds", least=SLOWEST, most=FASTEST, bands=MOST_BANDS)
    return bands


def told(bands: Bands) -> str:
    """As ``read`` takes it."""
    return ", ".join(
        f"{since // 3_600:02}:{since // 60 % 60:02} {percent}" for since, percent in bands
    )
