"""A lane tablet goes on without a network, through a reload, and tells it all afterwards."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import SignIn

pytestmark = pytest.mark.expects_console_errors  # being offline is what it is about


def test_a_car_comes_is_called_and_served_without_a_network(desk: Page, sign_in: SignIn) -> None:
    sign_in(desk, "farmer")
    desk.goto("/lane/")
    desk.evaluate("navigator.serviceWorker.ready.then(() => 1)")
    desk.reload()
    desk.wait_for_function("navigator.serviceWorker.controller !== null")

    desk.context.set_offline(True)
    came = desk.locator("[data-list=expected] li").first
    expect(came).to_be_visible()
    plate = came.locator("[data-plate]").inner_text()
    before = desk.locator("[data-list=waiting] li").count()
    came.locator("[data-do=arrived]").click()
    expect(desk.locator("[data-list=waiting] li")).to_have_count(before + 1)
    desk.wait_for_timeout(800)  # so soon after a tap the next is taken for its second half
    mine = desk.locator("[data-list=waiting] li", has_text=plate)
    served = mine.locator("[data-do=served]:not([hidden])")
    # Where money is due, in cash or by card.
    expect(served).to_have_count(2 if "받을 돈" in mine.locator("[data-due]").inner_text() else 1)
    served.first.click()
    expect(mine).to_have_count(0)
    desk.reload()
    expect(desk.locator("#sync-state")).to_contain_text("저장 2건")
    expect(desk.get_by_text(plate)).to_have_count(0)

    desk.context.set_offline(False)
    # Not every browser says that it is back; the page looks by itself every twenty seconds.
    expect(desk.locator("[data-drawn]")).to_have_count(0, timeout=30_000)
    expect(desk.locator("#refused .note")).to_have_count(0)
    desk.reload()
    expect(desk.locator("#sync-state")).to_be_hidden()
    expect(desk.locator("#board").get_by_text(plate)).to_have_count(0)
