import pytest
from pytest_django import Settings

from tests.fakes.saleor import FakeSaleor


@pytest.fixture
def saleor(settings: Settings) -> FakeSaleor:
    """Allowed; our app is not installed in it yet."""
    from tests.builders.saleor import allow

    made = FakeSaleor()
    allow(settings, made)
    return made
