import pytest
from pytest_django import Settings

from tests.fakes.saleor import FakeSaleor


@pytest.fixture
def saleor(db: None, settings: Settings) -> FakeSaleor:
    """Allowed, with our app installed long ago, and its Dashboard may frame our pages."""
    from tests.builders.saleor import allow, an_installation

    made = FakeSaleor()
    allow(settings, made)
    an_installation(made)
    settings.SALEOR_DASHBOARD_ORIGINS = ["https://dashboard.example"]
    settings.PUBLIC_URL = "https://mall.example"
    return made
