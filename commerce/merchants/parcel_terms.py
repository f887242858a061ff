"""What a merchant asks for a parcel."""

from dataclasses import dataclass

MOST_WON = 30_000
MOST_FREE_FROM_WON = 10_000_000


@dataclass(frozen=True)
class ParcelTerms:
    """Whole won, VAT included. ``free_from_won``: goods worth so much travel for nothing, None:
    never. ``far_won`` is asked beside it for doors far away, free or not: ``far_doors``."""

    won: int
    far_won: int
    free_from_won: int | None = None

    def fee(self, *, goods_won: int, far: bool) -> int:
        free = self.free_from_won is not None and goods_won >= self.free_from_won
        return (0 if free else self.won) + (self.far_won if far else 0)
