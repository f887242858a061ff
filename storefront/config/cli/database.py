"""For commands that work on the mall's own data."""

import os

import django

from storefront.config.stack.problem import Problem
from storefront.config.stack.state import State


class NotRunning(Problem):
    exit_code = 2

    def __init__(self) -> None:
        super().__init__(
            "먼저 `mall up`을 실행하세요 (또는 DATABASE_URL 지정)",
            "run `mall up` first (or set DATABASE_URL)",
        )


def connect() -> None:
    """Set Django up for ``DATABASE_URL``, or for the stack that runs in this ``MALL_STATE``."""
    state = State.here()
    if not os.environ.get("DATABASE_URL"):
        recorded = state.recorded_environment() if state.running() else {}
        if not recorded:
            raise NotRunning
        os.environ.update(recorded)
    if not os.environ.get("MALL_SECRET_KEY"):
        state.create()
        os.environ["MALL_SECRET_KEY"] = state.secret_key()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "storefront.config.settings")
    django.setup()
