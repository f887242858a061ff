"""What a phone must not cut off, and what a desk has room for."""

import pytest
from playwright.sync_api import Locator, Page

from tests.browser.conftest import SignIn


def box(one: Locator) -> tuple[float, float, float, float]:
    """left, top, right, bottom."""
    found = one.bounding_box()
    assert found is not None
    return found["x"], found["y"], found["x"] + found["width"], found["y"] + found["height"]


def shifted(page: Page) -> float:
    """What has moved since the page began to show, in parts of the window (layout shift)."""
    return page.evaluate(
        """() => new Promise((told) => {
            let sum = 0;
            const add = (list) => list.getEntries().forEach((one) => { sum += one.value; });
            new PerformanceObserver(add).observe({ type: "layout-shift", buffered: true });
            setTimeout(() => told(sum), 300);
        })"""
    )


def test_an_address_stands_beside_its_pin(phone: Page) -> None:
    phone.goto("/markets/")
    phone.locator("a[href^='/markets/MKT-']").first.click()
    line = phone.locator(".page-head .row")
    _, top, right, bottom = box(line.locator("svg"))
    left, beside, _, _ = box(line.locator("span"))
    assert right <= left
    assert top < beside + 10 < bottom


def test_all_categories_are_in_view_on_a_desk(desk: Page) -> None:
    desk.goto("/")
    last = desk.locator(".tabs .tab").last
    assert box(last)[2] <= 1280 - 24


def test_a_phone_shows_the_category_one_is_in(phone: Page) -> None:
    phone.goto("/")
    last = phone.locator(".tabs .tab[href^='/c/']").last.get_attribute("href")
    assert last is not None
    phone.goto(last)
    left, _, right, _ = box(phone.locator(".tab[aria-current]"))
    assert left >= 0
    assert right <= 390
    assert shifted(phone) == 0


@pytest.mark.parametrize("width", [390, 1280])
def test_an_operator_reaches_what_changes_a_shop(desk: Page, sign_in: SignIn, width: int) -> None:
    sign_in(desk, "operator")
    desk.set_viewport_size({"width": width, "height": 844})
    desk.goto("/operator/merchants/")
    button = desk.get_by_role("button", name="판매 멈춤").first
    assert box(button)[2] <= width
