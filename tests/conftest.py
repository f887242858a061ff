"""Real Postgres and Redis for every run, started here and gone at its end.

This file is read before Django's settings are, so everything they need is set at import.
``DATABASE_URL`` and ``REDIS_URL`` from outside are used instead when both are set.
"""

import atexit
import os
import shutil
import tempfile
from collections.abc import Generator
from pathlib import Path

import hypothesis
import pytest
from django.conf import settings
from django.core.cache import caches

from storefront.config import words
from storefront.config.stack import throwaway

words.compile_stale(Path(__file__).resolve().parents[1] / "storefront")

if os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL"):
    _folder = tempfile.mkdtemp(prefix="mall-")
    atexit.register(shutil.rmtree, _folder, ignore_errors=True)
else:
    _servers = throwaway.start()
    atexit.register(_servers.stop)
    _folder = str(_servers.folder)
    os.environ["DATABASE_URL"] = _servers.database_url
    os.environ["REDIS_URL"] = _servers.redis_url
os.environ["MALL_STATE"] = f"{_folder}/state"
Path(_folder, "state", "static").mkdir(parents=True)  # where collected files would be
os.environ["MALL_SECRET_KEY"] = "only-for-tests"
os.environ["MALL_STATIC_STORAGE"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
os.environ["MALL_EMAIL_BACKEND"] = "django.core.mail.backends.locmem.EmailBackend"
os.environ["MALL_PAGE_SECONDS"] = "0"  # every page as it is now
os.environ.pop("DB_POOL", None)  # a pooled connection outlives its thread and blocks the clean-up
os.environ["DJANGO_SETTINGS_MODULE"] = "storefront.config.settings"

settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

hypothesis.settings.register_profile(
    # In CI the same examples every time; at home new ones.
    "mall",
    deadline=None,
    max_examples=30,
    derandomize=os.environ.get("CI") == "true",
)
# For a night: pytest --hypothesis-profile=long
hypothesis.settings.register_profile("long", deadline=None, max_examples=1_000)
hypothesis.settings.load_profile("mall")


@pytest.fixture(scope="session", autouse=True)
def only_what_was_filled_is_emptied() -> None:
    from tests.emptied import empty_after_tests

    empty_after_tests()


@pytest.fixture(autouse=True)
def no_page_is_remembered() -> None:
    """Parts of pages that an earlier test has seen."""
    caches["template_fragments"].clear()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--must-run",
        action="append",
        default=[],
        metavar="MARK",
        help="fail when no test has this mark, or one that has it is skipped",
    )


def pytest_itemcollected(item: pytest.Item) -> None:
    """Two folders mark their tests by themselves."""
    folder = item.path.relative_to(Path(__file__).parent).parts[0]
    mark = {"browser": "browser", "races": "race"}.get(folder)
    if mark:
        item.add_marker(mark)


@pytest.hookimpl(trylast=True)
def pytest_collection_finish(session: pytest.Session) -> None:
    for mark in session.config.getoption("--must-run"):
        if not any(item.get_closest_marker(mark) for item in session.items):
            raise pytest.UsageError(f"--must-run {mark}: no test has this mark")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport]:
    report = yield
    marks = [m for m in item.config.getoption("--must-run") if item.get_closest_marker(m)]
    if report.skipped and marks:
        report.outcome = "failed"
        report.longrepr = f"skipped, but --must-run {marks[0]}: {report.longrepr}"
    return report
