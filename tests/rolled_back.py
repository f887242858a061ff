"""A clean database for each example of a property test, or one thing built for many tests."""

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


@contextmanager
def undone_at_the_end() -> Iterator[None]:
    """For a fixture that many tests share: each undoes what is its own, and this the rest."""
    around_all = transaction.atomic()
    around_all._from_testcase = True  # as TestCase does: durable blocks may begin inside it
    with around_all:
        yield
        transaction.set_rollback(True)
