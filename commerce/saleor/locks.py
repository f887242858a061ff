"""One at a time, whichever process it is in."""

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256

from django.db import connection, transaction


@contextmanager
def alone(what: str) -> Iterator[None]:
    """Nobody else is between reading ``what`` and writing it.

    Postgres keeps the lock until the transaction ends, an outer one when there is one: somebody
    else must not act on what that transaction may still take back.
    """
    number = int.from_bytes(sha256(f"saleor {what}".encode()).digest()[:8], signed=True)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [number])
        yield
