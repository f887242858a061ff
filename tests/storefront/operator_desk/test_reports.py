"""The report's won are the ledger's, each way of cutting them adds up to the same, and the period
before stands beside them."""

import csv
import io
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from commerce.business_days import business_date
from commerce.catalogue.models import Way
from commerce.merchants.models import Merchant, MerchantKind
from commerce.orders.actions import NewLine
from commerce.orders.models import Fulfilment, FulfilmentStatus, OrderLine, ShortReason
from commerce.payments.models import RefundStatus
from commerce.settlement import actions
from commerce.settlement.queries import shares
from drivethrough.queue import actions as queue
from drivethrough.queue.models import Arrival, ArrivalStatus
from storefront.accounts.models import Role
from storefront.operator_desk.report_sections import Days, change, share_of
from storefront.operator_desk.reports import report
from storefront.periods import Period
from tests.builders.commerce import NOW, a_market, a_merchant
from tests.builders.drivethrough import AT_THE_GATE, SATURDAY, a_key, an_arrival
from tests.builders.ledger import a_part_of, a_refund, card_money, goods_of, parts_of
from tests.builders.mall import a_client, a_user
from tests.builders.orders import an_order

pytestmark = pytest.mark.django_db

TODAY = business_date(NOW)
WEEK = Period("own", "", TODAY - timedelta(days=6), TODAY)


def sold(*lines: NewLine, days_ago: int = 0, **fields: object) -> Fulfilment:
    """Paid by card and handed over."""
    now = NOW - timedelta(days=days_ago)
    order = an_order(parts=[a_part_of(*lines, **fields)], confirmed=True, now=now)  # type: ignore[arg-type]
    actions.record_payment(payment=card_money(order), now=now)
    (part,) = parts_of(order)
    actions.record_handed_over(fulfilment=part, now=now)
    return part


def given_back(part: Fulfilment, won: int, status: RefundStatus = RefundStatus.DONE) -> None:
    refund = a_refund(part.order.payments.get(), won)
    actions.record_refund(refund=refund, fulfilment=part, now=NOW)
    if status == RefundStatus.REFUSED:
        refund.status = status
        refund.save()
        actions.record_refund_refused(refund=refund, now=NOW)


def rows_of(name: str, period: Period = WEEK) -> dict[str, list[int | None]]:
    (section,) = [one for one in report(period).sections if one.name == name]
    return {row.label: row.values for row in section.rows}


def an_operator() -> Client:
    return a_client(a_user("operator@jangteo.test", (Role.OPERATOR, "")))


def test_every_cut_of_the_sales_is_the_ledgers_won() -> None:
    stall = a_merchant(market=a_market())
    farm = a_merchant(kind=MerchantKind.FARM, commission_basis_points=0)
    part = sold(goods_of(stall, 10_000), goods_of(farm, 5_000), delivery_won=4_000)
    sold(goods_of(stall, 7_700), days_ago=3)
    sold(goods_of(stall, 1_000), days_ago=9)
    given_back(part, 2_000)
    ledger = shares(WEEK.since, WEEK.until)
    goods_won = sum(ledger.by_merchant.values()) + ledger.mall_won
    for name in ("market", "merchant", "category", "way"):
        assert sum(values[1] or 0 for values in rows_of(name).values()) == goods_won, name
    over_time = list(rows_of("time").values())
    assert [sum(row[n] or 0 for row in over_time) for n in range(3)] == [
        goods_won,
        ledger.carrier_won,
        goods_won + ledger.carrier_won,
    ]
    assert goods_won + ledger.carrier_won == 10_000 + 5_000 + 4_000 + 7_700 - 2_000


def test_a_merchants_row_says_its_lines_its_won_and_what_it_was_before() -> None:
    stall = a_merchant(name="봄나물집")
    sold(goods_of(stall, 3_000), goods_of(stall, 2_000))
    sold(goods_of(stall, 4_000), days_ago=7)
    sold(goods_of(a_merchant(name="옛가게"), 900), days_ago=8)
    assert rows_of("merchant") == {
        "봄나물집": [2, 5_000, 4_000, 25],
        "옛가게": [0, 0, 900, -100],
    }


def test_a_day_that_sold_nothing_has_a_row_and_stands_beside_the_day_a_week_before() -> None:
    sold(goods_of(a_merchant(), 3_000), days_ago=9)
    rows = list(rows_of("time").values())
    assert [row[3] for row in rows] == [0, 0, 0, 0, 3_000, 0, 0]
    assert {row[2] for row in rows} == {0}


def test_long_periods_are_cut_into_weeks_and_longer_ones_into_months() -> None:
    weeks = Days(Period("own", "", date(2026, 1, 7), date(2026, 3, 31)))
    assert weeks.spans()[:3] == [date(2026, 1, 7), date(2026, 1, 12), date(2026, 1, 19)]
    year = Days(Period("own", "", date(2026, 1, 1), date(2026, 12, 31)))
    assert year.spans() == [date(2026, month, 1) for month in range(1, 13)]


def test_what_a_gateway_would_not_give_back_is_no_refund() -> None:
    part = sold(goods_of(a_merchant(), 9_000))
    given_back(part, 1_500)
    given_back(part, 700, RefundStatus.REFUSED)
    assert sum(row[0] or 0 for row in rows_of("refunds").values()) == 1_500


def test_only_orders_that_stood_are_counted() -> None:
    an_order(parts=[a_part_of(goods_of(a_merchant(), 2_500))], confirmed=True, now=NOW)
    an_order(parts=[a_part_of(goods_of(a_merchant(), 9_900))], now=NOW)
    assert list(rows_of("orders").values())[-1] == [1, 2_500, 0, None]


def test_short_lines_are_told_by_why() -> None:
    part = sold(*(goods_of(a_merchant(), 1_000) for _ in range(4)))
    Fulfilment.objects.update(promised_from=NOW)
    line = part.lines.all()[0]
    OrderLine.objects.filter(pk=line.pk).update(short_quantity=1, short_reason=ShortReason.SPOILED)
    rows = rows_of("short")
    assert rows["상했음"] == [1, 2_500, 0, None]
    assert rows["다 팔렸음"] == [0, 0, 0, None]


def test_a_part_is_in_time_until_the_end_of_what_was_promised() -> None:
    for minutes in (-1, 0, 1):
        part = sold(goods_of(a_merchant(), 1_000))
        Fulfilment.objects.filter(pk=part.pk).update(
            status=FulfilmentStatus.HANDED_OVER,
            way=Way.DELIVERY,
            ended_at=NOW,
            promised_until=NOW - timedelta(minutes=minutes),
        )
    assert rows_of("in-time")["집 배송"] == [3, 2, 66, None]


def test_a_car_waited_from_its_arrival_to_its_last_call() -> None:
    arrival = an_arrival()
    lane = arrival.site.lanes.first()
    queue.call_car(
        key=a_key(),
        lane_reference=lane.reference,
        booking_reference=arrival.booking.reference,
        now=AT_THE_GATE + timedelta(minutes=4),
    )
    Arrival.objects.filter(pk=arrival.pk).update(
        arrived_at=AT_THE_GATE, status=ArrivalStatus.SERVED
    )
    day = Period("own", "", SATURDAY, SATURDAY)
    assert rows_of("sites", day) == {arrival.site.name: [1, 4, 4, 0]}
    assert [row[0] for row in rows_of("waits", day).values()] == [0, 1, 0, 0, 0, 0]


def test_nothing_is_compared_with_nothing() -> None:
    assert (change(5, 0), change(3, 2), share_of(0, 0), share_of(199, 200)) == (None, 50, None, 99)


def a_sale_of(merchant: Merchant) -> None:
    sold(goods_of(merchant, 1_000))


def test_a_report_costs_as_many_queries_however_much_was_sold() -> None:
    def counted() -> int:
        with CaptureQueriesContext(connection) as captured:
            report(WEEK)
        return len(captured)

    a_sale_of(a_merchant())
    few = counted()
    for _ in range(5):
        a_sale_of(a_merchant(market=a_market()))
    assert counted() == few == 9


def test_a_sections_file_has_the_numbers_of_its_table() -> None:
    now = timezone.now()
    order = an_order(
        parts=[a_part_of(goods_of(a_merchant(name="=봄나물"), 3_000))], confirmed=True, now=now
    )
    actions.record_payment(payment=card_money(order), now=now)
    actions.record_handed_over(fulfilment=parts_of(order)[0], now=now)
    operator, address = an_operator(), reverse("operator_report_file", args=["merchant"])
    answer = operator.get(address, {"file": "csv"})
    header, row = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert header == ["가게", "주문 줄", "판 값", "앞 기간", "견주면"]
    assert row == ["'=봄나물", "1", "3000", "0", ""]
    sheet = load_workbook(io.BytesIO(operator.get(address).content)).active
    assert sheet is not None
    assert [cell.value for cell in sheet[2]][1:3] == [1, 3_000]


def test_the_page_says_every_section_in_both_languages() -> None:
    operator = an_operator()
    page = operator.get(reverse("operator_reports"))
    assert page.status_code == 200
    assert {one.name for one in page.context["sections"]} >= {"time", "waits", "in-time", "short"}
    operator.cookies["django_language"] = "en"
    english = operator.get(reverse("operator_reports"))
    assert "Sales over time" in english.content.decode()


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"period": "ever"}, "period"),
        ({"since": "2026-02-30", "until": "2026-03-01"}, "since"),
        ({"since": "2026-03-02", "until": "2026-03-01"}, "until"),
    ],
)
def test_a_period_that_is_none_is_refused(query: dict[str, str], field: str) -> None:
    answer = an_operator().get(reverse("operator_reports"), query)
    assert answer.status_code == 400, field


def test_reports_are_the_operators_alone() -> None:
    merchant = a_client(a_user("mer@jangteo.test", (Role.MERCHANT, a_merchant().reference)))
    helper = a_client(a_user("helper@jangteo.test", (Role.HELPER, a_market().reference)))
    for other in (merchant, helper):
        assert other.get(reverse("operator_reports")).status_code == 403
        assert other.get(reverse("operator_report_file", args=["time"])).status_code == 403
    assert an_operator().get(reverse("operator_report_file", args=["nothing"])).status_code == 404
