"""Whoever took money on site sees what they hold, counts it, and sees nobody else's."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from commerce.payments.models import TakenAs
from commerce.settlement.models import TillCount
from storefront.accounts.models import Role
from tests.builders.drivethrough import a_site
from tests.builders.logistics import a_depot, a_driver
from tests.builders.mall import a_client, a_user
from tests.builders.tills import confirmed, counted, given_back, rejected, taken

pytestmark = pytest.mark.django_db

DRIVER, LANE = "/driver/till/", "/lane/till/"


def a_driver_with_a_till() -> tuple[str, Client]:
    driver = a_driver(depot=a_depot()).reference
    return driver, a_client(a_user(f"{driver}@jangteo.test", (Role.DRIVER, driver)))


def a_farmer_with_a_till() -> tuple[str, Client]:
    site = a_site().reference
    return site, a_client(a_user(f"{site}@jangteo.test", (Role.FARMER, site)))


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found is not None, name
    return found[1]


def form(client: Client, where: str, **typed: Any) -> dict[str, Any]:
    """As the page has it, with what is typed."""
    page = client.get(where).content.decode()
    seen = {name: hidden(page, name) for name in ("key", "seen_cash_won", "seen_slips_won")}
    return seen | {"cash_won": "0", "slips_won": "0", "note": ""} | typed


@pytest.mark.parametrize(
    ("someone", "where"), [(a_driver_with_a_till, DRIVER), (a_farmer_with_a_till, LANE)]
)
def test_whoever_took_it_sees_each_taking_and_hands_it_in(someone: Any, where: str) -> None:
    till, client = someone()
    payment = taken(16_000, by=till)
    taken(9_900, by=till, taken_as=TakenAs.TERMINAL)
    given_back(payment, 1_000)
    page = client.get(where).content.decode()
    for words in ("15,000원", "9,900원", "-1,000원", "돌려드림", payment.order.reference):
        assert words in page
    sent = form(client, where, cash_won="15,000", slips_won="9900원")
    assert [client.post(where, sent).status_code for _ in range(2)] == [302, 302]
    made = TillCount.objects.get()
    assert (made.till_reference, made.counted_cash_won, made.counted_slips_won) == (
        till,
        15_000,
        9_900,
    )
    page = client.get(where).content.decode()
    assert "받는 사람을 기다리고 있어요" in page
    assert "넘길 돈이 없어요" in page


def test_a_difference_without_a_note_is_asked_for_and_what_was_typed_stays() -> None:
    till, client = a_driver_with_a_till()
    taken(16_000, by=till)
    answer = client.post(DRIVER, form(client, DRIVER, cash_won="15,500"))
    assert answer.status_code == 400
    page = answer.content.decode()
    assert 'data-code="TILL_NOTE_REQUIRED"' in page
    assert 'value="15,500"' in page
    assert not TillCount.objects.exists()
    noted = form(client, DRIVER, cash_won="15,500", note="거스름돈")
    assert client.post(DRIVER, noted).status_code == 302


def test_money_taken_since_the_page_was_opened_is_told_of() -> None:
    till, client = a_driver_with_a_till()
    taken(16_000, by=till)
    sent = form(client, DRIVER, cash_won="16000")
    taken(5_000, by=till)
    page = client.post(DRIVER, sent).content.decode()
    assert 'data-code="TILL_CHANGED"' in page
    assert "21,000원" in page
    assert not TillCount.objects.exists()


@pytest.mark.parametrize(
    "sent",
    [
        {"cash_won": ""},
        {"cash_won": "오만 원"},
        {"cash_won": "9999999999"},
        {"slips_won": "--1"},
        {"key": ""},
        {"key": "k" * 65},
        {"seen_cash_won": "x"},
        {"note": "가" * 201, "cash_won": "1"},
    ],
)
def test_what_cannot_be_meant_is_refused(sent: dict[str, str]) -> None:
    till, client = a_driver_with_a_till()
    taken(16_000, by=till)
    assert client.post(DRIVER, form(client, DRIVER, cash_won="16000") | sent).status_code == 400
    assert not TillCount.objects.exists()


def test_more_given_back_than_taken_is_typed_with_a_minus_sign() -> None:
    till, client = a_driver_with_a_till()
    payment = taken(16_000, by=till)
    confirmed(counted(16_000, till=till))
    given_back(payment, 4_000)
    assert "장터가 줄 돈" in client.get(DRIVER).content.decode()
    assert client.post(DRIVER, form(client, DRIVER, cash_won="-4,000")).status_code == 302


def test_what_was_sent_back_is_shown_with_its_reason() -> None:
    till, client = a_driver_with_a_till()
    taken(16_000, by=till)
    rejected(counted(16_000, till=till), reason="만 원이 모자람")
    page = client.get(DRIVER).content.decode()
    assert "다시 세기" in page
    assert "만 원이 모자람" in page


def test_another_driver_or_site_sees_nothing_of_it() -> None:
    till, _client = a_driver_with_a_till()
    payment = taken(16_000, by=till)
    counted(16_000, till=till)
    taken(5_000, by=till)
    for someone, where in ((a_driver_with_a_till, DRIVER), (a_farmer_with_a_till, LANE)):
        _till, other = someone()
        page = other.get(where).content.decode()
        assert "넘길 돈이 없어요" in page
        for secret in (
            payment.order.reference,
            "16,000",
            "5,000",
            TillCount.objects.get().reference,
        ):
            assert secret not in page
        sent = {"key": "k", "seen_cash_won": "5000", "seen_slips_won": "0", "cash_won": "5000"}
        assert other.post(where, sent | {"slips_won": "0"}).status_code == 400
    assert TillCount.objects.count() == 1


def test_an_address_is_shown_on_its_day_alone() -> None:
    till, client = a_driver_with_a_till()
    part = taken(16_000, by=till, now=timezone.now()).fulfilment
    assert part.place_name in client.get(DRIVER).content.decode()
    confirmed(counted(16_000, till=till))
    taken(5_000, by=till, now=timezone.now() - timedelta(days=1))
    page = client.get(DRIVER).content.decode()
    assert part.place_name not in page
    assert "어제까지 받은 돈" in page


@pytest.mark.parametrize(
    ("someone", "home"), [(a_driver_with_a_till, "/driver/"), (a_farmer_with_a_till, "/lane/")]
)
def test_the_first_page_says_what_is_held(someone: Any, home: str) -> None:
    till, client = someone()
    taken(16_000, by=till)
    page = client.get(home).content.decode()
    assert "16,000원" in page
    assert f'href="{home}till/"' in page
