"""A VRPLIB file cut up into keywords and sections, before anything is understood of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from logistics.routing.instance import BadInstance, Malformed
from logistics.routing.readers.cells import whole

T = TypeVar("T")

KNOWN_SECTIONS = {
    "DEMAND_SECTION",
    "DEPOT_SECTION",
    "EDGE_WEIGHT_SECTION",
    "NODE_COORD_SECTION",
    "PICKUP_AND_DELIVERY_SECTION",
    "SERVICE_TIME_SECTION",
    "TIME_WINDOW_SECTION",
    "VEHICLES_DEPOT_SECTION",
}


@dataclass
class Sections:
    """Keyword → (line, value), section → [(line, cells)]."""

    keywords: dict[str, tuple[int, str]] = field(default_factory=dict)
    rows: dict[str, list[tuple[int, list[str]]]] = field(default_factory=dict)

    def keyword(self, keyword: str) -> tuple[int | None, str]:
        """(line, value); (None, "") where the file does not say."""
        return self.keywords.get(keyword, (None, ""))

    def one_of(self, keyword: str, choices: Sequence[str]) -> str:
        """The value, which must be one of the choices."""
        line, value = self.keyword(keyword)
        if line is None:
            raise BadInstance(keyword, reason=Malformed.MISSING)
        if value not in choices:
            raise BadInstance(
                keyword,
                line,
                reason=Malformed.NOT_ONE_OF,
                found=value[:20],
                choices=", ".join(choices),
            )
        return value

    def number(self, keyword: str, read: Callable[[str, str, int | None], int] = whole) -> int:
        if keyword not in self.keywords:
            raise BadInstance(keyword, reason=Malformed.MISSING)
        line, value = self.keywords[keyword]
        return read(keyword, value, line)

    def by_number(
        self,
        section: str,
        size: int,
        *columns: Callable[[str, str, int | None], T],
        default: list[T] | None = None,
        first: int = 1,
    ) -> list[list[T]]:
        """The columns after the number that begins each row, by that number, which runs from
        ``first`` on, ``size`` times. A missing section is ``default`` everywhere."""
        if section not in self.rows and default is not None:
            return [default] * size
        found: dict[int, list[T]] = {}
        numbers = range(first, first + size)
        for line, (named, *cells) in self.rows.get(section, []):
            if len(cells) != len(columns):
                raise BadInstance(
                    section,
                    line,
                    reason=Malformed.WRONG_COLUMNS,
                    found=len(cells) + 1,
                    needed=len(columns) + 1,
                )
            number = whole(section, named, line)
            if number not in numbers or number in found:
                raise BadInstance(section, line, reason=Malformed.UNKNOWN_OR_TWICE, found=number)
            found[number] = [
                read(section, cell, line) for read, cell in zip(columns, cells, strict=True)
            ]
        if len(found) != size:
            raise BadInstance(section, reason=Malformed.WRONG_COUNT, found=len(found), needed=size)
        return [found[number] for number in numbers]


def cut_up(text: str, *, known: set[str] = KNOWN_SECTIONS) -> Sections:
    """Up to ``EOF``; a section or line that is not understood is refused. Cells stand apart by
    blanks or commas."""
    found = Sections()
    current: list[tuple[int, list[str]]] | None = None
    for number, line in enumerate(text.splitlines(), start=1):
        cells = line.replace(",", " ").split()
        if not cells:
            continue
        if cells[0] == "EOF":
            break
        if ":" in line:
            keyword, _, value = line.partition(":")
            found.keywords[keyword.strip()] = number, value.strip()
        elif cells[0].endswith("_SECTION"):
            if cells[0] not in known:
                raise BadInstance(cells[0][:40], number, reason=Malformed.NOT_UNDERSTOOD)
            current = found.rows.setdefault(cells[0], [])
        elif current is None:
            raise BadInstance(cells[0][:40], number, reason=Malformed.NOT_UNDERSTOOD)
        else:
            current.append((number, cells))
    return found
