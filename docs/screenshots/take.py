"""Take the README's pictures from a running mall: python docs/screenshots/take.py http://localhost:8000

Each is a page as one of the demo's people sees it, 1280 or 390 px wide.
"""

import sys
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from storefront.demo.sign_ins import PASSWORD

HERE = Path(__file__).parent
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 800}
# name, who, where, how wide
PICTURES = [
    ("home", "", "/", DESK),
    ("home-phone", "", "/", PHONE),
    ("product", "", "product", DESK),
    ("books", "shopper", "/books/", PHONE),
    ("order", "shopper", "order", PHONE),
    ("merchant", "merchant", "/merchant/", DESK),
    ("merchant-new", "merchant", "/merchant/products/new/", PHONE),
    ("statement", "merchant", "/merchant/statement/", DESK),
    ("lane", "farmer", "/lane/", DESK),
    ("library", "librarian", "/library/", DESK),
    ("dispatch", "dispatcher", "/dispatch/#plan-title", DESK),
    ("driver", "driver", "/driver/", PHONE),
    ("helper", "helper", "/helper/", PHONE),
    ("operator", "operator", "/operator/", DESK),
]
# Pages whose address has a reference are reached by a link on another page.
BY_LINK = {
    "product": ("/", ".product-name a"),
    "order": ("/orders/", "main .card-link"),
}


def take(browser: Browser, base: str, name: str, who: str, where: str, size: dict) -> None:
    context = browser.new_context(base_url=base, viewport=size, locale="ko-KR")
    page = context.new_page()
    if who:
        page.goto("/accounts/login/")
        page.fill("[name=login]", f"{who}@jangteo.test")
        page.fill("[name=password]", PASSWORD)
        page.press("[name=password]", "Enter")
        page.wait_for_url(lambda url: "/login" not in url)
    start, link = BY_LINK.get(where, (where, ""))
    page.goto(start)
    if link:
        page.locator(link).first.click()
    page.wait_for_timeout(800)  # pictures and maps settle; live pages are never idle
    picture = Image.open(BytesIO(page.screenshot())).convert("RGB")
    picture.save(HERE / f"{name}.webp", quality=82, method=6)
    context.close()


def main() -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        for picture in PICTURES:
            take(browser, sys.argv[1], *picture)
        browser.close()


if __name__ == "__main__":
    main()
