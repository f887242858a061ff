"""A dispatcher watches a search, is content with it, reads its advice and asks what if."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import days
from tests.browser.conftest import SignIn
from tests.browser.test_every_page import look
from tests.whole_stack import WholeStack


@pytest.fixture
def board(mall: WholeStack) -> str:
    """A day with deliveries that no van has room for beside others."""
    return f"/dispatch/?on={days.a_busy_day(mall).isoformat()}"


def plan(page: Page, board: str) -> None:
    page.goto(board)
    expect(page.locator("[data-planning]")).to_be_hidden(timeout=60_000)
    page.click("#plan-now")
    expect(page.locator("[data-planning]")).to_be_visible()


def planned(page: Page) -> None:
    expect(page.locator("[data-planning]")).to_be_hidden(timeout=60_000)
    expect(page.locator("#left-out")).to_contain_text("가장 나은 자리", timeout=60_000)


def test_a_search_is_stopped_by_a_button_and_names_its_method(
    desk: Page, sign_in: SignIn, board: str
) -> None:
    sign_in(desk, "dispatcher")
    plan(desk, board)
    desk.click("#stop-planning")
    planned(desk)
    expect(desk.locator("[data-engine]")).to_have_text("허물고 다시 짜기")


def test_what_is_left_out_has_a_place_and_a_remedy(
    desk: Page, sign_in: SignIn, accessible: Callable[[Page], None], board: str
) -> None:
    sign_in(desk, "dispatcher")
    plan(desk, board)
    planned(desk)
    expect(desk.locator("#left-out")).to_contain_text("한 대 더 내기")
    look(desk, accessible)


def test_a_change_is_tried_and_both_plans_stand_side_by_side(
    desk: Page, sign_in: SignIn, accessible: Callable[[Page], None], board: str
) -> None:
    sign_in(desk, "dispatcher")
    plan(desk, board)
    planned(desk)
    desk.get_by_role("link", name="바꾸면 어떻게 될까").click()
    look(desk, accessible)
    desk.locator("#changes button").first.click()
    expect(desk.locator("#compared")).to_be_visible(timeout=60_000)
    look(desk, accessible)


def test_a_search_is_stopped_without_javascript(
    mall: WholeStack, chromium: Browser, sign_in: SignIn, board: str
) -> None:
    context = chromium.new_context(base_url=mall.url, java_script_enabled=False)
    page = context.new_page()
    sign_in(page, "dispatcher")
    plan(page, board)
    page.click("#stop-planning")
    expect(page.locator("main")).to_contain_text("지금까지 가장 좋은 계획이 곧 나타나요.")
    context.close()
