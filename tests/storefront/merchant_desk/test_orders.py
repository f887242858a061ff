"""A stall packs its own lines, sees no door and no telephone, and nobody else's goods."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from commerce.orders import actions
from commerce.orders.models import Fulfilment, FulfilmentStatus, Order, OrderLine
from storefront.accounts.models import Role
from tests.builders.commerce import a_merchant
from tests.builders.mall import a_client, a_user
from tests.builders.orders import a_gate_part, a_part, an_order, some_goods

pytestmark = pytest.mark.django_db

SPINACH, TOFU = "MER-SPINACH", "MER-TOFU"


@pytest.fixture
def stall() -> Client:
    merchant = a_merchant(reference=SPINACH, name="새벽채소")
    return a_client(a_user("stall@jangteo.test", (Role.MERCHANT, merchant.reference)))


def an_order_of_two_stalls(*, at: datetime | None = None) -> Order:
    """Spinach and leeks of ours, tofu of the stall next door, one joint delivery."""
    leaves = at or timezone.now() + timedelta(hours=2)
    lines = [
        some_goods(merchant_reference=SPINACH, name="시금치"),
        some_goods(merchant_reference=SPINACH, name="대파"),
        some_goods(merchant_reference=TOFU, name="손두부"),
    ]
    part = a_part(lines=lines, promised_from=leaves, promised_until=leaves + timedelta(hours=2))
    return an_order(parts=[part], confirmed=True)


def line(name: str) -> OrderLine:
    return OrderLine.objects.get(name=name)


def test_only_ones_own_lines_are_shown(stall: Client) -> None:
    an_order_of_two_stalls()
    for page in ("merchant_home", "merchant_orders", "merchant_pick_list"):
        words = stall.get(reverse(page), {"days": "7"}).content.decode()
        assert "시금치" in words
        assert "손두부" not in words


def test_no_page_says_where_the_shopper_lives_or_how_to_call(stall: Client) -> None:
    an_order_of_two_stalls()
    for page in ("merchant_home", "merchant_orders", "merchant_pick_list"):
        words = stall.get(reverse(page), {"days": "7"}).content.decode()
        assert "인계로" not in words
        assert "1234-5678" not in words
        assert "+8210" not in words


def test_an_order_that_is_not_paid_is_not_packed(stall: Client) -> None:
    an_order(parts=[a_part(lines=[some_goods(merchant_reference=SPINACH)])])
    assert "시금치" not in stall.get(reverse("merchant_orders")).content.decode()


def test_one_line_at_a_time(stall: Client) -> None:
    an_order_of_two_stalls()
    answer = stall.post(reverse("merchant_line_ready", args=[line("시금치").reference]))
    assert answer.headers["Location"] == reverse("merchant_orders")
    assert line("시금치").ready_at is not None
    assert line("대파").ready_at is None


def test_all_of_ones_own_at_once_and_no_more(stall: Client) -> None:
    part = an_order_of_two_stalls().fulfilments.get()
    stall.post(reverse("merchant_part_ready", args=[part.reference]))
    assert [line(n).ready_at is not None for n in ("시금치", "대파", "손두부")] == [
        True,
        True,
        False,
    ]
    part.refresh_from_db()
    assert part.status == FulfilmentStatus.CONFIRMED
    assert (
        "우리 것은 준비 끝"
        in stall.get(reverse("merchant_orders"), {"show": "ready"}).content.decode()
    )


def test_the_last_stall_makes_the_part_ready(stall: Client) -> None:
    part = an_order_of_two_stalls().fulfilments.get()
    actions.mark_line_ready(
        line_reference=line("손두부").reference, merchant_reference=TOFU, now=timezone.now()
    )
    stall.post(reverse("merchant_part_ready", args=[part.reference]))
    part.refresh_from_db()
    assert part.status == FulfilmentStatus.READY


def test_another_stalls_line_cannot_be_marked(stall: Client) -> None:
    part = an_order_of_two_stalls().fulfilments.get()
    tofu_only = an_order(
        parts=[a_part(lines=[some_goods(merchant_reference=TOFU)])], confirmed=True
    ).fulfilments.get()
    assert (
        stall.post(reverse("merchant_line_ready", args=[line("손두부").reference])).status_code
        == 404
    )
    assert stall.post(reverse("merchant_part_ready", args=[tofu_only.reference])).status_code == 404
    assert not part.lines.exclude(ready_at=None).exists()


def test_a_cancelled_part_is_not_packed_and_says_so(stall: Client) -> None:
    part = an_order_of_two_stalls().fulfilments.get()
    actions.cancel_fulfilment(fulfilment=part, now=timezone.now())
    answer = stall.post(reverse("merchant_part_ready", args=[part.reference]), follow=True)
    assert "note-bad" in answer.content.decode()
    assert not Fulfilment.objects.get().lines.exclude(ready_at=None).exists()


def test_the_pick_list_adds_up_what_is_still_to_pack(stall: Client) -> None:
    an_order_of_two_stalls()
    an_order_of_two_stalls()
    words = stall.get(reverse("merchant_pick_list"), {"days": "7"}).content.decode()
    assert '<td class="num strong">4</td>' in words
    for part in Fulfilment.objects.all():
        stall.post(reverse("merchant_part_ready", args=[part.reference]))
    assert "시금치" not in stall.get(reverse("merchant_pick_list"), {"days": "7"}).content.decode()


def test_a_car_is_met_at_its_site(stall: Client) -> None:
    leaves = timezone.now() + timedelta(hours=1)
    goods = [some_goods(merchant_reference=SPINACH)]
    an_order(parts=[a_gate_part(lines=goods, promised_from=leaves)], confirmed=True)
    assert "북문 드라이브스루" in stall.get(reverse("merchant_orders")).content.decode()


def test_past_orders_are_kept_a_while(stall: Client) -> None:
    part = an_order_of_two_stalls().fulfilments.get()
    actions.mark_handed_over(references=[part.reference], now=timezone.now())
    words = stall.get(reverse("merchant_orders"), {"show": "done"}).content.decode()
    assert "건네 드림" in words


@pytest.mark.parametrize(
    ("page", "query"),
    [("merchant_orders", {"show": "all"}), ("merchant_pick_list", {"days": "-1"})],
)
def test_what_cannot_be_meant_is_refused(stall: Client, page: str, query: dict[str, str]) -> None:
    assert stall.get(reverse(page), query).status_code == 400
