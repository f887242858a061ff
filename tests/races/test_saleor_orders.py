"""Many workers follow the same order of a Saleor, or answer the same question about its money."""

from contextlib import suppress
from dataclasses import replace
from functools import partial
from threading import Barrier, BrokenBarrierError

import pytest
from pytest_django import Settings

from commerce.core.models import CoreStep
from commerce.orders.models import Order
from commerce.payments.sandbox.models import SandboxCharge, SandboxRefund
from commerce.saleor.app import charging, requests
from commerce.saleor.app.models import AppRequest, Installation
from commerce.saleor.app.upstream import Happened, News, upstream
from logistics.network.models import Locality
from storefront.journeys.follow_saleor_order import follow_order
from storefront.journeys.hand_over import hand_over
from storefront.journeys.take_saleor_order import take_order
from storefront.journeys.tell_birthplace import tell_birthplace
from tests.builders.journeys import NOW, a_mall, taken_of
from tests.builders.saleor import ORDER_ID, allow, an_installation, there_is
from tests.fakes.saleor import FakeSaleor, FakeUpstream
from tests.races.together import at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

MANY = 6
SESSION = {
    "action": {"amount": 6500.0, "currency": "KRW", "actionType": "CHARGE"},
    "transaction": {"id": "VHJhbnNhY3Rpb25JdGVtOjE="},
    "data": {"cardToken": "tok_4242"},
}
REFUND = SESSION | {"action": {"amount": 1000.0, "currency": "KRW", "actionType": "REFUND"}}


@pytest.fixture
def saleor(settings: Settings) -> FakeSaleor:
    made = FakeSaleor()
    allow(settings, made)
    an_installation(made, now=NOW)
    Locality.objects.create(city="수원시 팔달구", name="인계동", lat=37.2664, lon=127.0321)
    return made


def test_followed_by_many_at_once_it_is_one_order(saleor: FakeSaleor) -> None:
    mall = a_mall()
    order = there_is(saleor, (mall.spinach, 1))
    saleor.there[ORDER_ID] = replace(order, charged_won=order.total_won)
    answers = at_once(
        [partial(follow_order, api_url=saleor.api_url, order_id=ORDER_ID, now=NOW)] * MANY
    )
    assert answers == [None] * MANY
    assert Order.objects.get().payments.count() == 1
    taken = taken_of(mall)
    assert (taken["stops"], taken["units"]) == (1, 1)


def test_control_an_order_cancelled_meanwhile_is_taken_by_whoever_read_it_before(
    saleor: FakeSaleor,
) -> None:
    """Without one at a time from reading to writing, the late writer knows only what was."""
    mall = a_mall()
    there_is(saleor, (mall.spinach, 1))
    before = upstream().order(saleor.api_url, saleor.app_token, ORDER_ID)
    saleor.there[ORDER_ID] = replace(before, status="CANCELED")
    follow_order(api_url=saleor.api_url, order_id=ORDER_ID, now=NOW)
    assert not Order.objects.exists()
    take_order(api_url=saleor.api_url, there=before, now=NOW)
    assert Order.objects.exists()


def test_asked_by_many_at_once_money_moves_once(saleor: FakeSaleor) -> None:
    where = Installation.objects.get()
    told = at_once([partial(charging.session, where, SESSION, NOW)] * MANY)
    assert {one["pspReference"] for one in told} == {SandboxCharge.objects.get().key}
    assert {one["result"] for one in told} <= {"CHARGE_SUCCESS", "CHARGE_REQUEST"}


def test_one_refund_delivered_many_times_at_once_goes_back_once(saleor: FakeSaleor) -> None:
    where = Installation.objects.get()
    charging.session(where, SESSION, NOW)
    told = at_once([partial(requests.answer, where, REFUND, b"signed", NOW)] * MANY)
    assert [one["result"] for one in told] == ["REFUND_SUCCESS"] * MANY
    assert AppRequest.objects.count() == SandboxRefund.objects.count() == 1


def test_refunds_asked_for_at_once_are_never_more_than_was_paid(saleor: FakeSaleor) -> None:
    where = Installation.objects.get()
    charging.session(where, SESSION, NOW)
    much = REFUND | {"action": REFUND["action"] | {"amount": 4000.0}}
    told = at_once([partial(requests.answer, where, much, str(n).encode(), NOW) for n in range(3)])
    assert sorted(one["result"] for one in told)[:2] == ["REFUND_FAILURE"] * 2
    assert sum(SandboxRefund.objects.values_list("amount_won", flat=True)) <= 6_500


@pytest.fixture
def meeting(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Keys of news that were told while other news of the same order was."""
    both, together = Barrier(2, timeout=2), []

    def tell(self: FakeUpstream, api_url: str, token: str, order_id: str, news: News) -> None:
        with suppress(BrokenBarrierError):
            both.wait()
            together.append(news.key)

    monkeypatch.setattr(FakeUpstream, "tell", tell)
    return together


def two_parts_that_left(saleor: FakeSaleor) -> list[CoreStep]:
    mall = a_mall()
    order = there_is(saleor, (mall.spinach, 1), (mall.strawberries, 1))
    saleor.there[ORDER_ID] = replace(order, charged_won=order.total_won)
    follow_order(api_url=saleor.api_url, order_id=ORDER_ID, now=NOW)
    for part in Order.objects.get().fulfilments.order_by("pk"):
        hand_over(fulfilment=part, taken_by="DRV-1", now=NOW)
    return list(CoreStep.objects.filter(there=True).order_by("pk"))


def test_control_without_one_at_a_time_two_read_the_order_before_either_writes(
    saleor: FakeSaleor, meeting: list[str]
) -> None:
    steps = two_parts_that_left(saleor)
    there = partial(upstream().tell, saleor.api_url, saleor.app_token, ORDER_ID)
    at_once([partial(there, News(Happened.LEFT, step.subject)) for step in steps])
    assert sorted(meeting) == sorted(step.subject for step in steps)


def test_news_of_two_parts_of_one_order_is_told_one_after_the_other(
    saleor: FakeSaleor, meeting: list[str]
) -> None:
    steps = two_parts_that_left(saleor)
    assert len(steps) == 2
    assert at_once([partial(tell_birthplace, step) for step in steps]) == [None, None]
    assert meeting == []
