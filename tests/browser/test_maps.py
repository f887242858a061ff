"""The dispatcher's and the driver's map: land under the routes, and nothing covers what it says."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import SignIn
from tests.browser.days import today

# What the map says: its labels and the numbers of its pins. The rims of pins may touch.
OVERLAPS = """() => {
  const boxes = (chosen, rim) => [...document.querySelectorAll(chosen)].map((one) => {
    const { left, right, top, bottom } = one.getBoundingClientRect();
    return { left: left + rim, right: right - rim, top: top + rim, bottom: bottom - rim, one };
  });
  const labels = boxes(".place-label:not(.is-left-out)", 0.5);
  const said = [...labels, ...boxes(".map .pin:not([data-side=dot])", 2.5)];
  const meet = (a, b) =>
    a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
  return said.flatMap((a, at) => said.slice(at + 1).filter((b) => meet(a, b))
    .map((b) => `${a.one.textContent} / ${b.one.textContent}`));
}"""


def open_map(page: Page, path: str) -> None:
    page.goto(path)
    expect(page.locator("path.land-city")).to_have_count(31)


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_on_the_map_covers_what_it_says(desk: Page, sign_in: SignIn, width: int) -> None:
    desk.set_viewport_size({"width": width, "height": 844})
    sign_in(desk, "dispatcher")
    open_map(desk, f"/dispatch/?on={today()}")
    expect(desk.locator(".place-city:not(.is-left-out)").first).to_be_visible()
    assert desk.evaluate(OVERLAPS) == []


def test_labels_find_their_places_again_after_a_zoom(desk: Page, sign_in: SignIn) -> None:
    sign_in(desk, "dispatcher")
    open_map(desk, f"/dispatch/?on={today()}")
    for button in ("크게", "작게", "작게"):
        desk.get_by_role("button", name=button).click()
        desk.wait_for_timeout(500)  # the map's animation
        assert desk.evaluate(OVERLAPS) == []


def test_the_outlines_are_seen_under_the_routes(desk: Page, sign_in: SignIn) -> None:
    sign_in(desk, "dispatcher")
    open_map(desk, f"/dispatch/?on={today()}")
    expect(desk.locator("path.land-city").first).to_be_visible()
    expect(desk.locator(".leaflet-land-pane svg")).to_be_visible()


def test_the_source_of_the_outlines_is_named(desk: Page, sign_in: SignIn) -> None:
    sign_in(desk, "dispatcher")
    open_map(desk, f"/dispatch/?on={today()}")
    expect(desk.get_by_text("국토지리정보원")).to_be_visible()


def test_an_english_map_names_cities_in_english(desk: Page, sign_in: SignIn) -> None:
    sign_in(desk, "dispatcher")
    desk.context.add_cookies([{"name": "django_language", "value": "en", "url": desk.url}])
    open_map(desk, f"/dispatch/?on={today()}")
    expect(desk.locator(".place-city").filter(has_text="Suwon")).to_have_count(1)


def test_the_next_stop_keeps_its_number(phone: Page, sign_in: SignIn) -> None:
    sign_in(phone, "driver")
    open_map(phone, "/driver/map/")
    side = phone.locator(".pin-next").get_attribute("data-side")
    assert side != "dot"


@pytest.mark.expects_console_errors
def test_a_driver_sees_the_land_without_a_network(phone: Page, sign_in: SignIn) -> None:
    sign_in(phone, "driver")
    phone.goto("/driver/")
    phone.evaluate("navigator.serviceWorker.ready.then(() => 1)")
    open_map(phone, "/driver/map/")
    phone.reload()
    phone.wait_for_function("navigator.serviceWorker.controller !== null")
    phone.context.set_offline(True)
    open_map(phone, "/driver/map/")
