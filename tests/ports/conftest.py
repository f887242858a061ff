"""Tells each test of the Saleor adapter its story (``saleor_stories``).

This file may be read before Django is ready, so it imports what needs it only when a test is there.
"""

import os
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.ports.commerce_cores import Saleor


def _saleor(item: pytest.Item) -> "Saleor | None":
    from tests.ports.commerce_cores import Saleor

    spec = getattr(item, "callspec", None)
    params = spec.params.values() if spec is not None else ()
    return next((param for param in params if isinstance(param, Saleor)), None)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    from tests.ports.saleor_stories import cannot_be_played

    if os.environ.get("SALEOR_API_URL"):
        return
    unplayable = [item for item in items if cannot_be_played(item.name) and _saleor(item)]
    config.hook.pytest_deselected(items=unplayable)
    items[:] = [item for item in items if item not in unplayable]


@pytest.fixture(autouse=True)
def saleor_story(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    saleor = _saleor(request.node)
    if saleor is not None:
        saleor.tell(request.node.name, monkeypatch)
