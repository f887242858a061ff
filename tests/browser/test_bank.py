"""A card whose bank wants to hear from the shopper, from the checkout to the bank and back."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import SignIn


def order_something(page: Page) -> None:
    page.goto("/")
    page.fill("#site-search", "시금치")
    page.press("#site-search", "Enter")
    page.locator(".product:not(.sold-out) .product-name a").first.click()
    page.check("[name=way][value=delivery]")
    page.click("text=장바구니에 담기")
    page.goto("/checkout/")
    for part in page.locator("fieldset:has([name^='window:'])").all():
        part.locator("[name^='window:']:not([disabled])").first.check()
    page.fill("[name=contact_name]", "김하나")
    page.fill("[name=contact_phone]", "010-1234-5678")
    page.fill("[name=card_number]", "4000 0027 6000 3184")
    page.fill("[name=expiry]", "12/39")
    page.click("button[value=place]")
    page.wait_for_url(re.compile(r"/orders/ORD-"))


@pytest.mark.parametrize(
    ("answer", "then"), [("allow", "준비하고 있어요"), ("refuse", "카드 결제가 거절되었습니다")]
)
def test_the_shopper_answers_the_bank_and_comes_back(
    phone: Page, sign_in: SignIn, accessible: Callable[[Page], None], answer: str, then: str
) -> None:
    sign_in(phone, "shopper")
    order_something(phone)
    accessible(phone)
    phone.click("text=카드사에서 확인하기")
    expect(phone.locator("h1")).to_have_text("시험 카드사")
    accessible(phone)
    phone.click(f"button[value={answer}]")
    expect(phone.locator("main")).to_contain_text(then)
    phone.go_back()
    expect(phone.locator("main")).to_contain_text(then)
