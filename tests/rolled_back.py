"""A clean database for each example of a property test."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def rolled_back() -> Iterator[None]:
    """Whatever happens inside is checked by the deferred constraints, then undone."""
    with transaction.atomic():
        yield
        connection.check_constraints()
        transaction.set_rollback(True)
