"""A regular box beside what the market brings: kept meanwhile, paid once, the next one skipped."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import SignIn
from tests.browser.test_a_whole_order import put_in_basket


def test_a_box_and_greens_are_kept_and_paid_once_and_the_next_box_is_skipped(
    phone: Page, sign_in: SignIn, accessible: Callable[[Page], None]
) -> None:
    sign_in(phone, "shopper2")
    phone.goto("/boxes/")
    phone.click("main a[href*='/boxes/BOX-']")
    accessible(phone)
    phone.click("text=다른 상품과 함께 담기")
    put_in_basket(phone, "삼색나물", "delivery")
    accessible(phone)

    phone.click("form[action='/basket/checkout/'] button")
    expect(phone.locator(".countdown")).to_contain_text(re.compile(r"1[45]:\d\d"))
    phone.click("button[value=longer]")
    expect(phone.locator(".countdown")).to_contain_text(re.compile(r"2[45]:\d\d"))
    accessible(phone)
    for part in phone.locator("fieldset:has([name^='window:'])").all():
        part.locator("[name^='window:']:not([disabled])").first.check()
    phone.fill("[name=contact_phone]", "010-1234-5678")
    phone.fill("[name=card_number]", "4242 4242 4242 4242")
    phone.fill("[name=expiry]", "12/39")
    phone.click("button[value=place]")
    phone.wait_for_url(re.compile(r"/orders/ORD-"))
    expect(phone.locator("section.card:has(ol.timeline:not(.small))")).to_have_count(2)

    phone.goto("/my/boxes/")
    expect(phone.locator("main li", has_text="주문 보기")).to_have_count(1)
    phone.locator("main li", has=phone.get_by_role("button", name="건너뛰기")).first.locator(
        "button"
    ).click()
    expect(phone.locator("main")).to_contain_text("이번에는 건너뜁니다")
