"""What a device keeps for an app without a network is gone with whoever signs out."""

import pytest
from playwright.sync_api import Browser, Page

from storefront.offline import WORKER
from tests.browser.conftest import SignIn
from tests.whole_stack import WholeStack

KEPT = """caches.keys().then((names) => [
    ...names.filter((name) => name.includes("-pages")),
    ...Object.keys(localStorage).filter((name) => name.startsWith("lane-day-")),
])"""

# The worker's own code in a page, with a server that answers when it is told to.
_WORKER_IN_A_PAGE = """async ([code, forget]) => {
    const heard = {};
    const self = { addEventListener: (kind, hear) => { heard[kind] = hear; } };
    let answer;
    const fetch = () => new Promise((resolve) => { answer = resolve; });
    new Function("self", "fetch", code)(self, fetch);
    const tell = (data) => {
        let done;
        heard.message({ data, ports: [], waitUntil: (work) => { done = work; } });
        return done;
    };
    const keeping = tell({ keep: ["/driver/stops/STP-1/"] });
    while (!answer) await new Promise((resolve) => setTimeout(resolve, 5));
    const forgetting = forget && tell({ forget: true });
    const today = new Intl.DateTimeFormat("sv-SE", { timeZone: "Asia/Seoul" }).format(new Date());
    answer(new Response("a door", { headers: { "X-Kept-For": "DRV-1", "X-Kept-Day": today } }));
    await Promise.all([keeping, forgetting]);
    return (await caches.keys()).length;
}"""


@pytest.mark.parametrize(("forget", "left"), [(False, 1), (True, 0)])
def test_a_page_that_is_on_its_way_when_all_are_forgotten_is_not_kept(
    mall: WholeStack, chromium: Browser, forget: bool, left: int
) -> None:
    context = chromium.new_context(base_url=mall.url, bypass_csp=True)
    page = context.new_page()
    page.goto("/")
    code = f"const APP = 'driver', SCOPE = '/driver/', KEEP = [];{WORKER.read_text()}"
    assert page.evaluate(_WORKER_IN_A_PAGE, [code, forget]) == left
    context.close()


@pytest.mark.parametrize("where", ["/lane/", "/lane/harvest/", "/my/"])
def test_signing_out_on_any_page_takes_the_tablets_pages_and_cars_along(
    desk: Page, sign_in: SignIn, where: str
) -> None:
    sign_in(desk, "farmer")
    desk.goto("/lane/")
    desk.evaluate("navigator.serviceWorker.ready.then(() => 1)")
    desk.reload()
    desk.wait_for_function("navigator.serviceWorker.controller !== null")
    desk.reload()
    desk.wait_for_function(f"{KEPT}.then((kept) => kept.length === 2)")

    desk.goto(where)
    desk.click("form[action$='/logout/'] button")
    desk.wait_for_url(lambda address: not address.endswith(where))
    assert desk.evaluate(KEPT) == []
