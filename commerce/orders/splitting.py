"""Which lines of a basket are handed over together: one group becomes one fulfilment."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class SplitLine:
    """A basket line. Goods name their merchant, a regular box itself too; a book bundle names its
    library and itself, a ticket its site and itself."""

    key: str
    way: str
    merchant_reference: str = ""
    market_reference: str = ""
    site_reference: str = ""
    library_reference: str = ""
    box_reference: str = ""
    bundle_reference: str = ""
    ticket_reference: str = ""
    unit_price_won: int = 0
    quantity: int = 1
    tax_class: str = "exempt"

    @property
    def line_won(self) -> int:
        return self.unit_price_won * self.quantity


@dataclass(frozen=True)
class Group:
    """Lines handed over together by one hand (site, merchant, market or library), one way."""

    key: str
    way: str
    hands_over: str
    lines: tuple[SplitLine, ...]

    @property
    def line_keys(self) -> tuple[str, ...]:
        return tuple(line.key for line in self.lines)

    @property
    def is_box(self) -> bool:
        return bool(self.lines[0].box_reference)

    @property
    def is_books(self) -> bool:
        return bool(self.lines[0].bundle_reference)

    @property
    def is_ticket(self) -> bool:
        return bool(self.lines[0].ticket_reference)


def split(lines: Sequence[SplitLine]) -> list[Group]:
    """Groups in the order of their first lines: the drive-through by site, joint delivery by
    market (or by a merchant outside any market), parcels by merchant, each box, book bundle and
    ticket alone."""
    found: dict[tuple[str, str, str], list[SplitLine]] = {}
    for line in lines:
        found.setdefault(_place(line), []).append(line)
    return [
        Group(key=key, way=way, hands_over=hands_over, lines=tuple(together))
        for (key, way, hands_over), together in found.items()
    ]


def _place(line: SplitLine) -> tuple[str, str, str]:
    if line.box_reference:
        return f"box:{line.box_reference}", line.way, line.merchant_reference
    if line.bundle_reference:
        return f"books:{line.bundle_reference}", line.way, line.library_reference
    if line.ticket_reference:
        return f"ticket:{line.ticket_reference}", line.way, line.site_reference
    if line.way == "drive_through":
        # One car, one visit: the site's lane hands over what all its farms packed for it.
        return f"drive:{line.site_reference}", line.way, line.site_reference
    if line.way == "parcel":
        # A courier comes to the stall: nobody carries parcels together.
        return f"parcel:{line.merchant_reference}", line.way, line.merchant_reference
    hands_over = line.market_reference or line.merchant_reference
    return f"deliver:{hands_over}", line.way, hands_over
