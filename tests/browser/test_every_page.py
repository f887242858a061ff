"""Each page as its people open it: fits a phone, nothing for axe to find, a clean console."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import SignIn
from tests.whole_stack import WholeStack

PAGES = {
    "": "/ /markets/ /drive-through/ /boxes/ /books/ /search/?q=시금치 /search/?q=시금추 "
    "/search/?q=없는것 /search/?sort=by_weight /basket/ /accounts/login/ /accounts/signup/ "
    "/guest/erase/ /c/vegetables/ /c/vegetables/?price=0&way=delivery "
    "/accounts/password/reset/ /guest/order/ /picks/ /merchants/ /screenings/",
    "shopper": "/orders/ /my/ /my/favourites/ /my/boxes/ /my/books/ /my/children/ /books/ "
    "/checkout/address/ /my/data/ /my/vouchers/ /screenings/",
    "subscriber": "/my/boxes/ /orders/",
    "merchant": "/merchant/ /merchant/products/ /merchant/products/new/ /merchant/products/sheet/ "
    "/merchant/orders/ /merchant/orders/pick-list/ /merchant/orders/waves/ "
    "/merchant/orders/waves/slips/ /merchant/parcels/ /merchant/days/ /merchant/sales/ "
    "/merchant/statement/ /merchant/returns/ /merchant/reviews/",
    "farmer": "/lane/ /lane/queue/ /lane/slots/ /lane/week/ /lane/prep/ /lane/walk-up/ "
    "/lane/offline/ /lane/harvest/ /lane/screenings/ /lane/till/ /lane/dates/",
    "librarian": "/library/ /library/loans/ /library/bundles/ /library/bundles/new/ "
    "/library/statistics/",
    "dispatcher": "/dispatch/ /dispatch/undelivered/ /dispatch/week/ /dispatch/fleet/ "
    "/dispatch/replan/ /dispatch/tills/",
    "driver": "/driver/ /driver/map/ /driver/load/ /driver/till/",
    "helper": "/helper/ /helper/?days=2 /helper/phone/",
    "operator": "/operator/ /operator/merchants/ /operator/people/ /operator/people/?q=없는이 "
    "/operator/returns/ /operator/ledger/ /operator/settlements/ /operator/watch/ "
    "/operator/commission/ /operator/differences/ /operator/reviews/ /operator/audit/ "
    "/operator/ledger/where/ /operator/gateway-files/ /operator/lists/ /operator/reports/ "
    "/operator/erasures/ /operator/data/ /operator/debts/ /operator/transfers/ "
    "/operator/vouchers/ /operator/tills/",
}
# Pages that are reached by a link: (who, where it is, the link).
BEHIND_LINKS = [
    ("", "/", ".product-name a"),
    ("", "/", "a[href^='/markets/MKT-']"),
    ("", "/drive-through/", "main .card-link"),
    ("", "/boxes/", "main .button"),
    ("", "/screenings/", "main .card-link"),
    ("shopper", "/screenings/", "main a[href^='/tickets/']"),
    ("shopper", "/books/", ".product-name a"),
    ("shopper", "/orders/", "main .card-link"),
    ("merchant", "/merchant/products/", "main a[href*='/products/PRD-']"),
    ("librarian", "/library/bundles/", "main a[href*='/bundles/BND-']"),
    ("driver", "/driver/", "a[href*='/stops/']"),
    ("farmer", "/lane/harvest/", "main a[href*='/harvest/2']"),
    ("farmer", "/lane/screenings/", "main a[href*='/screenings/SCR']"),
    ("operator", "/operator/settlements/", "main table a"),
    ("operator", "/operator/tills/", "main a[href*='/tills/counts/']"),
    ("operator", "/operator/tills/", "main .lines .strong a"),
    ("operator", "/operator/people/", "main a[href*='/people/']"),
    ("operator", "/operator/vouchers/", "main a[href*='/vouchers/VPR-']"),
    ("operator", "/operator/transfers/", "main a[href*='/transfers/PAY-']"),
]


def look(page: Page, accessible: Callable[[Page], None]) -> None:
    for width, height in ((390, 844), (1280, 800)):
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url
        accessible(page)


@pytest.mark.parametrize("who", PAGES, ids=lambda who: who or "visitor")
def test_pages_fit_and_are_accessible_in_both_languages(
    mall: WholeStack, desk: Page, sign_in: SignIn, accessible: Callable[[Page], None], who: str
) -> None:
    if who:
        sign_in(desk, who)
    for language in ("ko", "en"):
        if language == "en":
            desk.context.add_cookies([{"name": "django_language", "value": "en", "url": mall.url}])
        for path in PAGES[who].split():
            desk.goto(path)
            assert desk.locator("html").get_attribute("lang") == language
            look(desk, accessible)


@pytest.mark.parametrize("who", PAGES, ids=lambda who: who or "visitor")
def test_large_letters_fit_a_phone(mall: WholeStack, desk: Page, sign_in: SignIn, who: str) -> None:
    if who:
        sign_in(desk, who)
    desk.context.add_cookies([{"name": "text_size", "value": "large", "url": mall.url}])
    desk.set_viewport_size({"width": 390, "height": 844})
    for path in PAGES[who].split():
        desk.goto(path)
        assert desk.evaluate("getComputedStyle(document.documentElement).fontSize") == "20px"
        assert desk.evaluate("document.documentElement.scrollWidth") <= 390, path


@pytest.mark.parametrize(
    "who", dict.fromkeys(who for who, _, _ in BEHIND_LINKS), ids=lambda who: who or "visitor"
)
def test_pages_behind_links_fit_and_are_accessible(
    desk: Page, sign_in: SignIn, accessible: Callable[[Page], None], who: str
) -> None:
    if who:
        sign_in(desk, who)
    for where, link in [(where, link) for whose, where, link in BEHIND_LINKS if whose == who]:
        desk.goto(where)
        desk.locator(link).first.click()
        desk.wait_for_load_state()
        look(desk, accessible)


@pytest.mark.expects_console_errors
def test_a_page_that_is_not_there_says_so_kindly(
    desk: Page, accessible: Callable[[Page], None]
) -> None:
    desk.goto("/nowhere/")
    assert "NOT_FOUND" in desk.inner_text("main")
    look(desk, accessible)


def test_the_shop_works_without_javascript(mall: WholeStack, chromium: Browser) -> None:
    context = chromium.new_context(base_url=mall.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/search/?q=시금치")
    page.click(".product-name a")
    page.click("text=장바구니에 담기")
    assert "시금치" in page.inner_text("main")
    context.close()
