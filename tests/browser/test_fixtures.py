from playwright.sync_api import Page


def test_the_pages_are_korean_and_fit_a_phone(phone: Page) -> None:
    phone.goto("/accounts/login/")
    assert phone.locator("html").get_attribute("lang") == "ko"
    wide = phone.evaluate("document.documentElement.scrollWidth")
    assert wide <= 390
