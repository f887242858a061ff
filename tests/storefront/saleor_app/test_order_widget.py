import logging
import re
from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from commerce.catalogue.models import Way
from commerce.orders.models import Fulfilment
from commerce.saleor.app.models import ForeignOrder, Installation
from commerce.saleor.app.upstream import UpstreamSilent
from drivethrough.queue import actions as queue
from storefront.accounts.models import Role
from tests.builders.journeys import (
    AT_THE_GATE,
    Mall,
    a_mall,
    a_placed_order,
    a_published_plan,
    goods_part,
    the_route,
)
from tests.builders.mall import a_client, a_user
from tests.builders.saleor import ORDER_ID, allow, another_saleor
from tests.fakes.saleor import API_URL, APP_ID, FakeSaleor


def a_part(mall: Mall, saleor: FakeSaleor, way: Way) -> Fulfilment:
    """Paid for, and the Saleor's order with ORDER_ID is it."""
    part = goods_part(a_placed_order(mall), way)
    saleor.orders[ORDER_ID] = part.reference
    return part


def open_page(
    client: Client, saleor: FakeSaleor, *, claims: dict[str, Any] | None = None, **fields: str
) -> HttpResponse:
    """As the Dashboard of that Saleor does."""
    form = {
        "saleorApiUrl": saleor.api_url,
        "accessToken": saleor.dashboard_token(timezone.now(), **(claims or {})),
        "appId": APP_ID,
        "orderId": ORDER_ID,
    }
    return client.post("/saleor/order", form | fields)  # type: ignore[return-value]


def words(answer: HttpResponse) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", answer.content.decode()))


def refused(answer: HttpResponse) -> tuple[int, str]:
    found = re.search(r'data-code="(\w+)"', answer.content.decode())
    assert found is not None
    return answer.status_code, found[1]


def test_a_drive_through_shows_its_site_and_slot(client: Client, saleor: FakeSaleor) -> None:
    part = a_part(a_mall(), saleor, Way.DRIVE_THROUGH)
    page = words(open_page(client, saleor))
    assert "주문 확정" in page
    assert "드라이브스루 · 3월 4일(수) 오전 10:00~오전 10:30" in page
    assert "차가 아직 오지 않았습니다." in page
    assert part.reference in page
    assert saleor.asked == [f"order {ORDER_ID}"]


def test_it_shows_where_the_car_is_now(client: Client, saleor: FakeSaleor) -> None:
    part = a_part(a_mall(), saleor, Way.DRIVE_THROUGH)
    queue.arrive(key="scan", booking_reference=part.booking_reference, now=AT_THE_GATE)
    assert "기다리고 있어요. 다음 차례입니다." in words(open_page(client, saleor))


def test_a_delivery_waits_for_its_route(client: Client, saleor: FakeSaleor) -> None:
    a_part(a_mall(), saleor, Way.DELIVERY)
    page = words(open_page(client, saleor))
    assert "집으로 배송 · 3월 4일(수) 오후 2:00~오후 4:00" in page
    assert "아직 경로에 오르지 않았습니다." in page


def test_a_delivery_shows_its_route(client: Client, saleor: FakeSaleor) -> None:
    mall = a_mall()
    a_part(mall, saleor, Way.DELIVERY)
    a_published_plan(mall)
    page = words(open_page(client, saleor))
    assert the_route(mall).reference in page
    assert "1번째로 들릅니다" in page
    assert "출발할 예정입니다" in page


def test_an_unpaid_part_says_so_and_no_more(client: Client, saleor: FakeSaleor) -> None:
    mall = a_mall()
    part = goods_part(a_placed_order(mall, charged=False), Way.DRIVE_THROUGH)
    saleor.orders[ORDER_ID] = part.reference
    page = words(open_page(client, saleor))
    assert "결제 대기" in page
    assert "차가" not in page


def test_the_browsers_language_counts(client: Client, saleor: FakeSaleor) -> None:
    a_part(a_mall(), saleor, Way.DRIVE_THROUGH)
    form = {
        "saleorApiUrl": saleor.api_url,
        "accessToken": saleor.dashboard_token(timezone.now()),
        "orderId": ORDER_ID,
    }
    answer = client.post("/saleor/order", form, headers={"Accept-Language": "en-GB,en;q=0.9"})
    page = answer.content.decode()
    assert answer.headers["Content-Language"] == "en"
    assert '<html lang="en">' in page
    assert "The car has not come yet." in page


def test_nobody_elses_door_is_shown(client: Client, saleor: FakeSaleor) -> None:
    part = a_part(a_mall(), saleor, Way.DELIVERY)
    page = open_page(client, saleor).content.decode()
    assert part.place_name not in page
    assert part.order.contact_phone not in page


def test_only_the_dashboard_may_frame_it(client: Client, saleor: FakeSaleor) -> None:
    a_part(a_mall(), saleor, Way.DELIVERY)
    for answer in (open_page(client, saleor), open_page(client, saleor, orderId="")):
        policy = answer.headers["Content-Security-Policy"]
        assert "frame-ancestors https://dashboard.example;" in f"{policy};"
        assert "X-Frame-Options" not in answer.headers
        assert "no-store" in answer.headers["Cache-Control"]


def test_without_a_dashboard_in_the_settings_nobody_frames_it(
    client: Client, saleor: FakeSaleor, settings: Settings
) -> None:
    settings.SALEOR_DASHBOARD_ORIGINS = []
    policy = open_page(client, saleor).headers["Content-Security-Policy"]
    assert "frame-ancestors 'none';" in f"{policy};"


def test_a_visitor_is_turned_away(client: Client, saleor: FakeSaleor) -> None:
    a_part(a_mall(), saleor, Way.DELIVERY)
    answer = open_page(client, saleor, accessToken="")
    assert refused(answer) == (401, "DASHBOARD_TOKEN_INVALID")
    assert saleor.asked == []


@pytest.mark.parametrize(
    "grants", [[], [(Role.MERCHANT, "MER-2222222222")], [(Role.OPERATOR, "")]], ids=str
)
def test_being_signed_in_with_us_opens_nothing(
    saleor: FakeSaleor, grants: list[tuple[Role, str]]
) -> None:
    a_part(a_mall(), saleor, Way.DELIVERY)
    client = a_client(a_user("somebody@jangteo.test", *grants))
    answer = open_page(client, saleor, accessToken="")
    assert refused(answer) == (401, "DASHBOARD_TOKEN_INVALID")
    assert client.get("/saleor/order").status_code == 405


def test_an_old_token_opens_nothing(client: Client, saleor: FakeSaleor) -> None:
    old = int((timezone.now() - timedelta(seconds=1)).timestamp())
    answer = open_page(client, saleor, claims={"exp": old})
    assert refused(answer) == (401, "DASHBOARD_TOKEN_EXPIRED")


def test_staff_without_the_permission_see_nothing(client: Client, saleor: FakeSaleor) -> None:
    answer = open_page(client, saleor, claims={"user_permissions": ["MANAGE_PRODUCTS"]})
    assert refused(answer) == (403, "DASHBOARD_NOT_PERMITTED")


def test_another_saleors_token_opens_nothing(
    client: Client, saleor: FakeSaleor, settings: Settings
) -> None:
    other = another_saleor()
    allow(settings, saleor, other)
    answer = open_page(client, other, saleorApiUrl=API_URL)
    assert refused(answer) == (401, "SIGNING_KEY_UNKNOWN")


def test_a_saleor_that_is_not_allowed_is_not_asked(client: Client, saleor: FakeSaleor) -> None:
    answer = open_page(client, saleor, saleorApiUrl="https://evil.example/graphql/")
    assert refused(answer) == (403, "SALEOR_NOT_ALLOWED")


def test_an_order_the_saleor_does_not_show_is_not_shown(client: Client, saleor: FakeSaleor) -> None:
    assert refused(open_page(client, saleor)) == (404, "NOT_FOUND")


@pytest.mark.parametrize("reference", ["", "FUL-2222222222", "somebody-elses"])
def test_an_order_that_is_none_of_ours_says_so(
    client: Client, saleor: FakeSaleor, reference: str
) -> None:
    saleor.orders[ORDER_ID] = reference
    assert refused(open_page(client, saleor)) == (404, "SALEOR_ORDER_UNKNOWN")


def test_a_silent_saleor_is_told_in_words(client: Client, saleor: FakeSaleor) -> None:
    saleor.trouble = UpstreamSilent(reason="HTTP 502")
    assert refused(open_page(client, saleor)) == (503, "SALEOR_APP_SILENT")


def test_the_token_is_neither_logged_nor_shown(
    client: Client, saleor: FakeSaleor, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    a_part(a_mall(), saleor, Way.DELIVERY)
    good = saleor.dashboard_token(timezone.now())
    bad = another_saleor().dashboard_token(timezone.now())
    pages = [open_page(client, saleor, accessToken=token) for token in (good, bad)]
    assert [page.status_code for page in pages] == [200, 401]
    seen = caplog.text + "".join(page.content.decode() for page in pages)
    assert good not in seen
    assert bad not in seen


def test_an_order_born_there_shows_each_of_its_parts(client: Client, saleor: FakeSaleor) -> None:
    order = a_placed_order(a_mall())
    saleor.orders[ORDER_ID] = ""
    installation = Installation.objects.get()
    ForeignOrder.objects.create(
        installation=installation, order_id=ORDER_ID, order_reference=order.reference
    )
    page = words(open_page(client, saleor))
    assert all(part.reference in page for part in order.fulfilments.all())
