"""A board that draws itself anew leaves a press its button."""

import redis
from playwright.sync_api import Page, Response, expect

from storefront.config.stack.state import State
from storefront.live.publish import PREFIX
from tests.browser import days
from tests.browser.conftest import SignIn
from tests.whole_stack import WholeStack


def test_a_press_during_which_the_board_is_read_again_still_counts(
    mall: WholeStack, desk: Page, sign_in: SignIn
) -> None:
    sign_in(desk, "dispatcher")
    with desk.expect_response(lambda answer: _type(answer).startswith("text/event-stream")):
        desk.goto(f"/dispatch/?on={days.a_busy_day(mall).isoformat()}")
    expect(desk.locator("[data-planning]")).to_be_hidden(timeout=60_000)
    channel = desk.locator("#board").get_attribute("data-live")

    desk.locator("#plan-now").hover()
    desk.mouse.down()
    with desk.expect_response(lambda answer: answer.request.headers.get("hx-request") == "true"):
        _something_changed(mall, channel)
    desk.wait_for_timeout(300)  # for the board to be drawn, were it not held
    desk.mouse.up()
    expect(desk.locator("[data-planning]")).to_be_visible()


def _type(answer: Response) -> str:
    return answer.headers.get("content-type", "")


def _something_changed(mall: WholeStack, channel: str | None) -> None:
    address = State(mall.state).recorded_environment()["REDIS_URL"]
    assert redis.Redis.from_url(address).publish(f"{PREFIX}{channel}", "{}") > 0
