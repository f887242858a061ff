"""From the search to the paid order without a mouse: focus is always seen and never trapped."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import SignIn

# No page has more stops than this; whoever needs more is going in circles.
MOST_TABS = 120

# What has the focus, and whether anybody can see that it does: by an outline or a shadow of its
# own, or of the layer that makes a whole card its link.
FOCUSED = """(selector) => {
  const at = document.activeElement;
  if (!at || at === document.body) return null;
  const drawn = (style) => style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0
    || style.boxShadow !== "none";
  const box = at.getBoundingClientRect();
  return {
    there: at.matches(selector),
    what: at.outerHTML.slice(0, 120),
    seen: drawn(getComputedStyle(at)) || drawn(getComputedStyle(at, "::after")),
    inside: box.width > 0 && box.bottom > 0 && box.top < innerHeight,
    covered: (() => {
      const x = box.left + Math.min(box.width, innerWidth) / 2, y = box.top + box.height / 2;
      const top = document.elementFromPoint(x, y);
      return top !== null && !at.contains(top) && !top.contains(at)
        && getComputedStyle(top.closest("header, nav, aside") ?? top).position === "fixed";
    })(),
  };
}"""


def is_on(page: Page, selector: str = "*") -> bool:
    """Whether the focus is there; wherever it is, it has to be seen."""
    found = page.evaluate(FOCUSED, selector)
    if found is None:  # the page itself, or the browser around it
        return False
    assert found["seen"], f"nobody sees the focus: {found['what']}"
    assert found["inside"], f"the focus is out of sight: {found['what']}"
    assert not found["covered"], f"something lies over the focus: {found['what']}"
    return bool(found["there"])


def go_to(page: Page, selector: str, key: str = "Tab") -> None:
    """On, or back with Shift+Tab, until the focus is there."""
    for _stop in range(MOST_TABS):
        page.keyboard.press(key)
        if is_on(page, selector):
            return
    raise AssertionError(f"{selector} is not reached by {key}")


def press(page: Page, selector: str, key: str = "Enter") -> None:
    """Go there and press it; another page follows."""
    go_to(page, selector)
    with page.expect_navigation():
        page.keyboard.press(key)


def type_into(page: Page, selector: str, text: str) -> None:
    go_to(page, selector)
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type(text)


def find(page: Page, words: str) -> None:
    """From wherever one is, by the search, to the first product found."""
    page.goto("/")
    go_to(page, "#site-search")
    page.keyboard.type(words)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    press(page, ".product-name a")
    expect(page.locator("h1")).to_contain_text(words)


def choose_the_next(page: Page, group: str) -> None:
    """Arrow keys move within a group of choices, as a browser's own do."""
    go_to(page, f"{group}:checked, {group}")
    before = page.locator(f"{group}:checked").get_attribute("value")
    page.keyboard.press("ArrowDown")
    assert is_on(page, f"{group}:checked")
    assert page.locator(f"{group}:checked").get_attribute("value") != before


def pay(page: Page) -> None:
    type_into(page, "[name=card_number]", "4242424242424242")
    type_into(page, "[name=expiry]", "12/39")
    press(page, "button[value=place]", "Space")
    expect(page).to_have_url(re.compile("/orders/ORD-"))
    expect(page.locator("main")).to_contain_text("결제한 금액")


def test_an_order_is_found_filled_in_and_paid_by_keyboard(desk: Page, sign_in: SignIn) -> None:
    sign_in(desk, "shopper2")
    find(desk, "시금치")
    type_into(desk, "[name=quantity]", "2")
    press(desk, "form[action='/basket/add/'] button", "Space")
    press(desk, "form[action='/basket/checkout/'] button")
    choose_the_next(desk, "[name^='window:']")
    type_into(desk, "[name=contact_name]", "이중호")
    type_into(desk, "[name=contact_phone]", "010-1234-5678")
    go_to(desk, "[name=contact_name]", "Shift+Tab")
    desk.keyboard.press("ControlOrMeta+a")
    desk.keyboard.type("이준호")
    choose_the_next(desk, "[name=when_short]")
    pay(desk)
    expect(desk.locator("main")).to_contain_text("이준호")


def test_the_focus_goes_once_around_the_checkout_and_is_never_trapped(
    desk: Page, sign_in: SignIn
) -> None:
    sign_in(desk, "subscriber")
    find(desk, "두부")
    press(desk, "form[action='/basket/add/'] button")
    press(desk, "form[action='/basket/checkout/'] button")
    go_to(desk, ".skip-link")
    go_to(desk, "button[value=place]")
    go_to(desk, ".skip-link")
    go_to(desk, "button[value=place]", "Shift+Tab")
    desk.goto("/basket/")
    while (steps := desk.locator("main .stepper button[value='0']")).count():
        steps.first.click()
        desk.wait_for_load_state()


def test_a_mixed_basket_is_held_and_paid_by_keyboard(desk: Page, sign_in: SignIn) -> None:
    sign_in(desk, "shopper2")
    find(desk, "시금치")
    press(desk, "form[action='/basket/add/'] button")
    desk.goto("/drive-through/")
    press(desk, "main .card-link")
    press(desk, ".product-name a")
    go_to(desk, "[name=way]")
    if desk.locator("[name=way]").count() > 1:
        desk.keyboard.press("ArrowDown")
    expect(desk.locator("[name=way][value=drive_through]")).to_be_checked()
    press(desk, "form[action='/basket/add/'] button")
    press(desk, "form[action='/basket/checkout/'] button")
    choose_the_next(desk, "[name^='slot:']")
    press(desk, "button[value^='hold:']", "Space")
    expect(desk.locator("fieldset .countdown")).to_be_visible()
    type_into(desk, "[name=contact_name]", "이준호")
    type_into(desk, "[name=contact_phone]", "010-1234-5678")
    type_into(desk, "[name=plate]", "34나5678")
    pay(desk)
    expect(desk.locator("main section.card:has(.timeline:not(.small))")).to_have_count(2)
