from dataclasses import replace
from datetime import timedelta

import pytest

from commerce.catalogue.models import Way
from commerce.orders.models import FulfilmentStatus
from commerce.payments.models import PaymentStatus, RefundStatus, TakenAs
from commerce.settlement import actions
from commerce.settlement.models import Journal
from commerce.settlement.queries import balances, trial_balance
from tests.builders.commerce import NOW, a_merchant
from tests.builders.ledger import (
    a_part_of,
    a_refund,
    an_ordered_part,
    card_money,
    entries_of,
    goods_of,
    parts_of,
    till_money,
)
from tests.builders.orders import a_bundle_line, an_order

pytestmark = pytest.mark.django_db


@pytest.fixture
def greens():
    return a_merchant()


@pytest.fixture
def tofu():
    return a_merchant(name="햇살두부", commission_basis_points=0)


def test_a_card_payment_is_held_part_by_part(greens):
    part = an_ordered_part(goods_of(greens, 5_000), goods_of(greens, 3_000), delivery_won=4_000)
    journal = actions.record_payment(payment=card_money(part.order), now=NOW)
    first, second = (line.reference for line in part.lines.all())
    held = journal.entries.filter(account__kind="held").values_list("line_reference", "amount_won")
    assert dict(held) == {first: -5_000, second: -3_000, part.reference: -4_000}
    assert balances() == {"gateway": 12_000, "held": -12_000}
    assert (journal.event, journal.order_reference) == ("payment_taken", part.order.reference)


def test_money_taken_on_site_is_in_the_takers_till(greens):
    part = an_ordered_part(goods_of(greens, 5_000))
    journal = actions.record_payment(payment=till_money(part, "DRV-MINSU"), now=NOW)
    assert entries_of(journal) == [("held", "", -5_000), ("till", "DRV-MINSU", 5_000)]


def test_what_a_card_terminal_took_is_apart_from_the_takers_cash(greens):
    part = an_ordered_part(goods_of(greens, 5_000))
    payment = till_money(part, "DRV-MINSU", TakenAs.TERMINAL)
    taken = actions.record_payment(payment=payment, now=NOW)
    assert entries_of(taken) == [("held", "", -5_000), ("slips", "DRV-MINSU", 5_000)]
    back = actions.record_refund(refund=a_refund(payment, 5_000), fulfilment=None, now=NOW)
    assert entries_of(back) == [("held", "", 5_000), ("slips", "DRV-MINSU", -5_000)]


def test_a_payment_is_recorded_once(greens):
    payment = card_money(an_ordered_part(goods_of(greens, 5_000)).order)
    first = actions.record_payment(payment=payment, now=NOW)
    assert actions.record_payment(payment=payment, now=NOW + timedelta(hours=1)) == first
    assert balances() == {"gateway": 5_000, "held": -5_000}


def test_an_unpaid_payment_is_not_recorded(greens):
    order = an_ordered_part(goods_of(greens, 5_000)).order
    payment = card_money(order, status=PaymentStatus.CHARGING)
    with pytest.raises(actions.PaymentNotPaid) as refusal:
        actions.record_payment(payment=payment, now=NOW)
    assert refusal.value.data == {"status": "charging"}
    assert not Journal.objects.exists()


def test_a_part_given_up_before_the_payment_was_opened_holds_nothing(greens):
    order = an_order(parts=[a_part_of(goods_of(greens, 5_000)), a_part_of(goods_of(greens, 700))])
    gone, kept = parts_of(order)
    gone.status, gone.ended_at = FulfilmentStatus.CANCELLED, NOW
    gone.save()
    payment = card_money(order, amount_won=700)
    journal = actions.record_payment(payment=payment, now=NOW)
    (line,) = kept.lines.all()
    assert set(journal.entries.values_list("line_reference", flat=True)) == {line.reference}


def test_a_hand_over_splits_each_line_between_merchant_and_mall(greens, tofu):
    part = an_ordered_part(goods_of(greens, 125), goods_of(tofu, 2_500), delivery_won=4_000)
    actions.record_payment(payment=card_money(part.order), now=NOW)
    journal = actions.record_handed_over(fulfilment=part, now=NOW)
    spinach, bean_curd = (line.reference for line in part.lines.all())
    by_line = {
        reference: sorted(
            journal.entries.filter(line_reference=reference).values_list(
                "account__kind", "account__owner_reference", "amount_won"
            )
        )
        for reference in (spinach, bean_curd, part.reference)
    }
    assert by_line == {
        spinach: [("commission", "", -8), ("held", "", 125), ("merchant", greens.reference, -117)],
        bean_curd: [("held", "", 2_500), ("merchant", tofu.reference, -2_500)],
        part.reference: [("carrier", "", -4_000), ("held", "", 4_000)],
    }
    assert journal.entries.count() == 7
    assert balances()["held"] == 0


def test_a_parcel_s_fee_is_its_merchant_s_who_pays_the_courier(greens):
    part = a_sent_part(greens)
    actions.record_payment(payment=card_money(part.order), now=NOW)
    journal = actions.record_handed_over(fulfilment=part, now=NOW)
    fee = journal.entries.filter(line_reference=part.reference)
    assert sorted(fee.values_list("account__kind", "account__owner_reference", "amount_won")) == [
        ("held", "", 3_500),
        ("merchant", greens.reference, -3_500),
    ]
    assert balances() == {"gateway": 8_500, "held": 0, "merchant": -8_200, "commission": -300}


def test_a_refund_after_a_parcel_has_come_takes_the_fee_last(greens):
    part = a_sent_part(greens)
    payment = card_money(part.order)
    actions.record_payment(payment=payment, now=NOW)
    actions.record_handed_over(fulfilment=part, now=NOW)
    actions.record_refund(refund=a_refund(payment, 5_000), fulfilment=part, now=NOW)
    assert balances()["merchant"] == -3_500
    actions.record_refund(refund=a_refund(payment, 3_500), fulfilment=part, now=NOW)
    assert (balances()["merchant"], trial_balance()) == (0, 0)


def a_sent_part(merchant):
    part = a_part_of(goods_of(merchant, 5_000), delivery_won=3_500)
    order = an_order(parts=[replace(part, way=Way.PARCEL, hands_over=merchant.reference)])
    return parts_of(order)[0]


def test_a_hand_over_is_recorded_once(greens):
    part = an_ordered_part(goods_of(greens, 5_000))
    actions.record_payment(payment=card_money(part.order), now=NOW)
    first = actions.record_handed_over(fulfilment=part, now=NOW)
    greens.commission_basis_points = 5_000
    greens.save()
    assert actions.record_handed_over(fulfilment=part, now=NOW) == first
    assert balances()["commission"] == -300


def test_unpaid_goods_cannot_be_handed_over(greens):
    part = an_ordered_part(goods_of(greens, 5_000))
    with pytest.raises(actions.HandOverUnpaid):
        actions.record_handed_over(fulfilment=part, now=NOW)
    assert not Journal.objects.exists()


def test_a_book_bundle_costs_nothing_and_posts_nothing():
    part = an_ordered_part(a_bundle_line())
    assert actions.record_handed_over(fulfilment=part, now=NOW) is None
    assert not Journal.objects.exists()


def test_a_refund_before_the_hand_over_comes_out_of_what_is_held(greens):
    order = an_order(
        parts=[
            a_part_of(goods_of(greens, 5_000), delivery_won=4_000),
            a_part_of(goods_of(greens, 700)),
        ]
    )
    cancelled, kept = parts_of(order)
    payment = card_money(order)
    actions.record_payment(payment=payment, now=NOW)
    journal = actions.record_refund(refund=a_refund(payment, 9_000), fulfilment=cancelled, now=NOW)
    assert entries_of(journal) == [
        ("gateway", "", -5_000),
        ("gateway", "", -4_000),
        ("held", "", 4_000),
        ("held", "", 5_000),
    ]
    assert balances() == {"gateway": 700, "held": -700}
    actions.record_handed_over(fulfilment=kept, now=NOW)
    assert balances()["merchant"] == -658


def test_what_was_given_back_before_is_not_handed_over(greens):
    part = an_ordered_part(goods_of(greens, 5_000))
    payment = card_money(part.order)
    actions.record_payment(payment=payment, now=NOW)
    actions.record_refund(refund=a_refund(payment, 2_000), fulfilment=part, now=NOW)
    actions.record_handed_over(fulfilment=part, now=NOW)
    assert balances() == {"gateway": 3_000, "held": 0, "merchant": -2_820, "commission": -180}


def test_a_part_given_back_whole_posts_nothing_when_handed_over(greens):
    part = an_ordered_part(goods_of(greens, 5_000))
    payment = card_money(part.order)
    actions.record_payment(payment=payment, now=NOW)
    actions.record_refund(refund=a_refund(payment, 5_000), fulfilment=part, now=NOW)
    assert actions.record_handed_over(fulfilment=part, now=NOW) is None


def handed_over(*lines, delivery_won=0):
    part = an_ordered_part(*lines, delivery_won=delivery_won)
    payment = card_money(part.order)
    actions.record_payment(payment=payment, now=NOW)
    actions.record_handed_over(fulfilment=part, now=NOW)
    return part, payment


def test_a_full_refund_after_the_hand_over_reverses_every_share(greens, tofu):
    part, payment = handed_over(goods_of(greens, 125), goods_of(tofu, 2_500), delivery_won=4_000)
    actions.record_refund(refund=a_refund(payment, 6_625), fulfilment=part, now=NOW)
    assert set(balances().values()) == {0}


def test_a_partial_refund_after_the_hand_over_is_shared_in_proportion(greens, tofu):
    part, payment = handed_over(goods_of(greens, 1_000), goods_of(tofu, 1_000), delivery_won=4_000)
    journal = actions.record_refund(refund=a_refund(payment, 101), fulfilment=part, now=NOW)
    shares = {(kind, owner): won for kind, owner, won in entries_of(journal) if kind != "gateway"}
    # 101 over 940, 60 and 1,000: 47.47, 3.03 and 50.5; the odd won goes to the largest remainder.
    assert shares == {
        ("merchant", greens.reference): 47,
        ("commission", ""): 3,
        ("merchant", tofu.reference): 51,
    }


def test_the_drive_is_given_back_last(greens):
    part, payment = handed_over(goods_of(greens, 1_000), delivery_won=4_000)
    actions.record_refund(refund=a_refund(payment, 1_500), fulfilment=part, now=NOW)
    assert balances() == {
        "gateway": 3_500,
        "held": 0,
        "merchant": 0,
        "commission": 0,
        "carrier": -3_500,
    }


def test_money_taken_on_site_goes_back_from_the_same_till(greens):
    part = an_ordered_part(goods_of(greens, 5_000))
    payment = till_money(part, "DRV-MINSU")
    actions.record_payment(payment=payment, now=NOW)
    journal = actions.record_refund(refund=a_refund(payment, 5_000), fulfilment=None, now=NOW)
    assert entries_of(journal) == [("held", "", 5_000), ("till", "DRV-MINSU", -5_000)]


def test_a_refund_of_the_whole_order_takes_what_is_held_first(greens):
    order = an_order(parts=[a_part_of(goods_of(greens, 5_000)), a_part_of(goods_of(greens, 700))])
    payment = card_money(order)
    actions.record_payment(payment=payment, now=NOW)
    actions.record_handed_over(fulfilment=parts_of(order)[0], now=NOW)
    actions.record_refund(refund=a_refund(payment, 1_700), fulfilment=None, now=NOW)
    assert balances() == {"gateway": 4_000, "held": 0, "merchant": -3_760, "commission": -240}


def test_a_refund_is_recorded_once(greens):
    part, payment = handed_over(goods_of(greens, 5_000))
    refund = a_refund(payment, 5_000)
    first = actions.record_refund(refund=refund, fulfilment=part, now=NOW)
    assert actions.record_refund(refund=refund, fulfilment=part, now=NOW) == first
    assert trial_balance() == 0
    assert balances()["gateway"] == 0


def test_no_more_is_given_back_than_was_taken_for_a_part(greens):
    part, payment = handed_over(goods_of(greens, 5_000))
    before = balances()
    with pytest.raises(actions.RefundAbovePosted) as refusal:
        actions.record_refund(refund=a_refund(payment, 5_001), fulfilment=part, now=NOW)
    assert refusal.value.data == {"left": 5_000}
    assert balances() == before


def test_a_refund_is_recorded_when_it_is_promised(greens):
    part, payment = handed_over(goods_of(greens, 5_000))
    refund = a_refund(payment, 5_000, RefundStatus.OPEN)
    actions.record_refund(refund=refund, fulfilment=part, now=NOW)
    assert balances()["gateway"] == 0


def test_a_refund_the_gateway_refused_is_not_recorded(greens):
    part, payment = handed_over(goods_of(greens, 5_000))
    refund = a_refund(payment, 5, RefundStatus.REFUSED)
    with pytest.raises(actions.RefundRefused):
        actions.record_refund(refund=refund, fulfilment=part, now=NOW)
    assert actions.record_refund_refused(refund=refund, now=NOW) is None
    assert balances()["gateway"] == 5_000


def test_a_promised_refund_that_is_refused_leaves_every_share_as_it_was(greens, tofu):
    part, payment = handed_over(goods_of(greens, 125), goods_of(tofu, 2_500), delivery_won=4_000)
    before = balances()
    refund = a_refund(payment, 3_000, RefundStatus.OPEN)
    actions.record_refund(refund=refund, fulfilment=part, now=NOW)
    refund.status = RefundStatus.REFUSED
    refund.save()
    first = actions.record_refund_refused(refund=refund, now=NOW)
    assert actions.record_refund_refused(refund=refund, now=NOW) == first
    assert balances() == before
    again = a_refund(payment, 6_625)
    actions.record_refund(refund=again, fulfilment=part, now=NOW)
    assert set(balances().values()) == {0}


def test_a_refund_that_stands_is_not_taken_back(greens):
    part, payment = handed_over(goods_of(greens, 5_000))
    refund = a_refund(payment, 5_000)
    actions.record_refund(refund=refund, fulfilment=part, now=NOW)
    with pytest.raises(actions.RefundStands):
        actions.record_refund_refused(refund=refund, now=NOW)
    assert balances()["gateway"] == 0
