"""Whole won. Shares add up, and tax plus supply is the price, always."""


def share(total: int, weights: list[int]) -> list[int]:
    """Divide ``total`` won by weight: odd won go to the largest remainders, first come first.

    Weights that are all zero share evenly. Raises ValueError on a negative number, or on
    something to divide among nobody.
    """
    if total < 0 or any(weight < 0 for weight in weights):
        raise ValueError("only won that are there can be shared, by weights of 0 or more")
    if not weights:
        if total:
            raise ValueError("nobody to share with")
        return []
    if not any(weights):
        weights = [1] * len(weights)
    whole = sum(weights)
    parts = [total * weight // whole for weight in weights]
    # sorted() is stable, so equal remainders keep their order.
    by_remainder = sorted(range(len(weights)), key=lambda i: -(total * weights[i] % whole))
    for i in by_remainder[: total - sum(parts)]:
        parts[i] += 1
    return parts


def vat_inside(gross_won: int) -> tuple[int, int]:
    """(supply, VAT) of a price that includes 10 % VAT; supply is gross / 1.1, half won up."""
    if gross_won < 0:
        raise ValueError("a price is 0 won or more")
    supply_won = (20 * gross_won + 11) // 22
    return supply_won, gross_won - supply_won


def tax_free_part(
    amount_won: int, *, wished_won: int, left_won: int, tax_free_left_won: int
) -> int:
    """How much of an amount given back is free of VAT: what is wished, as far as it is left, and
    as far as the rest of the amount is. ``left_won``: altogether, at least the amount."""
    at_least_won = amount_won - (left_won - tax_free_left_won)
    return min(max(wished_won, at_least_won), tax_free_left_won, amount_won)
