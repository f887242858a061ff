"""A plate that its own driver knows and a passer-by cannot note down."""

SHOWN_AT_END = 2


def masked(plate: str) -> str:
    """``12가3456`` → ``12가··56``."""
    return f"{plate[:-4]}··{plate[-SHOWN_AT_END:]}"
