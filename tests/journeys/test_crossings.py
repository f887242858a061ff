"""Where two ways of paying, packing and giving back meet in one order."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from pytest_django import Settings

from commerce.catalogue.models import TaxClass, Way
from commerce.orders.models import Fulfilment, Order, OrderLine, ShortReason, WhenShort
from commerce.payments import holding, refunds
from commerce.payments.gateway import Declined
from commerce.payments.models import PaymentStatus, Refund
from commerce.payments.sandbox.models import SandboxCharge
from commerce.returns import actions as returns
from commerce.returns.models import ReturnKind
from commerce.settlement.queries import balances
from commerce.vouchers.models import Voucher
from storefront.day.invariants import check_all
from storefront.journeys.answer_return import Answer, answer_return
from storefront.journeys.cancel_order import cancel_part, expire_unpaid
from storefront.journeys.cancel_some import cancel_some
from storefront.journeys.confirm_payment import charge_and_confirm, send_refunds, take_held
from storefront.journeys.hand_over import hand_over
from storefront.journeys.place_order import place_order
from storefront.journeys.plan_checkout import plan_checkout
from storefront.journeys.plan_vouchers import plan_vouchers
from storefront.journeys.refund_again import refund_again
from storefront.journeys.shorten_line import shorten_line
from storefront.journeys.substitute import accept, propose
from storefront.journeys.weigh_line import weigh_line
from storefront.notices.models import Notice
from tests.builders import journeys as built
from tests.builders.commerce import a_product
from tests.builders.journeys import NEXT_MORNING, NOW, Mall, a_placed_order, goods_part
from tests.builders.transfers import a_deposit
from tests.builders.vouchers import a_programme, a_voucher

pytestmark = pytest.mark.django_db

SOON = NOW + timedelta(minutes=5)
LATER = NOW + timedelta(minutes=20)


@pytest.fixture
def mall() -> Iterator[Mall]:
    """The tofu is settled by weight. Whatever a test does, everything agrees in the end."""
    mall = built.a_mall()
    mall.tofu.by_weight = True
    mall.tofu.save()
    yield mall
    send_refunds(now=NEXT_MORNING)
    assert check_all(NEXT_MORNING) == []


@pytest.fixture
def account(settings: Settings) -> None:
    settings.TRANSFER_ACCOUNT = "농협 301-0123-4567-89 장터"


def an_order(mall: Mall, *vouchers: Voucher, method: str = "card", pieces: int = 1) -> Order:
    """Spinach for 2,500 won, tofu for 3,300 at most, so many of each; the drive for 4,000."""
    shopper = built.a_shopper()
    goods = ((mall.spinach, Way.DELIVERY), (mall.tofu, Way.DELIVERY)) * pieces
    basket = built.a_basket_of(shopper, *goods)
    plan = plan_checkout(basket=basket, address=shopper.address, now=NOW)
    placed = place_order(
        checkout=built.a_checkout(
            basket,
            shopper,
            mall.window,
            method=method,
            vouchers=[voucher.reference for voucher in vouchers],
            voucher_won=plan_vouchers(plan=plan, vouchers=vouchers).covered_won,
        ),
        customer=shopper.customer,
        key=f"key-{basket.reference}",
        now=NOW,
    )
    for payment in placed.payments if method == "card" else ():
        charge_and_confirm(payment_reference=payment.reference, now=NOW)
    return Order.objects.get(pk=placed.order.pk)


def of_anything(won: int) -> Voucher:
    return a_voucher(won, programme=a_programme(covers_delivery=True))


def a_held_order(mall: Mall) -> Order:
    """Spinach and tofu to the door, strawberries for 12,000 won at the gate, held on one card."""
    at_gate = (mall.strawberries, Way.DRIVE_THROUGH)
    goods = ((mall.spinach, Way.DELIVERY), (mall.tofu, Way.DELIVERY), at_gate)
    return a_placed_order(mall, goods=goods)


def the_part(order: Order) -> Fulfilment:
    return order.fulfilments.get()


def line_of(order: Order, name: str) -> OrderLine:
    return OrderLine.objects.get(fulfilment__order=order, name=name)


def weigh(order: Order, *, tenths: int = 9, name: str = "손두부") -> None:
    line = line_of(order, name)
    weigh_line(
        line_reference=line.reference,
        merchant_reference=line.merchant_reference,
        grams=(line.most_grams or 0) * tenths // 10,
        now=LATER,
    )


def shorten(order: Order, name: str, *, there: int = 0, now: datetime = LATER) -> None:
    line = line_of(order, name)
    shorten_line(
        line_reference=line.reference,
        merchant_reference=line.merchant_reference,
        there=there,
        reason=ShortReason.SOLD_OUT,
        now=now,
    )


def give_up(order: Order, name: str, *, keep: int) -> None:
    line = line_of(order, name)
    cancel_some(fulfilment=the_part(order), keep={line.reference: keep}, now=SOON)


def send_back(order: Order, name: str, *, quantity: int = 1) -> None:
    line = line_of(order, name)
    asked = returns.ask(
        key=f"back-{line.reference}-{line.returns.count()}",
        line_reference=line.reference,
        customer=order.customer,
        kind=ReturnKind.DEFECT,
        quantity=quantity,
        words="상했어요",
        now=NEXT_MORNING,
    )
    answer_return(
        reference=asked.reference,
        answer=Answer.YES,
        words="",
        merchant_reference=None,
        by="USR-1",
        now=NEXT_MORNING,
    )


def deliver(order: Order) -> None:
    part = order.fulfilments.get(way=Way.DELIVERY)
    hand_over(fulfilment=part, taken_by="DRV-1", now=NEXT_MORNING)


def tenders(order: Order) -> list[tuple[str, str, int, int]]:
    """(method, status, won, refunded), vouchers first."""
    rows = order.payments.order_by("voucher", "fulfilment", "pk")
    return [(p.method, p.status, p.amount_won, p.refunded_won) for p in rows]


def earned() -> int:
    """By the merchants and the mall, of goods that were handed over."""
    stands = balances()
    return -(stands.get("merchant", 0) + stands.get("commission", 0))


# By weight, beside vouchers


@pytest.mark.parametrize("method", ["card", "transfer"])
def test_what_weighs_less_goes_back_to_voucher_and_money_by_their_shares(
    mall: Mall, account: None, method: str
) -> None:
    order = an_order(mall, a_voucher(5_000), method=method)
    if method == "transfer":
        a_deposit(order.payments.get(method=method), 4_800, now=SOON)
    weigh(order)
    # 2,845 and 455 of 3,300 won: 284.5 and 45.5 of 330.
    assert tenders(order) == [("voucher", "paid", 5_000, 285), (method, "paid", 4_800, 45)]
    deliver(order)
    assert (balances()["held"], balances()["carrier"], earned()) == (0, -4_000, 5_470)


def test_at_the_door_less_is_asked_for_and_the_voucher_gets_its_share(mall: Mall) -> None:
    order = an_order(mall, a_voucher(5_000), method="on_site")
    weigh(order)
    assert tenders(order) == [("voucher", "paid", 5_000, 285), ("on_site", "open", 4_755, 0)]
    deliver(order)
    assert (balances()["till"], balances()["held"]) == (4_755, 0)


def test_what_weighs_less_goes_back_to_a_voucher_that_paid_alone(mall: Mall) -> None:
    order = an_order(mall, voucher := of_anything(9_800))
    weigh(order)
    deliver(order)
    assert tenders(order) == [("voucher", "paid", 9_800, 330)]
    voucher.refresh_from_db()
    assert voucher.left_won == 330


def test_where_nothing_is_left_to_ask_for_at_the_door_it_is_handed_over_for_nothing(
    mall: Mall,
) -> None:
    of_taxable = a_programme(tax_class=TaxClass.TAXABLE, covers_delivery=True)
    order = an_order(mall, a_voucher(7_300, programme=of_taxable), method="on_site")
    assert tenders(order)[1] == ("on_site", "open", 2_500, 0)
    shorten(order, "시금치")
    weigh(order)
    deliver(order)
    assert tenders(order) == [("voucher", "paid", 7_300, 330), ("on_site", "paid", 0, 0)]


# By weight, and less of it


def test_fewer_by_weight_are_held_at_their_own_bound(mall: Mall) -> None:
    order = an_order(mall, pieces=2)
    give_up(order, "손두부", keep=1)
    weigh(order)
    take_held(now=LATER)
    assert line_of(order, "손두부").line_won == 2_970
    deliver(order)
    assert earned() == 5_000 + 2_970


def test_a_line_by_weight_that_is_given_up_waits_for_no_scales(mall: Mall) -> None:
    order = an_order(mall)
    give_up(order, "손두부", keep=0)
    take_held(now=LATER)
    assert tenders(order) == [("card", "paid", 6_500, 0)]
    deliver(order)


def test_a_short_line_by_weight_is_weighed_for_what_is_there(mall: Mall) -> None:
    order = an_order(mall, a_voucher(5_000), pieces=2)
    shorten(order, "손두부", there=1, now=SOON)
    weigh(order)
    line = line_of(order, "손두부")
    assert (line.short_quantity, line.line_won, line.lighter_won) == (1, 2_970, 330)
    deliver(order)
    assert balances()["held"] == 0


@pytest.mark.parametrize("by_weight", [True, False])
def test_a_substitute_is_settled_as_it_is_sold_itself(mall: Mall, by_weight: bool) -> None:
    mall.tofu.by_weight = not by_weight
    mall.tofu.save()
    product = a_product(
        merchant=mall.tofu.product.merchant,
        name="순두부",
        price_won=3_000,
        tax_class=TaxClass.TAXABLE,
        ways=[Way.DELIVERY],
    )
    product.variants.update(by_weight=by_weight)
    order = an_order(mall)
    Order.objects.update(when_short=WhenShort.SUBSTITUTE)
    line = line_of(order, "손두부")
    made = propose(
        line_reference=line.reference,
        merchant_reference=line.merchant_reference,
        variant_reference=product.variants.get().reference,
        reason=ShortReason.SOLD_OUT,
        now=SOON,
    )
    accept(reference=made.reference, now=SOON)
    if by_weight:
        weigh(order, name="순두부")
    take_held(now=LATER)
    deliver(order)
    assert earned() == 2_500 + (2_700 if by_weight else 3_000)


def test_all_pieces_of_a_weighed_line_give_back_exactly_what_it_cost(mall: Mall) -> None:
    order = an_order(mall, pieces=3)
    line = line_of(order, "손두부")
    weigh_line(
        line_reference=line.reference,
        merchant_reference=line.merchant_reference,
        grams=2_005,
        now=LATER,
    )
    take_held(now=LATER)
    deliver(order)
    line.refresh_from_db()
    assert line.line_won % 3, "or there is nothing to round"
    for _piece in range(3):
        send_back(order, "손두부")
    assert sum(Refund.objects.values_list("amount_won", flat=True)) == line.line_won


# Held on a card, and given up in part


def test_a_part_given_up_while_its_money_is_held_has_no_share_of_what_is_taken(mall: Mall) -> None:
    order = a_held_order(mall)
    cancel_part(fulfilment=goods_part(order, Way.DRIVE_THROUGH), reason="shopper", now=SOON)
    weigh(order)
    take_held(now=LATER)
    deliver(order)
    assert (balances()["held"], balances()["carrier"], earned()) == (0, -4_000, 5_470)


def test_what_was_let_go_is_not_given_back_with_a_part_that_was_taken(mall: Mall) -> None:
    order = a_held_order(mall)
    cancel_part(fulfilment=goods_part(order, Way.DRIVE_THROUGH), reason="shopper", now=SOON)
    weigh(order)
    take_held(now=LATER)
    cancel_part(fulfilment=goods_part(order, Way.DELIVERY), reason="snow", now=NEXT_MORNING)
    assert Refund.objects.get().amount_won == 9_470
    assert set(balances().values()) == {0}


def test_a_part_given_up_while_it_is_taken_is_given_back(mall: Mall) -> None:
    order = a_held_order(mall)
    weigh(order)
    holding.decide(order=order, now=LATER)
    cancel_part(fulfilment=goods_part(order, Way.DRIVE_THROUGH), reason="shopper", now=LATER)
    shorten(order, "시금치")
    take_held(now=LATER)
    deliver(order)
    assert sorted(Refund.objects.values_list("amount_won", flat=True)) == [2_500, 12_000]
    assert (balances()["held"], balances()["carrier"], earned()) == (0, -4_000, 2_970)


def test_what_falls_short_while_it_is_taken_costs_no_other_line(mall: Mall) -> None:
    order = an_order(mall)
    weigh(order)
    holding.decide(order=order, now=LATER)
    shorten(order, "시금치")
    take_held(now=LATER)
    take_held(now=LATER)
    deliver(order)
    assert Refund.objects.get().amount_won == 2_500
    assert Refund.objects.get().tax_free_won == 2_500
    assert (balances()["held"], balances()["carrier"], earned()) == (0, -4_000, 2_970)


def test_goods_handed_over_before_what_was_taken_is_booked_earn_their_own_won(mall: Mall) -> None:
    order = an_order(mall)
    weigh(order)
    payment = holding.decide(order=order, now=LATER)
    assert payment is not None
    shorten(order, "시금치")
    holding.send(payment_reference=payment.reference, now=LATER)
    deliver(order)
    take_held(now=NEXT_MORNING)
    assert Refund.objects.get().amount_won == 2_500
    assert (balances()["held"], balances()["carrier"], earned()) == (0, -4_000, 2_970)


def test_goods_may_be_handed_over_although_the_bank_has_let_go_and_are_owed(mall: Mall) -> None:
    order = an_order(mall)
    SandboxCharge.objects.update(outcome="declined", decline_code="voided")
    weigh(order)
    Fulfilment.objects.update(status="out")
    take_held(now=LATER)
    deliver(order)
    assert order.payments.get().status == PaymentStatus.DECLINED
    assert balances() == {}
    assert [part.total_won for part in holding.handed_over_unpaid()] == [9_470]
    assert Notice.objects.filter(kind="hold_lost_and_owed").count() == 1


# Vouchers, and less than was ordered


def test_what_comes_back_after_hand_over_goes_to_the_voucher_that_paid_alone(mall: Mall) -> None:
    order = an_order(mall, of_anything(9_800))
    deliver(order)
    send_back(order, "시금치")
    assert tenders(order) == [("voucher", "paid", 9_800, 2_500)]


def test_fewer_before_and_a_return_after_the_hand_over_give_back_to_each_what_it_paid(
    mall: Mall,
) -> None:
    order = an_order(mall, a_voucher(5_000), pieces=2)
    give_up(order, "시금치", keep=1)
    weigh(order)
    deliver(order)
    send_back(order, "시금치")
    send_back(order, "손두부", quantity=2)
    voucher, card = tenders(order)
    assert voucher[2] == voucher[3] == 5_000
    assert card[2] - card[3] == 4_000, "the drive was made"


def test_what_the_gateway_refused_of_a_short_line_is_sent_again_to_the_card_alone(
    mall: Mall,
) -> None:
    order = an_order(mall, a_voucher(5_000))
    shorten(order, "시금치")
    refused = Refund.objects.get(payment__method="card")
    refunds._record_refund(refused, Declined("refund_refused"), LATER)
    send_refunds(now=LATER)
    assert tenders(order) == [("voucher", "paid", 5_000, 2_155), ("card", "paid", 4_800, 0)]
    for _twice in range(2):
        assert refund_again(refused=refused, now=LATER) == 345
    assert tenders(order) == [("voucher", "paid", 5_000, 2_155), ("card", "paid", 4_800, 345)]


def test_a_transfer_that_never_comes_frees_the_voucher_and_what_came_is_owed(
    mall: Mall, account: None
) -> None:
    order = an_order(mall, voucher := a_voucher(5_000), method="transfer")
    transfer = order.payments.get(method="transfer")
    a_deposit(transfer, 4_000, now=SOON)
    expire_unpaid(now=NEXT_MORNING)
    voucher.refresh_from_db()
    assert voucher.left_won == 5_000
    a_deposit(transfer, 800, now=NEXT_MORNING)
    assert tenders(order) == [
        ("voucher", "cancelled", 5_000, 0),
        ("transfer", "cancelled", 4_800, 0),
    ]
    assert -balances()["deposits"] == 4_800
