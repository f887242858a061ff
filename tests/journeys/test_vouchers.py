"""One order, several tenders: vouchers and a card, or money on site, from the basket to refunds."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from commerce.catalogue.models import TaxClass, Way
from commerce.orders.models import Fulfilment, Order, OrderStatus, ShortReason
from commerce.payments import actions as payments
from commerce.payments import refunds
from commerce.payments.gateway import Declined
from commerce.payments.models import Payment, PaymentMethod, PaymentStatus, Refund, RefundStatus
from commerce.payments.sandbox.cards import DECLINED
from commerce.settlement.models import LedgerEntry
from commerce.settlement.queries import balances
from commerce.vouchers.actions import CodeUnknown, VoucherEmpty
from commerce.vouchers.models import Voucher
from storefront.day.invariants import check
from storefront.journeys import cancel_order, confirm_payment, hand_over
from storefront.journeys.cancel_some import cancel_some
from storefront.journeys.give_back_line import give_back_line
from storefront.journeys.place_order import Placed, VoucherChanged, place_order
from storefront.journeys.plan_checkout import plan_checkout
from storefront.journeys.plan_vouchers import plan_vouchers
from storefront.journeys.shorten_line import shorten_line
from storefront.journeys.voucher_programmes import expire_vouchers
from tests.builders import journeys as built
from tests.builders.commerce import a_customer
from tests.builders.journeys import NOW, Mall, Shopper
from tests.builders.vouchers import a_programme, a_voucher

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(minutes=40)


def order_of(
    mall: Mall,
    *vouchers: Voucher,
    shopper: Shopper | None = None,
    method: str = "card",
    card_token: str = built.PAYS,
    seen_won: int | None = None,
) -> Placed:
    """Spinach 2,500 (exempt), tofu 3,300 (taxable) and the drive 4,000: 9,800 won."""
    shopper = shopper or built.a_shopper()
    basket = built.a_basket_of(shopper, (mall.spinach, Way.DELIVERY), (mall.tofu, Way.DELIVERY))
    plan = plan_checkout(basket=basket, address=shopper.address, now=NOW)
    seen = plan_vouchers(plan=plan, vouchers=vouchers)
    return place_order(
        checkout=built.a_checkout(
            basket,
            shopper,
            mall.window,
            method=method,
            card_token=card_token,
            vouchers=[voucher.reference for voucher in vouchers],
            voucher_won=seen.covered_won if seen_won is None else seen_won,
        ),
        customer=shopper.customer,
        key=f"key-{basket.reference}",
        now=NOW,
    )


def paid(placed: Placed) -> Order:
    for payment in placed.payments:
        confirm_payment.charge_and_confirm(payment_reference=payment.reference, now=NOW)
    return Order.objects.get(pk=placed.order.pk)


def tenders(order: Order) -> list[tuple[str, str, int, int]]:
    """(method, status, won, refunded), vouchers first."""
    rows = order.payments.order_by("voucher", "fulfilment", "pk")
    return [(p.method, p.status, p.amount_won, p.refunded_won) for p in rows]


def left_of(voucher: Voucher) -> int:
    return Voucher.objects.get(pk=voucher.pk).left_won


def part_of(order: Order) -> Fulfilment:
    return order.fulfilments.get()


def line_of(order: Order, name: str):
    return part_of(order).lines.get(name=name)


BOOKS = (
    "vouchers_count_their_use",
    "budgets_are_never_overspent",
    "voucher_books_agree",
    "refunds_are_at_most_what_was_paid",
    "confirmed_parts_are_paid_for",
    "nothing_is_held_for_ended_orders",
)


@pytest.fixture
def mall() -> Iterator[Mall]:
    """Whatever a test does, its books hold in the end."""
    yield built.a_mall()
    assert [breach for name in BOOKS for breach in check(name, LATER)] == []


def test_a_voucher_is_held_and_the_card_is_asked_for_the_rest(mall: Mall) -> None:
    voucher = a_voucher(5_000)
    placed = order_of(mall, voucher)
    assert tenders(placed.order) == [("voucher", "open", 5_000, 0), ("card", "open", 4_800, 0)]
    assert left_of(voucher) == 0
    assert "voucher" not in {entry.account.kind for entry in _entries(placed.order)}


def test_it_is_spent_when_the_card_has_paid_and_the_ledger_says_who_paid_for_what(
    mall: Mall,
) -> None:
    voucher = a_voucher(5_000)
    order = paid(order_of(mall, voucher))
    assert order.status == OrderStatus.CONFIRMED
    assert tenders(order) == [("voucher", "paid", 5_000, 0), ("card", "paid", 4_800, 0)]
    by_line = {
        (entry.account.kind, entry.line_reference): entry.amount_won
        for entry in _entries(order).exclude(account__kind="held")
    }
    spinach, tofu = line_of(order, "시금치").reference, line_of(order, "손두부").reference
    assert by_line == {
        ("voucher", spinach): 2_155,
        ("voucher", tofu): 2_845,
        ("gateway", spinach): 345,
        ("gateway", tofu): 455,
        ("gateway", part_of(order).reference): 4_000,
    }


def test_each_payment_knows_its_own_part_without_vat(mall: Mall) -> None:
    order = paid(order_of(mall, a_voucher(5_000)))
    free = {p.method: p.tax_free_won for p in order.payments.all()}
    assert free == {"voucher": 2_155, "card": 345}


def test_a_voucher_that_pays_for_all_of_it_needs_no_card(mall: Mall) -> None:
    voucher = a_voucher(20_000, programme=a_programme(covers_delivery=True))
    placed = order_of(mall, voucher, card_token="")
    assert placed.payments == []
    order = Order.objects.get(pk=placed.order.pk)
    assert order.status == OrderStatus.CONFIRMED
    assert tenders(order) == [("voucher", "paid", 9_800, 0)]
    assert left_of(voucher) == 10_200


def test_several_vouchers_pay_narrow_ones_first(mall: Mall) -> None:
    wide = a_voucher(4_000)
    narrow = a_voucher(3_000, programme=a_programme(tax_class=TaxClass.EXEMPT))
    order = paid(order_of(mall, wide, narrow))
    assert sorted(tenders(order)) == [
        ("card", "paid", 4_000, 0),
        ("voucher", "paid", 2_500, 0),
        ("voucher", "paid", 3_300, 0),
    ]
    assert (left_of(wide), left_of(narrow)) == (700, 500)


def test_two_vouchers_may_pay_for_the_same_line(mall: Mall) -> None:
    order = paid(order_of(mall, a_voucher(1_000), a_voucher(2_000)))
    assert sorted(won for _method, _status, won, _back in tenders(order)) == [1_000, 2_000, 6_800]
    line = line_of(order, "손두부")
    give_back_line(line=line, won=3_300, reason="return", key="r1", now=NOW)
    assert sorted(back for *_rest, back in tenders(order)) == [569, 1_138, 1_593]


def test_what_was_shown_is_done_or_nothing(mall: Mall) -> None:
    with pytest.raises(VoucherChanged) as refusal:
        order_of(mall, a_voucher(5_000), seen_won=4_999)
    assert refusal.value.data == {"covered": 5_000}


def test_somebody_elses_voucher_is_refused_and_nothing_is_taken(mall: Mall) -> None:
    theirs = a_voucher(5_000, customer=a_customer())
    with pytest.raises(CodeUnknown):
        order_of(mall, theirs)
    assert left_of(theirs) == 5_000


def test_an_empty_voucher_is_refused(mall: Mall) -> None:
    voucher = a_voucher(5_000)
    order_of(mall, voucher)
    with pytest.raises(VoucherEmpty):
        order_of(mall, voucher)


def test_a_members_voucher_is_theirs_once_it_is_used(mall: Mall) -> None:
    voucher, shopper = a_voucher(programme=a_programme(personal=True)), built.a_shopper()
    order_of(mall, voucher, shopper=shopper)
    assert Voucher.objects.get().customer == shopper.customer


def test_after_a_decline_it_stays_held_for_another_card(mall: Mall) -> None:
    voucher = a_voucher(5_000)
    order = paid(order_of(mall, voucher, card_token=DECLINED))
    assert order.status == OrderStatus.PLACED
    assert left_of(voucher) == 0
    (again,) = payments.open_payment(order=order, method="card", card_token=built.PAYS, now=NOW)
    assert again.amount_won == 4_800
    confirm_payment.charge_and_confirm(payment_reference=again.reference, now=NOW)
    assert tenders(order) == [
        ("voucher", "paid", 5_000, 0),
        ("card", "declined", 4_800, 0),
        ("card", "paid", 4_800, 0),
    ]


def test_when_no_card_comes_in_time_the_voucher_can_be_spent_again(mall: Mall) -> None:
    voucher = a_voucher(5_000)
    order = paid(order_of(mall, voucher, card_token=DECLINED))
    cancel_order.expire_unpaid(now=LATER)
    assert left_of(voucher) == 5_000
    assert tenders(order)[0] == ("voucher", "cancelled", 5_000, 0)
    cancel_order.expire_unpaid(now=LATER)
    assert left_of(voucher) == 5_000


def test_a_card_that_paid_after_all_gets_its_own_part_back_alone(mall: Mall) -> None:
    voucher = a_voucher(5_000)
    placed = order_of(mall, voucher)
    (card,) = placed.payments
    Payment.objects.filter(pk=card.pk).update(status=PaymentStatus.CHARGING, asked_at=NOW)
    cancel_order.cancel_order(order=placed.order, reason="unpaid", now=NOW)
    Payment.objects.filter(pk=card.pk).update(status=PaymentStatus.PAID, paid_at=NOW)
    confirm_payment.follow_outcome(payment_reference=card.reference, now=NOW)
    assert tenders(placed.order) == [
        ("voucher", "cancelled", 5_000, 0),
        ("card", "paid", 4_800, 4_800),
    ]
    assert left_of(voucher) == 5_000
    assert balances()["held"] == 0


def test_a_cancelled_order_goes_back_to_each_out_of_what_it_paid(mall: Mall) -> None:
    voucher = a_voucher(5_000)
    order = paid(order_of(mall, voucher))
    cancel_order.cancel_order(order=order, reason="shopper", now=NOW)
    assert tenders(order) == [("voucher", "paid", 5_000, 5_000), ("card", "paid", 4_800, 4_800)]
    assert left_of(voucher) == 5_000
    assert {r.payment.method: r.status for r in Refund.objects.all()} == {
        "voucher": RefundStatus.DONE,
        "card": RefundStatus.OPEN,
    }
    cancel_order.give_back(order=order, reason="again", now=NOW)
    assert Refund.objects.count() == 2
    assert not [x for x in _by_line(order).values() if x], "every line is as before"


def test_what_was_refused_by_the_gateway_is_given_back_anew_to_the_card_alone(mall: Mall) -> None:
    voucher = a_voucher(5_000)
    order = paid(order_of(mall, voucher))
    cancel_order.cancel_order(order=order, reason="shopper", now=NOW)
    refund = Refund.objects.get(status=RefundStatus.OPEN)
    refunds._record_refund(refund, Declined("refund_refused"), NOW)
    confirm_payment.send_refunds(now=NOW)
    assert tenders(order)[1] == ("card", "paid", 4_800, 0)
    assert cancel_order.give_back(order=order, reason="asked_again", now=NOW) == 4_800
    assert tenders(order) == [("voucher", "paid", 5_000, 5_000), ("card", "paid", 4_800, 4_800)]
    assert left_of(voucher) == 5_000
    assert not [x for x in _by_line(order).values() if x]


def test_a_line_goes_back_in_proportion_to_who_paid_for_it(mall: Mall) -> None:
    voucher = a_voucher(5_000)
    order = paid(order_of(mall, voucher))
    tofu = line_of(order, "손두부")
    for _ in range(2):
        assert give_back_line(line=tofu, won=1_000, reason="return", key="r1", now=NOW)
    # 2,845 and 455 of 3,300 won.
    assert tenders(order) == [("voucher", "paid", 5_000, 862), ("card", "paid", 4_800, 138)]
    assert [r.tax_free_won for r in Refund.objects.all()] == [0, 0]
    assert left_of(voucher) == 862


def test_parts_of_a_line_add_up_to_what_each_paid_for_it(mall: Mall) -> None:
    voucher = a_voucher(5_000)
    order = paid(order_of(mall, voucher))
    spinach = line_of(order, "시금치")
    for number, won in enumerate([1, 333, 999, 1_167]):
        give_back_line(line=spinach, won=won, reason="return", key=f"r{number}", now=NOW)
    assert tenders(order) == [("voucher", "paid", 5_000, 2_155), ("card", "paid", 4_800, 345)]
    refunds = Refund.objects.all()
    assert all(refund.tax_free_won == refund.amount_won for refund in refunds)


def test_a_short_line_goes_back_to_both(mall: Mall) -> None:
    voucher = a_voucher(5_000)
    order = paid(order_of(mall, voucher))
    line = line_of(order, "시금치")
    shorten_line(
        line_reference=line.reference,
        merchant_reference=line.merchant_reference,
        there=0,
        reason=ShortReason.SOLD_OUT,
        now=NOW,
    )
    assert tenders(order) == [("voucher", "paid", 5_000, 2_155), ("card", "paid", 4_800, 345)]


def test_a_line_given_up_by_the_shopper_goes_back_to_both(mall: Mall) -> None:
    voucher = a_voucher(5_000)
    order = paid(order_of(mall, voucher))
    spinach, tofu = line_of(order, "시금치"), line_of(order, "손두부")
    cancel_some(fulfilment=part_of(order), keep={spinach.reference: 0, tofu.reference: 1}, now=NOW)
    assert tenders(order) == [("voucher", "paid", 5_000, 2_155), ("card", "paid", 4_800, 345)]


def test_on_site_each_part_is_asked_for_what_vouchers_leave(mall: Mall) -> None:
    voucher = a_voucher(5_000)
    order = Order.objects.get(pk=order_of(mall, voucher, method="on_site").order.pk)
    assert order.status == OrderStatus.CONFIRMED
    assert tenders(order) == [("voucher", "paid", 5_000, 0), ("on_site", "open", 4_800, 0)]
    line = line_of(order, "손두부")
    give_back_line(line=line, won=1_000, reason="short", key="s1", now=NOW)
    assert tenders(order) == [("voucher", "paid", 5_000, 862), ("on_site", "open", 4_662, 0)]


def test_merchants_get_their_share_in_full_whatever_paid(mall: Mall) -> None:
    order = paid(order_of(mall, a_voucher(5_000)))
    part = part_of(order)
    Fulfilment.objects.filter(pk=part.pk).update(status="out")
    hand_over.hand_over(
        fulfilment=part_of(order), taken_by="DRV-MINSU", now=NOW + timedelta(days=1)
    )
    stands = balances()
    assert stands["held"] == 0
    assert -(stands["merchant"] + stands["commission"]) == 5_800
    assert stands["carrier"] == -4_000


def test_a_voucher_that_ended_meanwhile_is_good_again_after_a_refund(mall: Mall) -> None:
    voucher = a_voucher(5_000, programme=a_programme(until_on=date(2026, 3, 3)))
    order = paid(order_of(mall, voucher))
    tomorrow = NOW + timedelta(days=1)
    assert expire_vouchers(now=tomorrow) == 0
    cancel_order.cancel_order(order=order, reason="snow", now=tomorrow)
    voucher.refresh_from_db()
    assert (voucher.left_won, voucher.until_on) == (5_000, date(2026, 4, 3))


def test_an_order_without_vouchers_is_paid_as_ever(mall: Mall) -> None:
    order = paid(order_of(mall))
    assert tenders(order) == [(PaymentMethod.CARD, "paid", 9_800, 0)]
    assert not order.payments.get().shares.exists()


def _entries(order: Order):
    return LedgerEntry.objects.filter(journal__order_reference=order.reference).select_related(
        "account"
    )


def _by_line(order: Order) -> dict[tuple[str, str], int]:
    by_line: dict[tuple[str, str], int] = {}
    for entry in _entries(order):
        key = (entry.account.kind, entry.line_reference)
        by_line[key] = by_line.get(key, 0) + entry.amount_won
    return by_line
