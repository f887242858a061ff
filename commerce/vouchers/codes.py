"""What is written on a voucher: sixteen letters nobody guesses, and the mall does not store.

A code is worked out from its voucher's reference and the mall's secret, so that cards can be
printed again; a code that is typed is looked up by its digest, so that it works whatever becomes of
the secret. Eighty bits are too many to try.
"""

from hashlib import sha256

from django.utils.crypto import salted_hmac

# Crockford's: no letter looks like another.
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 16
READ_AS = str.maketrans("OIL", "011")


def code_of(reference: str) -> str:
    """``K7QM2XB9TA3W5R8N``: the code of the voucher with this reference."""
    digest = salted_hmac("commerce.vouchers", reference, algorithm="sha256").digest()
    number = int.from_bytes(digest[:10])
    return "".join(LETTERS[number >> 5 * place & 31] for place in range(LENGTH))


def digest_of(code: str) -> str:
    return sha256(code.encode()).hexdigest()


def typed(text: str) -> str:
    """What somebody meant: small letters, spaces and strokes do not matter, nor O for 0."""
    kept = "".join(letter for letter in text.upper() if letter.isalnum())
    return kept.translate(READ_AS)


def may_be_one(code: str) -> bool:
    """Whether it is written as a code is, as far as ``typed`` could mend it."""
    return len(code) == LENGTH and set(code) <= set(LETTERS)


def shown(code: str) -> str:
    """``K7QM-2XB9-TA3W-5R8N``."""
    return "-".join(code[place : place + 4] for place in range(0, len(code), 4))
