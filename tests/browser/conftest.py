"""A real Chromium on a real stack with the small demo: ``mall``, ``phone``, ``desk``, ``sign_in``.

All tests share one mall, in any order: each makes what it needs and counts on nothing else.
A failed test keeps a trace and a picture in its ``tmp_path``.
"""

import os
import shutil
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from tests import whole_stack
from tests.whole_stack import WholeStack

# Playwright's loop runs in the thread of the tests; Django would refuse its database there.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
# Small days need no long thought; long enough for a slow machine to draw its page meanwhile.
os.environ.setdefault("MALL_PLAN_SECONDS", "8")

_PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
_OPTIONS = [
    "--no-sandbox",  # CI runs as root
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--disable-sync",
    "--no-first-run",
]
_SUWON = {"latitude": 37.2636, "longitude": 127.0286}
_RUN_AXE = "axe.run({resultTypes: ['violations']}).then(({violations}) => ({violations}))"
_outcome = pytest.StashKey[bool]()

SignIn = Callable[[Page, str], None]


@pytest.fixture(scope="session")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[WholeStack, Path]]:
    """The whole stack with the small demo loaded, and a folder to start another with the same."""
    stack = whole_stack.start_and_wait(tmp_path_factory.mktemp("mall"), "--demo", "small")
    stack.copy(copy := tmp_path_factory.mktemp("as_loaded"))
    yield stack, copy
    stack.stop()


@pytest.fixture(scope="session")
def mall(loaded: tuple[WholeStack, Path]) -> WholeStack:
    """``mall.url`` is its address."""
    return loaded[0]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    program = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, _PROGRAMS)), None)
    if program is None:
        pytest.skip("no Chromium here: apt-get install chromium, or CHROMIUM=/path/to/chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=_OPTIONS)
        yield browser
        browser.close()


@pytest.fixture
def phone(
    chromium: Browser, mall: WholeStack, request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[Page]:
    """A page on a telephone: 390 px wide, Korean, with touch and a position in Suwon."""
    context = chromium.new_context(
        base_url=mall.url,
        locale="ko-KR",
        timezone_id="Asia/Seoul",
        viewport={"width": 390, "height": 844},
        device_scale_factor=2,
        has_touch=True,
        is_mobile=True,
        geolocation=_SUWON,
        permissions=["geolocation"],
    )
    yield from _watched_page(context, request, tmp_path)


@pytest.fixture
def desk(
    chromium: Browser, mall: WholeStack, request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[Page]:
    """A page on a desk: 1280 px wide, Korean."""
    context = chromium.new_context(
        base_url=mall.url,
        locale="ko-KR",
        timezone_id="Asia/Seoul",
        viewport={"width": 1280, "height": 800},
    )
    yield from _watched_page(context, request, tmp_path)


@pytest.fixture
def sign_in() -> SignIn:
    """``sign_in(page, "driver")``: as the demo's driver@…; any name before the @ will do."""
    from storefront.demo.sign_ins import SIGN_INS

    accounts = {row.email.partition("@")[0]: row for row in SIGN_INS}

    def sign_in(page: Page, name: str) -> None:
        _, email, password, _ = accounts[name]
        # The last page goes first: what it still asks for live would bring a cookie of its own,
        # and the form below would no longer match it.
        page.goto("about:blank")
        page.context.clear_cookies()
        page.goto("/accounts/login/")
        page.fill("[name=login]", email)
        page.fill("[name=password]", password)
        page.press("[name=password]", "Enter")
        page.wait_for_url(lambda url: "/accounts/login" not in url)

    return sign_in


@pytest.fixture
def accessible() -> Callable[[Page], None]:
    """``accessible(page)`` fails with axe's own words when it finds a violation."""

    def accessible(page: Page) -> None:
        if not page.evaluate("'axe' in window"):  # once for each document, whatever its sizes
            page.evaluate(AXE_SCRIPT)
        found = AxeResults(page.evaluate(_RUN_AXE))
        assert found.violations_count == 0, found.generate_report()

    return accessible


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport]:
    report = yield
    if report.when == "call":
        item.stash[_outcome] = report.passed
    return report


def _watched_page(
    context: BrowserContext, request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[Page]:
    """A page whose console stays clean: an error there fails the test."""
    context.set_default_timeout(10_000)
    context.tracing.start(snapshots=True)  # a film as well would take a tenth of all processor time
    complaints: list[str] = []
    context.on("console", lambda message: complaints.extend(_complaint(message)))
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    page = context.new_page()
    yield page
    may_complain = bool(request.node.get_closest_marker("expects_console_errors"))
    if may_complain:
        complaints.clear()
    if complaints or not request.node.stash.get(_outcome, False):
        page.screenshot(path=tmp_path / "page.png", full_page=True)
        context.tracing.stop(path=tmp_path / "trace.zip")
    context.close()
    # A request that was under way may complain while the page is being closed.
    assert may_complain or not complaints


def _complaint(message: ConsoleMessage) -> list[str]:
    return [message.text] if message.type in ("error", "warning") else []
