"""Public references: what other capabilities, screens and people hold instead of a row number."""

from django.utils.crypto import get_random_string

# No 0/O, 1/I/L: a reference is read out over the phone.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


def new(prefix: str) -> str:
    """A fresh reference such as ``ORD-7Q4KM2XB9T``."""
    return f"{prefix}-{get_random_string(10, ALPHABET)}"
