"""Won at the edge: Saleor answers amounts as JSON floats and takes them as strings."""

from decimal import Decimal

from commerce.saleor.errors import NotWholeWon


def whole_won(amount: Decimal | float | int) -> int:
    """15000.0 → 15000. NotWholeWon for a fraction or an infinity."""
    # By way of its shortest text a float is the decimal that was sent.
    exact = amount if isinstance(amount, Decimal) else Decimal(str(amount))
    if not exact.is_finite() or exact != exact.to_integral_value():
        raise NotWholeWon(f"{exact} is not whole won")
    return int(exact)


def decimal_text(won: int) -> str:
    """15000 → "15000", for a variable of type PositiveDecimal.

    Fractions must not leave us: some mutations refuse them, others round them in silence.
    """
    if won < 0:
        raise ValueError("Saleor takes amounts of 0 or more")
    return str(won)
