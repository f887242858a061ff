"""Public references: what other capabilities, screens and people hold instead of a row number."""

import secrets

# No 0/O, 1/I/L: a reference is read out over the phone.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
LENGTH = 10


def new(prefix: str) -> str:
    """A fresh reference such as ``ORD-7Q4KM2XB9T``."""
    drawn = secrets.randbelow(len(ALPHABET) ** LENGTH)  # once: each draw asks the system
    letters = []
    for _ in range(LENGTH):
        drawn, letter = divmod(drawn, len(ALPHABET))
        letters.append(ALPHABET[letter])
    return f"{prefix}-{''.join(letters)}"
