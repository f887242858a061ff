"""Every won of a statement leads to its order line, and to its own merchant only."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from commerce.business_days import business_date
from commerce.merchants.models import Merchant
from commerce.orders.models import OrderLine
from commerce.settlement import actions
from commerce.settlement.models import Settlement
from commerce.settlement.queries import statement
from storefront.accounts.models import Role
from tests.builders.commerce import a_merchant
from tests.builders.ledger import (
    a_part_of,
    card_money,
    goods_of,
    parts_of,
    settled,
)
from tests.builders.mall import a_client, a_user
from tests.builders.orders import an_order

pytestmark = pytest.mark.django_db


def sold(merchant: Merchant, won: int, name: str = "시금치") -> OrderLine:
    """Paid by card and handed over just now."""
    now = timezone.now()
    order = an_order(parts=[a_part_of(goods_of(merchant, won, name=name))], confirmed=True, now=now)
    actions.record_payment(payment=card_money(order), now=now)
    (part,) = parts_of(order)
    actions.record_handed_over(fulfilment=part, now=now)
    return part.lines.get()


def a_stall_holder(merchant: Merchant) -> Client:
    return a_client(a_user("stall@jangteo.test", (Role.MERCHANT, merchant.reference)))


def test_a_line_shows_goods_commission_and_net() -> None:
    merchant = a_merchant()
    line = sold(merchant, 10_000)
    page = a_stall_holder(merchant).get(reverse("merchant_statement")).content.decode()
    assert line.reference in page
    for won in ("10,000원", "600원", "9,400원"):
        assert won in page
    assert "정산 전" in page


def test_a_settlement_is_made_of_its_lines() -> None:
    merchant, now = a_merchant(), timezone.now()
    lines = [sold(merchant, 10_000), sold(merchant, 5_000)]
    settled(until_on=business_date(now), now=now)
    later = sold(merchant, 3_000, name="나중에 판 것")
    settlement = Settlement.objects.get()
    client = a_stall_holder(merchant)
    page = client.get(reverse("merchant_settlement", args=[settlement.reference])).content.decode()
    assert settlement.total_won == 14_100
    assert "14,100원" in page
    assert all(line.reference in page for line in lines)
    assert later.reference not in page
    assert settlement.reference in client.get(reverse("merchant_statement")).content.decode()


def test_another_shops_money_is_not_there() -> None:
    mine, other, now = a_merchant(), a_merchant(name="옆 가게"), timezone.now()
    line = sold(other, 7_770)
    settled(until_on=business_date(now), now=now)
    client = a_stall_holder(mine)
    page = client.get(reverse("merchant_statement"), {"period": "month"}).content.decode()
    assert line.reference not in page
    assert "7,770" not in page
    theirs = Settlement.objects.get().reference
    assert client.get(reverse("merchant_settlement", args=[theirs])).status_code == 404


@pytest.mark.parametrize("period", ["week", "last-week", "month", "last-month"])
def test_each_period_opens(period: str) -> None:
    client = a_stall_holder(a_merchant())
    assert client.get(reverse("merchant_statement"), {"period": period}).status_code == 200


def test_ones_own_dates_are_kept_in_the_form() -> None:
    merchant = a_merchant()
    line = sold(merchant, 10_000)
    today = business_date(timezone.now())
    dates = {"since": (today - timedelta(days=40)).isoformat(), "until": today.isoformat()}
    page = a_stall_holder(merchant).get(reverse("merchant_statement"), dates).content.decode()
    assert line.reference in page
    assert f'value="{dates["since"]}"' in page


@pytest.mark.parametrize(
    "query",
    [
        {"period": "century"},
        {"since": "yesterday", "until": "2026-01-01"},
        {"since": "2026-02-01", "until": "2026-01-01"},
        {"since": "2020-01-01", "until": "2026-01-01"},
        {"since": "0001-01-01", "until": "0001-01-02"},
        {"until": "2026-01-01"},
    ],
)
def test_dates_that_cannot_be_meant_are_refused(query: dict[str, str]) -> None:
    client = a_stall_holder(a_merchant())
    assert client.get(reverse("merchant_statement"), query).status_code == 400


def test_the_home_page_plots_what_was_handed_over() -> None:
    merchant = a_merchant()
    sold(merchant, 125_000)
    page = a_stall_holder(merchant).get(reverse("merchant_home")).content.decode()
    assert "12.5만" in page
    assert '<rect x="0" y="0" width="10" height="100">' in page


def test_the_statement_and_each_settlement_come_as_paper_and_as_a_sheet() -> None:
    merchant, now = a_merchant(), timezone.now()
    sold(merchant, 10_000)
    settled(until_on=business_date(now), now=now)
    client = a_stall_holder(merchant)
    reference = Settlement.objects.get().reference
    for address in (
        reverse("merchant_statement_file"),
        reverse("merchant_settlement_file", args=[reference]),
    ):
        paper = client.get(address, {"file": "pdf"})
        assert paper.content.startswith(b"%PDF-")
        assert paper["Content-Disposition"].endswith('.pdf"')
        assert client.get(address).content.startswith(b"PK")
        assert client.get(address, {"file": "doc"}).status_code == 400


def test_another_shops_settlement_is_no_file_either() -> None:
    other, now = a_merchant(), timezone.now()
    sold(other, 7_770)
    settled(until_on=business_date(now), now=now)
    address = reverse("merchant_settlement_file", args=[Settlement.objects.get().reference])
    client = a_stall_holder(a_merchant())
    assert client.get(address, {"file": "pdf"}).status_code == 404


def test_what_tax_documents_go_by_is_split() -> None:
    merchant, now = a_merchant(), timezone.now()
    sold(merchant, 10_000)
    told = statement(merchant.reference, business_date(now), business_date(now))
    assert (told.exempt_won, told.supply_won, told.vat_won) == (10_000, 0, 0)
    assert (told.commission_supply_won, told.commission_vat_won) == (545, 55)
