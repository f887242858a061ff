"""A gateway's own file: what it says is read exactly, and what differs from our books is listed."""

from datetime import date, timedelta

import pytest

from commerce.payments.models import Chargeback, ChargebackStatus, RefundStatus
from commerce.product_sheets.files import SheetEmpty
from commerce.settlement import actions, payouts, reconciling, runs
from commerce.settlement.gateway_files import (
    FileRow,
    GatewayFileColumns,
    GatewayFileRow,
    parse,
)
from commerce.settlement.models import GatewayDifference, GatewayFile, Payout, SettlementRun
from commerce.settlement.queries import balances, trial_balance
from tests.builders.commerce import NOW, a_merchant
from tests.builders.ledger import (
    a_refund,
    an_ordered_part,
    card_money,
    goods_of,
    settled,
    till_money,
)

TUESDAY = date(2026, 3, 3)
STRIPE = (
    "balance_transaction_id,created,currency,gross,fee,net,reporting_category,source_id,"
    "payment_intent_id"
)
TOSS = "mId,paymentKey,transactionKey,orderId,amount,fee,soldDate"


def stripe(*rows: str) -> bytes:
    return "\n".join([STRIPE, *rows]).encode()


def a_row(number, category, won, *, fee=0, source="ch_1", intent="", on="2026-03-03 10:00:00"):
    return f"txn_{number},{on},krw,{won},{fee},{won - fee},{category},{source},{intent}"


def take_in(content):
    return reconciling.take_in(name="march.csv", content=content, uploaded_by="op", now=NOW)


def paid(won=10_000, reference="pi_1"):
    part = an_ordered_part(goods_of(a_merchant(), won))
    payment = card_money(part.order, gateway_reference=reference)
    actions.record_payment(payment=payment, now=NOW)
    return part, payment


def differences():
    fields = ("kind", "about", "gateway_reference", "our_won", "their_won")
    return list(GatewayDifference.objects.values_list(*fields))


def test_a_row_of_stripes_is_read():
    rows = [STRIPE.split(","), a_row(1, "charge", 9_000, fee=290, intent="pi_1").split(",")]
    assert parse(rows) == [FileRow("txn_1", "payment", "pi_1", 9_000, 290, TUESDAY)]


def test_a_row_of_tosses_is_read_and_a_cancellation_is_below_nothing():
    rows = [
        TOSS.split(","),
        ["m", "pk_1", "tk_1", "PAY-1", "9000", "297", "2026-03-03"],
        ["m", "pk_1", "tk_2", "PAY-1", "-4000", "0", "2026-03-03"],
    ]
    assert [(x.about, x.gateway_reference, x.amount_won, x.fee_won) for x in parse(rows)] == [
        ("payment", "pk_1", 9_000, 297),
        ("refund", "tk_2", -4_000, 0),
    ]


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("txn_1,2026-03-03,usd,9000,0,9000,charge,ch_1,pi_1", "currency"),
        ("txn_1,2026-03-03,krw,many,0,9000,charge,ch_1,pi_1", "gross"),
        ("txn_1,2026-03-03,krw,90.5,0,9000,charge,ch_1,pi_1", "gross"),
        ("txn_1,2026-03-03,krw,NaN,0,9000,charge,ch_1,pi_1", "gross"),
        ("txn_1,2026-03-03,krw,9e99,0,9000,charge,ch_1,pi_1", "gross"),
        ("txn_1,soon,krw,9000,0,9000,charge,ch_1,pi_1", "created"),
        (",2026-03-03,krw,9000,0,9000,charge,ch_1,pi_1", "balance_transaction_id"),
        ("txn_1,2026-03-03,krw,9000,0,9000,charge,ch_1", "payment_intent_id"),
    ],
)
def test_what_cannot_be_meant_is_told_with_its_place(row, column):
    with pytest.raises(GatewayFileRow) as refusal:
        parse([STRIPE.split(","), [""], row.split(",")])
    assert refusal.value.data == {"row": 3, "column": column}


def test_another_file_is_not_taken():
    with pytest.raises(GatewayFileColumns) as refusal:
        parse([["name", "amount", "fee", "orderId"]])
    assert refusal.value.data == {"missing": "paymentKey, transactionKey, soldDate"}


@pytest.mark.django_db
def test_books_and_file_that_agree_leave_nothing_to_explain():
    _, payment = paid()
    refund = a_refund(payment, 4_000)
    refund.gateway_reference = "re_1"
    refund.save()
    a_refund(payment, 1, RefundStatus.REFUSED)
    take_in(
        stripe(
            a_row(1, "charge", 10_000, intent="pi_1"),
            a_row(2, "refund", -4_000, source="re_1"),
            a_row(3, "refund", -1, source="re_2"),
            a_row(4, "refund_failure", 1, source="re_2"),
        )
    )
    assert differences() == []


@pytest.mark.django_db
def test_missing_extra_and_different_amounts_are_listed():
    paid(10_000, "pi_1")
    paid(7_000, "pi_2")
    take_in(
        stripe(
            a_row(1, "charge", 9_999, intent="pi_1"),
            a_row(2, "charge", 5_000, intent="pi_3"),
        )
    )
    assert differences() == [
        ("different", "payment", "pi_1", 10_000, 9_999),
        ("missing", "payment", "pi_2", 7_000, None),
        ("extra", "payment", "pi_3", None, 5_000),
    ]


@pytest.mark.django_db
def test_what_we_booked_on_another_day_is_still_ours():
    paid()
    take_in(stripe(a_row(1, "charge", 10_000, intent="pi_1", on="2026-03-05 00:00:00")))
    assert differences() == []


@pytest.mark.django_db
def test_money_on_site_is_no_gateways():
    part = an_ordered_part(goods_of(a_merchant(), 10_000))
    till_money(part)
    take_in(stripe(a_row(1, "charge", 1, intent="pi_9")))
    assert [kind for kind, *_ in differences()] == ["extra"]


@pytest.mark.django_db
def test_disputes_and_payouts_are_compared_too():
    _, payment = paid()
    for status, reference in ((ChargebackStatus.LOST, "du_1"), (ChargebackStatus.WON, "du_2")):
        Chargeback.objects.create(
            payment=payment,
            gateway_reference=reference,
            amount_won=10_000,
            status=status,
            opened_at=NOW,
        )
    take_in(
        stripe(
            a_row(1, "charge", 10_000, intent="pi_1"),
            a_row(2, "dispute", -10_000, fee=15_000, source="du_1"),
            a_row(3, "dispute", -10_000, fee=15_000, source="du_2"),
            a_row(4, "dispute_reversal", 10_000, fee=-15_000, source="du_2"),
            a_row(5, "transfer", -9_400, source="tr_1"),
        )
    )
    assert differences() == [("extra", "payout", "tr_1", None, -9_400)]
    assert balances()["fees"] == 15_000


@pytest.mark.django_db
def test_the_gateways_fees_are_booked_once_whatever_files_tell_of_them():
    paid()
    first = a_row(1, "charge", 10_000, fee=290, intent="pi_1")
    file = take_in(stripe(first))
    assert take_in(stripe(first)) == file
    take_in(stripe(first, a_row(2, "fee", 0, fee=100, source="fee_1")))
    assert (balances()["fees"], balances()["gateway"]) == (390, 10_000 - 390)
    assert trial_balance() == 0
    assert GatewayFile.objects.count() == 2


@pytest.mark.django_db
def test_a_file_that_is_refused_changes_nothing():
    with pytest.raises(GatewayFileRow):
        take_in(stripe(a_row(1, "charge", 10_000, fee=290, intent="pi_1"), "txn_2"))
    with pytest.raises(SheetEmpty):
        take_in(stripe(""))
    assert not GatewayFile.objects.exists()
    assert "fees" not in balances()


@pytest.mark.django_db
def test_a_difference_is_closed_once_with_its_reason():
    take_in(stripe(a_row(1, "charge", 5_000, intent="pi_3")))
    number = GatewayDifference.objects.get().pk
    for said, by in (("다른 가맹점의 결제", "op-one"), ("other", "op-two")):
        reconciling.close(number=number, explanation=said, closed_by=by, now=NOW)
    closed = GatewayDifference.objects.get()
    assert (closed.explanation, closed.closed_by) == ("다른 가맹점의 결제", "op-one")
    with pytest.raises(reconciling.DifferenceUnknown):
        reconciling.close(number=0, explanation="x", closed_by="op", now=NOW)


@pytest.mark.django_db
def test_a_run_is_not_reconciled_while_a_difference_is_unexplained():
    part, _ = paid()
    actions.record_handed_over(fulfilment=part, now=NOW)
    settled(until_on=TUESDAY)
    payout = Payout.objects.get()
    payouts.record_sent_by_hand(payout_reference=payout.reference, sent_by="op", now=NOW)
    take_in(stripe(a_row(1, "charge", 5_000, intent="pi_1")))
    with pytest.raises(runs.DifferencesOpen) as refusal:
        runs.reconcile(until_on=TUESDAY, by="op", now=NOW + timedelta(days=1))
    assert refusal.value.data == {"count": 1}
    number = GatewayDifference.objects.get().pk
    reconciling.close(number=number, explanation="수수료를 뺀 금액", closed_by="op", now=NOW)
    runs.reconcile(until_on=TUESDAY, by="op", now=NOW + timedelta(days=1))
    assert SettlementRun.objects.get().status == "reconciled"
