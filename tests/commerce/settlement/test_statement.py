from dataclasses import replace
from datetime import date, timedelta

import pytest

from commerce.business_days import instant
from commerce.catalogue.models import TaxClass, Way
from commerce.payments import actions as payments
from commerce.payments import charging, tenders
from commerce.payments.models import TakenAs
from commerce.settlement import actions
from commerce.settlement.queries import (
    PaidWith,
    accounts_paid_from,
    paid_with,
    payable,
    statement,
)
from tests.builders.commerce import NOW, a_merchant
from tests.builders.ledger import (
    a_part_of,
    a_refund,
    an_ordered_part,
    card_money,
    goods_of,
    settled,
    till_money,
)
from tests.builders.orders import PAYS, an_order
from tests.builders.vouchers import a_voucher, held_for

pytestmark = pytest.mark.django_db

TUESDAY = date(2026, 3, 3)


def sold(*lines, now=NOW):
    part = an_ordered_part(*lines, delivery_won=4_000)
    payment = card_money(part.order)
    actions.record_payment(payment=payment, now=now)
    actions.record_handed_over(fulfilment=part, now=now)
    return part, payment


def test_every_won_leads_to_its_order_line():
    greens, tofu = a_merchant(), a_merchant()
    part, _ = sold(goods_of(greens, 5_000), goods_of(tofu, 700), goods_of(greens, 3_000))
    first, _, third = part.lines.all()
    report = statement(greens.reference, TUESDAY, TUESDAY)
    assert [
        (row.line_reference, row.order_reference, row.goods_won, row.commission_won, row.net_won)
        for row in report.rows
    ] == [
        (first.reference, part.order.reference, 5_000, 300, 4_700),
        (third.reference, part.order.reference, 3_000, 180, 2_820),
    ]
    assert (report.goods_won, report.commission_won, report.net_won) == (8_000, 480, 7_520)


def test_a_parcel_s_fee_is_a_line_of_its_own_without_commission_and_taxable():
    greens, tofu = a_merchant(), a_merchant()
    part = a_part_of(goods_of(greens, 5_000), delivery_won=3_300)
    order = an_order(parts=[replace(part, way=Way.PARCEL, hands_over=greens.reference)])
    actions.record_payment(payment=card_money(order), now=NOW)
    actions.record_handed_over(fulfilment=order.fulfilments.get(), now=NOW)
    report = statement(greens.reference, TUESDAY, TUESDAY)
    goods, fee = report.rows
    assert (goods.net_won, fee.line_reference) == (4_700, order.fulfilments.get().reference)
    assert (fee.name, fee.name_en) == ("택배비", "Parcel fee")
    assert (fee.goods_won, fee.commission_won, fee.net_won, fee.vat_won) == (3_300, 0, 3_300, 300)
    assert report.net_won == payable(greens.reference) == 8_000
    assert paid_with(report) == PaidWith(8_300, 0, 0)
    assert statement(tofu.reference, TUESDAY, TUESDAY).rows == ()
    (settlement,) = settled(until_on=TUESDAY, now=NOW)
    assert settlement.total_won == 8_000
    paid = statement(greens.reference, TUESDAY, TUESDAY)
    assert {row.settlement_reference for row in paid.rows} == {settlement.reference}


def test_it_tells_paid_from_unpaid():
    greens = a_merchant()
    sold(goods_of(greens, 5_000))
    (settlement,) = settled(until_on=TUESDAY, now=NOW)
    sold(goods_of(greens, 1_000), now=NOW + timedelta(days=1))
    report = statement(greens.reference, TUESDAY, TUESDAY + timedelta(days=1))
    assert [row.settlement_reference for row in report.rows] == [settlement.reference, ""]
    assert (report.paid_won, report.unpaid_won) == (4_700, 940)


def test_a_refund_is_a_line_of_its_own():
    greens = a_merchant()
    part, payment = sold(goods_of(greens, 5_000))
    actions.record_refund(refund=a_refund(payment, 2_500), fulfilment=part, now=NOW)
    report = statement(greens.reference, TUESDAY, TUESDAY)
    assert [(row.event, row.goods_won, row.net_won) for row in report.rows] == [
        ("handed_over", 5_000, 4_700),
        ("refunded", -2_500, -2_350),
    ]


def test_it_keeps_to_its_days_in_seoul():
    greens = a_merchant()
    midnight = instant(TUESDAY)
    for minutes in (-1, 0, 24 * 60 - 1, 24 * 60):
        sold(goods_of(greens, 1_000 + minutes), now=midnight + timedelta(minutes=minutes))
    report = statement(greens.reference, TUESDAY, TUESDAY)
    assert [row.goods_won for row in report.rows] == [1_000, 2_439]


def test_vat_is_inside_taxable_goods_only():
    greens = a_merchant()
    sold(
        goods_of(greens, 12_500, tax_class=TaxClass.TAXABLE),
        goods_of(greens, 8_000, tax_class=TaxClass.EXEMPT),
    )
    report = statement(greens.reference, TUESDAY, TUESDAY)
    assert (report.supply_won, report.vat_won, report.exempt_won) == (11_364, 1_136, 8_000)
    assert [row.vat_won for row in report.rows] == [1_136, 0]


def test_a_full_refund_takes_its_vat_back():
    greens = a_merchant()
    part, payment = sold(goods_of(greens, 12_500, tax_class=TaxClass.TAXABLE))
    actions.record_refund(refund=a_refund(payment, 16_500), fulfilment=part, now=NOW)
    report = statement(greens.reference, TUESDAY, TUESDAY)
    assert (report.supply_won, report.vat_won, report.goods_won) == (0, 0, 0)


def test_a_line_that_is_all_commission_is_still_shown():
    greens = a_merchant(commission_basis_points=10_000)
    sold(goods_of(greens, 5_000))
    (row,) = statement(greens.reference, TUESDAY, TUESDAY).rows
    assert (row.goods_won, row.commission_won, row.net_won) == (5_000, 5_000, 0)


def test_it_costs_the_same_queries_however_long(django_assert_num_queries):
    greens = a_merchant()
    for _ in range(3):
        sold(goods_of(greens, 5_000), goods_of(greens, 700))
    with django_assert_num_queries(2):
        assert len(statement(greens.reference, TUESDAY, TUESDAY).rows) == 6


def test_a_statement_says_what_customers_paid_with_and_that_it_is_all_of_it() -> None:
    greens = a_merchant()
    part = an_ordered_part(goods_of(greens, 5_000))
    held_for(part.order, a_voucher(2_000))
    (card,) = payments.open_payment(order=part.order, method="card", card_token=PAYS, now=NOW)
    paid = charging.charge(payment_reference=card.reference, now=NOW)
    for payment in [paid, *tenders.capture(order=part.order, now=NOW)]:
        actions.record_payment(payment=payment, now=NOW)
    actions.record_handed_over(fulfilment=part, now=NOW)
    told = statement(greens.reference, TUESDAY, TUESDAY)
    assert paid_with(told) == PaidWith(card_won=3_000, on_site_won=0, voucher_won=2_000)
    assert accounts_paid_from(told) == {part.lines.get().reference: ["gateway", "voucher"]}
    assert told.goods_won == 5_000


def test_on_site_counts_cash_and_card_terminal_alike() -> None:
    greens = a_merchant()
    for taken_as, won in ((TakenAs.CASH, 5_000), (TakenAs.TERMINAL, 700)):
        part = an_ordered_part(goods_of(greens, won))
        actions.record_payment(payment=till_money(part, taken_as=taken_as), now=NOW)
        actions.record_handed_over(fulfilment=part, now=NOW)
    told = statement(greens.reference, TUESDAY, TUESDAY)
    assert paid_with(told) == PaidWith(card_won=0, on_site_won=5_700, voucher_won=0)
    assert sorted(accounts_paid_from(told).values()) == [["slips"], ["till"]]


def test_a_transfer_is_told_of_and_what_went_back_taken_off() -> None:
    greens = a_merchant()
    part = an_ordered_part(goods_of(greens, 5_000))
    paid = card_money(part.order)
    paid.method = "transfer"
    actions.record_payment(payment=paid, now=NOW)
    actions.record_handed_over(fulfilment=part, now=NOW)
    actions.record_refund(refund=a_refund(paid, 1_000), fulfilment=part, now=NOW)
    told = statement(greens.reference, TUESDAY, TUESDAY)
    assert paid_with(told) == PaidWith(0, 0, 0, transfer_won=4_000)
    assert list(accounts_paid_from(told).values()) == [["deposits"]]
