"""Less was picked than ordered: what each order gets.

The rule: everybody gets the same share of what they ordered, rounded down; the pieces that are
left go one each to the largest remainders. Among equal remainders who ordered least comes first,
for whom one piece is most; among equals again a lot decides, drawn from the references. When
somebody ordered plays no part.
"""

from collections.abc import Mapping
from hashlib import sha256


def fair_cut(ordered: Mapping[str, int], *, picked: int, lot: str) -> dict[str, int]:
    """Pieces by line, all of ``picked`` or as much as was ordered. The same lot draws the same."""
    total = sum(ordered.values())
    if picked >= total:
        return dict(ordered)
    shares = {line: quantity * picked // total for line, quantity in ordered.items()}
    left = picked - sum(shares.values())

    def turn(line: str) -> tuple[int, int, str]:
        remainder = ordered[line] * picked % total
        return -remainder, ordered[line], sha256(f"{lot}:{line}".encode()).hexdigest()

    for line in sorted(ordered, key=turn)[:left]:
        shares[line] += 1
    return shares
