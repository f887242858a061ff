"""The small demo is loaded once for all tests of this folder, and rolled back after the last."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from django.test import override_settings
from pytest_django import DjangoDbBlocker

from tests.rolled_back import undone_at_the_end
from tests.storefront.demo.clock import NOW

if TYPE_CHECKING:
    from storefront.demo.load import Counts


@pytest.fixture(scope="package")
def demo(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator["Counts"]:
    from storefront.demo.load import load

    # As `mall up` sets it where nobody else does.
    account = override_settings(TRANSFER_ACCOUNT="연습은행 000-0000-0000 장터")
    with account, django_db_blocker.unblock(), undone_at_the_end():
        yield load(size="small", now=NOW)
