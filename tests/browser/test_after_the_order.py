"""What a shopper does around an order, each through the real screens: given up, given back, said
again, kept, written down."""

import re
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import SignIn
from tests.whole_stack import WholeStack

STALL = "못골 할머니반찬"  # where the demo's merchant sells


def put_in_basket(page: Page, words: str) -> None:
    page.goto(f"/search/?q={words}&sort=dearest")
    page.locator(".product:not(.sold-out) .product-name a").first.click()
    page.click("text=장바구니에 담기")
    expect(page.locator("h1")).to_contain_text("장바구니")


def check_out(
    page: Page, *, name: str = "이준호", pays: str = "card", when_short: str = "refund"
) -> str:
    """The basket as it is, at the latest time that is offered; the order's reference."""
    page.goto("/checkout/")
    for part in page.locator("fieldset:has([name^='window:'])").all():
        part.locator("[name^='window:']:not([disabled])").last.check()
    page.fill("[name=contact_name]", name)
    page.fill("[name=contact_phone]", "010-1234-5678")
    page.check(f"[name=when_short][value={when_short}]")
    page.check(f"[name=method][value={pays}]")
    if pays == "card":
        page.fill("[name=card_number]", "4242 4242 4242 4242")
        page.fill("[name=expiry]", "12/39")
    page.click("button[value=place]")
    page.wait_for_url(re.compile(r"/orders/ORD-"))
    return page.url.rstrip("/").rsplit("/", 1)[-1]


def open_something_received(page: Page) -> None:
    """The page of the first order of which everything was handed over."""
    page.goto("/orders/")
    page.locator("main .card-link", has_text="모두 받았어요").last.click()
    expect(page.locator("a[href$='/return/']").first).to_be_visible()


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "tofu.jpg"
    Image.linear_gradient("L").resize((1_600, 1_200)).convert("RGB").save(path)
    return path


def test_part_of_an_order_is_given_up_and_its_money_comes_back(
    phone: Page, sign_in: SignIn
) -> None:
    sign_in(phone, "shopper2")
    put_in_basket(phone, "두부")
    check_out(phone)
    phone.click("text=일부 취소")
    phone.locator("[name^='keep:']").last.select_option("0")
    phone.click("text=이대로 바꾸기")
    expect(phone.locator("main")).to_contain_text("취소했습니다. 결제한 금액은 같은 수단으로")
    expect(phone.locator("main")).to_contain_text("돌려드린 금액")


def test_a_fault_is_shown_on_a_photo_and_paid_back(
    phone: Page, desk: Page, sign_in: SignIn, photo: Path
) -> None:
    sign_in(phone, "subscriber")
    open_something_received(phone)
    order = phone.url
    phone.locator("a[href$='/return/']").first.click()
    phone.fill("[name=words]", "모서리가 으깨져 있었어요.")
    phone.set_input_files("[name=picture]", [photo, photo])
    phone.click("text=판매자에게 알리기")
    seen = phone.locator("img[src*='/returns/RET-']")
    expect(seen).to_have_count(2)

    sign_in(desk, "operator")
    desk.goto("/operator/returns/")
    asked = desk.locator("li.card", has_text="모서리가 으깨져 있었어요.")
    expect(asked.locator("img")).to_have_count(2)
    asked.locator("img").first.scroll_into_view_if_needed()
    shown = "image => image.decode().then(() => image.naturalWidth)"
    assert asked.locator("img").first.evaluate(shown) == 960
    asked.locator("button[value=yes]").click()
    expect(desk.locator("main")).to_contain_text("손님께 답을 보냈습니다.")

    phone.goto(order)
    expect(phone.locator("main")).to_contain_text("돈을 돌려드림")


def test_an_order_is_put_into_the_basket_again(phone: Page, sign_in: SignIn) -> None:
    sign_in(phone, "shopper")
    phone.goto("/orders/")
    phone.locator("main .card-link").last.click()
    phone.click("text=그대로 다시 담기")
    expect(phone.locator("h1")).to_contain_text("장바구니")
    expect(phone.locator("main .stepper").first).to_be_visible()


def test_who_received_it_says_what_they_think(phone: Page, sign_in: SignIn) -> None:
    sign_in(phone, "subscriber")
    open_something_received(phone)
    goods = phone.locator("li:has(a[href$='/return/']) > span").first.inner_text()
    phone.goto(f"/search/?q={goods.split(' ')[0]}")
    phone.locator(".product-name a").first.click()
    product = phone.url
    phone.click("a[href$='/review/']")
    phone.check("[name=rating][value='4']")
    phone.fill("[name=words]", "손주가 잘 먹어요.")
    phone.click("main button:has-text('올리기')")
    expect(phone).to_have_url(re.compile(re.escape(product)))
    expect(phone.locator("#reviews, main").last).to_contain_text("손주가 잘 먹어요.")


def test_a_favourite_is_kept_and_let_go(phone: Page, sign_in: SignIn) -> None:
    sign_in(phone, "shopper2")
    phone.goto("/search/?q=들기름")
    name = phone.locator(".product-name a").first.inner_text()
    phone.locator(".product-name a").first.click()
    phone.click("text=찜하기")
    phone.goto("/my/favourites/")
    phone.click(f".product-name a:has-text('{name}')")
    phone.click("text=찜 빼기")
    phone.goto("/my/favourites/")
    expect(phone.locator(f".product-name a:has-text('{name}')")).to_have_count(0)


def test_a_cash_receipt_is_asked_for_what_is_paid_at_the_door(phone: Page, sign_in: SignIn) -> None:
    sign_in(phone, "shopper2")
    put_in_basket(phone, "두부")
    check_out(phone, pays="on_site")
    phone.click("text=현금영수증")
    phone.fill("[name=identifier]", "010-1234-5678")
    phone.click("text=현금영수증 신청")
    expect(phone.locator("main")).to_contain_text(re.compile(r"신청했어요 \(.*5678\)"))
    expect(phone.locator("main button:has-text('이 번호로 바꾸기')")).to_be_visible()


def test_letters_stay_large_until_they_are_made_small_again(phone: Page) -> None:
    size = "parseFloat(getComputedStyle(document.documentElement).fontSize)"
    phone.goto("/")
    small = phone.evaluate(size)
    phone.click("button:has-text('가+')")
    phone.goto("/markets/")
    assert phone.evaluate(size) > small
    phone.locator("header button:has-text('가')").first.click()
    phone.goto("/")
    assert phone.evaluate(size) == small


def test_a_guest_orders_and_finds_the_order_elsewhere(
    phone: Page, chromium: Browser, mall: WholeStack
) -> None:
    put_in_basket(phone, "두부")
    phone.click("text=가입하지 않고 주문하기")
    phone.goto("/checkout/address/?back=checkout")
    phone.fill("[name=place]", "수원시 팔달구 · 지동")
    phone.fill("[name=street]", "팔달문로 19")
    phone.fill("[name=postcode]", "16259")
    phone.click("main form button:not([type=button])")
    phone.wait_for_url(re.compile(r"/checkout/\?address="))
    phone.fill("[name=contact_email]", "guest@example.com")
    order = check_out(phone)
    found = re.search(r"[A-Z2-7]{5}-[A-Z2-7]{5}", phone.inner_text("main"))
    assert found is not None

    context = chromium.new_context(base_url=mall.url)
    elsewhere = context.new_page()
    elsewhere.goto("/guest/order/")
    elsewhere.fill("[name=phone]", "010-1234-5678")
    elsewhere.fill("[name=code]", found[0])
    elsewhere.click("text=주문 보기")
    elsewhere.click("main .card-link")
    expect(elsewhere.locator("main")).to_contain_text(order)
    context.close()


@pytest.mark.parametrize(
    ("answer", "said"),
    [("accept", "이것으로 챙겨 드립니다."), ("refuse", "이 상품의 값을 돌려드립니다.")],
)
def test_something_like_it_is_proposed_and_answered(
    phone: Page, desk: Page, sign_in: SignIn, answer: str, said: str
) -> None:
    sign_in(phone, "shopper2")
    put_in_basket(phone, STALL)
    name = f"이준호 {answer}"
    order = check_out(phone, name=name, when_short="substitute")

    sign_in(desk, "merchant")
    desk.goto("/merchant/orders/")
    desk.locator("a[href$='/substitute/']", has_text=name).first.click()
    desk.click("text=손님께 여쭙기")
    expect(desk.locator("main")).to_contain_text("손님께 여쭈었습니다.")

    phone.goto(f"/orders/{order}/")
    phone.click("text=대신 받을지 고르기")
    phone.click(f"button[value={answer}]")
    expect(phone.locator("main")).to_contain_text(said)
