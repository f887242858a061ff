"""How won are divided: a line between merchant and mall, a refund over what is left."""

from collections.abc import Sequence

from commerce.money import share


def commission(line_won: int, basis_points: int) -> int:
    """The mall's share of a line, in 1/10,000, half a won up; never below 0 or above the line."""
    return (line_won * basis_points + 5_000) // 10_000


def split(line_won: int, basis_points: int) -> tuple[int, int]:
    """(merchant's, mall's) parts of a line; they add up to it."""
    mall_won = commission(line_won, basis_points)
    return line_won - mall_won, mall_won


def take(amount_won: int, ranks: Sequence[Sequence[int]]) -> list[list[int]]:
    """How much to take from each heap: all of one rank before the next, by size within a rank.

    Never more than a heap holds. Raises ValueError when all of them together hold less.
    """
    if amount_won > sum(sum(heaps) for heaps in ranks):
        raise ValueError("more than there is to take")
    taken = []
    for heaps in ranks:
        from_rank = min(amount_won, sum(heaps))
        amount_won -= from_rank
        taken.append(share(from_rank, list(heaps)))
    return taken
