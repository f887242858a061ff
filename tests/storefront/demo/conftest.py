"""The small demo is loaded once for all tests of this folder, and rolled back after the last."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from tests.storefront.demo.clock import NOW

if TYPE_CHECKING:
    from storefront.demo.load import Counts


@pytest.fixture(scope="package")
def demo(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator["Counts"]:
    from storefront.demo.load import load

    around_all = transaction.atomic()
    around_all._from_testcase = True  # as TestCase does: durable blocks may begin inside it
    with django_db_blocker.unblock(), around_all:
        yield load(size="small", now=NOW)
        transaction.set_rollback(True)
