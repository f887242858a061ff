"""From a merchant's photograph to the merchant's statement, each step through the real screens."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests import whole_stack
from tests.browser.conftest import SignIn
from tests.browser.days import a_day_passes, next_cut_off, promised_on, today
from tests.whole_stack import WholeStack

PRODUCT = "새벽에 딴 꽈리고추"
PLATE = "12가3456"
SITE = "화홍문"  # where the demo's farmer works
# Whoever the plan gives the route to.
DRIVERS = {"최민수": "driver", "한지원": "driver3", "오달수": "driver4"}
PLAN_WAIT = 60_000  # ms


@pytest.fixture(scope="module")
def mall(loaded: tuple[WholeStack, Path]) -> Iterator[WholeStack]:
    """A mall of its own, since days pass in it."""
    stack = whole_stack.start_and_wait(loaded[1], "--demo", "small")
    yield stack
    stack.stop()


def a_photograph(folder: Path) -> Path:
    picture = Image.linear_gradient("L").resize((900, 700)).convert("RGB")
    content = BytesIO()
    picture.save(content, "JPEG")
    path = folder / "peppers.jpg"
    path.write_bytes(content.getvalue())
    return path


def list_a_product(page: Page, folder: Path) -> None:
    page.goto("/merchant/products/new/")
    page.set_input_files("[name=picture]", a_photograph(folder))
    page.fill("[name=name]", PRODUCT)
    page.fill("[name=unit]", "300g")
    page.fill("[name=price_won]", "4500")
    page.fill("[name=quantity]", "20")
    page.fill("[name=origin]", "경기도 수원시")
    page.click("button[value=publish]")
    expect(page.locator("main")).to_contain_text(PRODUCT)


def put_in_basket(page: Page, text: str, way: str) -> None:
    page.goto("/")
    page.fill("#site-search", text)
    page.press("#site-search", "Enter")
    page.click(f".product-name a:has-text('{text}')")
    page.check(f"[name=way][value={way}]")
    page.click("text=장바구니에 담기")
    expect(page.locator("main")).to_contain_text(text)


def put_something_from_the_farms_in_basket(page: Page) -> None:
    page.goto("/drive-through/")
    page.click(f"main .card-link:has-text('{SITE}')")
    page.click(".product:not(.sold-out) .product-name a")
    page.check("[name=way][value=drive_through]")
    page.click("text=장바구니에 담기")
    expect(page.locator("main")).to_contain_text(SITE)


def ask_for_books(page: Page) -> None:
    page.goto("/books/")
    page.click(".product-name a")
    page.click("text=집으로 빌리기")
    expect(page.locator("main")).to_contain_text("책 다섯 권")


def check_out(page: Page) -> str:
    page.goto("/checkout/")
    page.locator("[name^='slot:']").first.check(force=True)
    page.click("button[value^='hold:']")
    expect(page.locator(".countdown")).to_be_visible()
    for part in page.locator("fieldset:has([name^='window:'])").all():
        part.locator("[name^='window:']:not([disabled])").first.check()
    page.fill("[name=contact_name]", "김하나")
    page.fill("[name=contact_phone]", "010-1234-5678")
    page.fill("[name=plate]", PLATE)
    page.fill("[name=card_number]", "4242 4242 4242 4242")
    page.fill("[name=expiry]", "12/39")
    page.click("button[value=place]")
    page.wait_for_url(re.compile(r"/orders/ORD-"))
    return page.url.rstrip("/").rsplit("/", 1)[-1]


def plan_the_day(page: Page, on: date) -> set[str]:
    """Plan and publish; the names of the drivers whose routes have the order's stops."""
    page.goto(f"/dispatch/?on={on}")
    page.click("#plan-now")
    page.wait_for_selector("#publish", timeout=PLAN_WAIT)
    page.click("#publish")
    expect(page.locator("main")).to_contain_text("기사님께 보냄")
    routes = page.locator("details.route-card", has_text="김하나").all()
    return {route.locator("summary .strong").first.inner_text() for route in routes}


def drive_the_route(page: Page) -> None:
    page.goto("/driver/")
    page.click("#depart button")
    stops = page.locator(".drive-list a").evaluate_all("links => links.map(link => link.href)")
    for stop in stops:
        page.goto(stop)
        for task in page.locator("[data-task]").all():
            for money in task.locator("[name=taken_as][value=cash]").all():
                money.check()
            task.locator("form:not([data-report=failed]) button.button-big").click()
            expect(task.locator("[data-result]")).to_be_visible()
            # The phone says so at once; whoever leaves before it is sent takes it along unsent.
            expect(page.locator("#sync-state.is-waiting")).to_have_count(0)


def hand_over_in_the_lane(page: Page) -> None:
    page.goto("/lane/")
    page.fill("[name=text]", PLATE)
    page.press("[name=text]", "Enter")
    # The tablet first asks whether it has a network: until then the page is the old one.
    expect(page.locator("[data-lane='1'] .plate-next")).to_have_text(PLATE)
    page.click("#call-1")
    expect(page.locator("#serve-1")).to_be_visible()
    expect(page.locator("[data-lane='1'] .plate")).to_have_text(PLATE)
    page.wait_for_timeout(1_000)  # a second tap sooner is taken for a double tap
    page.click("#serve-1")
    expect(page.locator("[data-lane='1'] .plate")).to_have_count(0)


def let_days_pass_until(mall: WholeStack, order: str, way: str, days_before: int) -> date:
    """Until so many days before the order's part of that way; answers that part's date."""
    while (on := promised_on(mall, order, way)) > today() + timedelta(days=days_before):
        a_day_passes(mall)
    return on


def receive_at_home(mall: WholeStack, order: str, desk: Page, phone: Page, sign_in: SignIn) -> None:
    on = let_days_pass_until(mall, order, "delivery", days_before=1)
    sign_in(desk, "dispatcher")
    drivers = plan_the_day(desk, on)
    let_days_pass_until(mall, order, "delivery", days_before=0)
    for driver in sorted(drivers):
        sign_in(phone, DRIVERS[driver])
        drive_the_route(phone)


def receive_at_the_gate(mall: WholeStack, order: str, desk: Page, sign_in: SignIn) -> None:
    let_days_pass_until(mall, order, "drive_through", days_before=0)
    sign_in(desk, "farmer")
    hand_over_in_the_lane(desk)


def test_a_mixed_order_from_the_stall_to_the_statement(
    mall: WholeStack, phone: Page, desk: Page, sign_in: SignIn, tmp_path: Path
) -> None:
    sign_in(phone, "merchant")
    list_a_product(phone, tmp_path)

    sign_in(desk, "shopper")
    put_in_basket(desk, PRODUCT, "delivery")
    put_something_from_the_farms_in_basket(desk)
    ask_for_books(desk)
    order = check_out(desk)
    expect(desk.locator("main section.card:has(.timeline:not(.small))")).to_have_count(3)

    # Around a feast the car may come days before the van.
    if promised_on(mall, order, "drive_through") < promised_on(mall, order, "delivery"):
        receive_at_the_gate(mall, order, desk, sign_in)
        receive_at_home(mall, order, desk, phone, sign_in)
    else:
        receive_at_home(mall, order, desk, phone, sign_in)
        receive_at_the_gate(mall, order, desk, sign_in)

    sign_in(desk, "shopper")
    desk.goto(f"/orders/{order}/")
    expect(desk.locator(".page-head")).to_contain_text("모두 받았어요")
    sign_in(phone, "merchant")
    phone.goto("/merchant/statement/")
    expect(phone.locator("main")).to_contain_text(PRODUCT)
    expect(phone.locator("main")).to_contain_text("4,500원")


def test_a_box_renews_into_an_order_by_itself_after_its_cut_off(
    mall: WholeStack, phone: Page, sign_in: SignIn
) -> None:
    sign_in(phone, "subscriber")
    phone.goto("/my/boxes/")
    expect(phone.locator("main")).to_contain_text("까지 바꿀 수 있어요")
    while next_cut_off(mall) > datetime.now(UTC):
        a_day_passes(mall)
    mall.run("renew")
    phone.goto("/orders/")
    expect(phone.locator("main .card-link").first).to_contain_text("꾸러미")
