"""A driver's day goes on without a network; reports wait on the phone and arrive later."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import SignIn

pytestmark = pytest.mark.expects_console_errors  # being offline is what they are about


def test_a_report_made_offline_survives_a_reload_and_arrives_when_there_is_a_network(
    phone: Page, sign_in: SignIn
) -> None:
    sign_in(phone, "driver2")
    phone.goto("/driver/")
    phone.evaluate("navigator.serviceWorker.ready.then(() => 1)")
    phone.reload()
    phone.wait_for_function("navigator.serviceWorker.controller !== null")
    phone.click("#depart button")
    expect(phone.locator("#depart")).to_be_hidden()
    stop = phone.locator(".drive-list a").first.get_attribute("href")
    phone.goto(stop)
    phone.goto("/driver/")

    phone.context.set_offline(True)
    phone.goto(stop)
    task = phone.locator("[data-task]").first
    for money in task.locator("[name=taken_as][value=cash]").all():
        money.check()
    task.locator("form:not([data-report=failed]) button.button-big").click()
    expect(task.locator("[data-result]")).to_be_visible()
    phone.reload()
    # One, or two when the departure had not been sent yet.
    expect(phone.locator("#sync-state")).to_contain_text(re.compile(r"저장 [12]건"))

    phone.context.set_offline(False)
    phone.goto(stop)
    expect(phone.locator("#sync-state")).to_contain_text("전송 완료")
    phone.context.clear_cookies()
    sign_in(phone, "driver2")
    phone.goto(stop)
    expect(phone.locator("[data-task]").first.locator("[data-result]")).to_be_visible()


KEPT_PAGES = (
    "caches.keys().then((names) => names.filter((name) => name.startsWith('driver-pages')))"
)


def test_who_is_turned_away_keeps_no_page_and_no_address_on_the_phone(
    phone: Page, sign_in: SignIn
) -> None:
    sign_in(phone, "driver")
    phone.goto("/driver/")
    phone.evaluate("navigator.serviceWorker.ready.then(() => 1)")
    phone.reload()
    phone.wait_for_function("navigator.serviceWorker.controller !== null")
    phone.reload()
    phone.wait_for_function(f"{KEPT_PAGES}.then((names) => names.length === 1)")
    phone.evaluate("caches.open('driver-pages-2020-01-01')")
    phone.reload()
    phone.wait_for_function(f"{KEPT_PAGES}.then((names) => names.length === 1)")

    phone.context.clear_cookies()  # as after the operator has taken the role away
    phone.evaluate("window.dispatchEvent(new Event('online'))")

    phone.wait_for_url("**/accounts/login/**")
    assert phone.evaluate(KEPT_PAGES) == []
