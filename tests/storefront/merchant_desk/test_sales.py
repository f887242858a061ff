"""How the shop sells, and its statement as a file whose every won leads to an order line."""

import io
from datetime import UTC, date, datetime

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from commerce.business_days import business_date
from commerce.merchants.models import Merchant
from commerce.orders.models import OrderLine
from commerce.settlement import actions
from commerce.settlement.queries import StatementRow
from storefront.accounts.models import Role
from storefront.merchant_desk import sales
from tests.builders.commerce import a_merchant
from tests.builders.ledger import a_part_of, card_money, goods_of, parts_of
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


def a_row(on: date, won: int, name: str = "시금치") -> StatementRow:
    at = datetime(on.year, on.month, on.day, 3, tzinfo=UTC)
    names = (name, "Spinach", "1단")
    return StatementRow(at, "handed_over", "ORD-1", name, *names, 1, "exempt", won, 0, "")


def test_sales_are_told_by_day_by_product_and_by_way() -> None:
    merchant = a_merchant()
    sold(merchant, 10_000)
    sold(merchant, 2_000)
    sold(merchant, 5_000, name="대파")
    sold(a_merchant(), 99_000)
    facts = a_stall_holder(merchant).get(reverse("merchant_sales")).context
    assert facts["goods_won"] == sum(bar.value for bar in facts["bars"]) == 17_000
    assert [(one.lines, one.won) for one in facts["products"]] == [(2, 12_000), (1, 5_000)]
    assert [(one.lines, one.won) for one in facts["ways"]] == [(3, 17_000)]


def test_every_day_of_a_short_period_has_a_bar() -> None:
    bars = sales.over_time([a_row(date(2026, 3, 3), 500)], date(2026, 3, 2), date(2026, 3, 4))
    assert [(bar.short_label, bar.value) for bar in bars] == [("2", 0), ("3", 500), ("4", 0)]


def test_a_long_period_is_told_by_month() -> None:
    rows = [a_row(date(2026, 1, 31), 500), a_row(date(2026, 3, 1), 700)]
    bars = sales.over_time(rows, date(2026, 1, 15), date(2026, 3, 14))
    assert [(bar.label, bar.value) for bar in bars] == [
        ("2026-01", 500),
        ("2026-02", 0),
        ("2026-03", 700),
    ]


def test_what_came_back_is_taken_off() -> None:
    on = date(2026, 3, 3)
    (told,) = sales.by_product([a_row(on, 900), a_row(on, -400)], english=True)
    assert told == ("Spinach 1단", 1, 500)


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_the_statement_is_a_file_with_a_row_for_each_line_and_their_sum(kind: str) -> None:
    merchant = a_merchant(commission_basis_points=1_000)
    line = sold(merchant, 10_000, name="=1+1")
    url = reverse("merchant_statement_file")
    answer = a_stall_holder(merchant).get(url, {"file": kind})
    assert answer.headers["Content-Disposition"].endswith(f'.{kind}"')
    if kind == "csv":
        rows = [row.split(",") for row in answer.content.decode("utf-8-sig").splitlines()]
    else:
        book = load_workbook(io.BytesIO(answer.content))
        rows = [["" if x is None else str(x) for x in row] for row in book.active.values]
    assert rows[1][2:4] == [line.reference, "'=1+1"]
    assert rows[1][7:11] == ["10000", "0", "1000", "9000"]
    assert rows[2][7:11] == rows[1][7:11]
    assert [row[12] for row in rows] == ["결제", "카드", ""]


def test_the_period_of_the_file_is_the_one_asked_for() -> None:
    merchant = a_merchant()
    sold(merchant, 10_000)
    today = business_date(timezone.now()).isoformat()
    client = a_stall_holder(merchant)
    url = reverse("merchant_statement_file")
    assert (
        today.replace("-", "")
        in client.get(url, {"since": today, "until": today}).headers["Content-Disposition"]
    )
    assert client.get(url, {"since": "2026-13-01", "until": today}).status_code == 400
