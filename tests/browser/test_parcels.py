"""All ways at once on a telephone, paid once; the stall sends its parcel, another part is
given up."""

import re
from collections.abc import Callable

from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import SignIn
from tests.browser.test_a_whole_order import (
    ask_for_books,
    check_out,
    put_in_basket,
    put_something_from_the_farms_in_basket,
)
from tests.whole_stack import WholeStack

STALL = "못골 할머니반찬"  # where the demo's merchant works
SENT, BROUGHT = "포기김치", "삼색나물"
NUMBER = "654321098765"
DESK = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}

Accessible = Callable[[Page], None]


def at_both_widths(page: Page, accessible: Accessible) -> None:
    for size in (DESK, PHONE):
        page.set_viewport_size(size)
        accessible(page)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= size["width"], f"{page.url} is {wide} px wide"


def fee_shown(page: Page) -> str:
    return page.locator("fieldset", has_text=STALL).locator("p.note").first.inner_text()


def test_a_basket_of_all_ways_is_paid_once_and_its_parcel_is_followed(
    phone: Page, desk: Page, sign_in: SignIn, accessible: Accessible
) -> None:
    sign_in(phone, "shopper")
    put_in_basket(phone, SENT, "parcel")
    put_in_basket(phone, BROUGHT, "delivery")
    put_something_from_the_farms_in_basket(phone)
    ask_for_books(phone)
    at_both_widths(phone, accessible)

    phone.goto("/checkout/")
    phone.click("label.choice:has-text('부모님 댁')")
    phone.click("text=이 주소로 시간과 배송비 보기")
    assert "제주·도서산간 5,000원 포함" in fee_shown(phone)
    at_both_widths(phone, accessible)
    phone.click("label.choice:has-text('효원로')")
    phone.click("text=이 주소로 시간과 배송비 보기")
    assert "택배비 4,000원" in fee_shown(phone)
    at_both_widths(phone, accessible)
    order = check_out(phone)
    sections = phone.locator("section.card:has(ol.timeline)")
    expect(sections.filter(has_text=re.compile("택배로 보냈어요"))).to_have_count(1)

    sign_in(desk, "merchant")
    desk.goto("/merchant/parcels/")
    at_both_widths(desk, accessible)
    form = desk.locator("li.card", has_text=order)
    form.locator("[name=courier]").select_option("cj")
    form.locator("[name=number]").fill(NUMBER)
    form.get_by_role("button", name="보냈어요").click()
    expect(desk.locator("li.card", has_text=order)).to_contain_text(NUMBER)
    at_both_widths(desk, accessible)

    phone.goto(f"/orders/{order}/")
    link = phone.get_by_role("link", name="택배사에서 위치 보기")
    expect(link).to_have_attribute("href", re.compile(NUMBER))
    at_both_widths(phone, accessible)
    market = phone.locator("section.card", has_text=BROUGHT)
    market.get_by_role("link", name="일부 취소").click()
    for keep in phone.locator("select[name^='keep:']").all():  # with what was in the basket before
        keep.select_option("0")
    phone.click("text=이대로 바꾸기")
    expect(phone.locator("section.card", has_text=BROUGHT)).to_contain_text("취소됨")
    expect(phone.locator("section.card", has_text=NUMBER).first).to_contain_text(SENT)


def test_a_parcel_is_ordered_without_a_script(
    chromium: Browser, mall: WholeStack, sign_in: SignIn
) -> None:
    context = chromium.new_context(
        base_url=mall.url, locale="ko-KR", viewport=PHONE, java_script_enabled=False
    )
    page = context.new_page()
    sign_in(page, "subscriber")
    put_in_basket(page, SENT, "parcel")
    page.goto("/checkout/")
    page.fill("[name=contact_name]", "김하나")
    page.fill("[name=contact_phone]", "010-1234-5678")
    page.fill("[name=card_number]", "4242 4242 4242 4242")
    page.fill("[name=expiry]", "12/39")
    page.click("button[value=place]")
    page.wait_for_url(re.compile(r"/orders/ORD-"))
    expect(page.locator("main")).to_contain_text("택배로 보낼 예정이에요")
    context.close()
