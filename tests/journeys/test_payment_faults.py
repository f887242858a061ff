"""Money moves once and is never lost, whatever fails and wherever: charge, refund and payout.

Each story is told once for every point at which a process may die or a connection be lost. Then the
sweeps run, webhooks come doubled and in the wrong order, and the books of the gateway, the ledger
and the orders must say the same.
"""

from collections import Counter
from collections.abc import Callable
from copy import deepcopy
from datetime import timedelta

import pytest
from pytest_django import Settings

from commerce.catalogue.models import Way
from commerce.merchants.models import Merchant
from commerce.orders import actions as orders
from commerce.orders.models import FulfilmentStatus, Order, OrderLine, OrderStatus
from commerce.payments.models import GatewayEvent, Payment, PaymentStatus, Refund, RefundStatus
from commerce.settlement import actions as settlement
from commerce.settlement.models import Payout, Settlement
from commerce.settlement.queries import balances, trial_balance
from storefront.journeys.cancel_order import cancel_order, cancel_part, expire_unpaid
from storefront.journeys.confirm_payment import (
    charge_and_confirm,
    charge_forgotten,
    look_and_confirm,
    send_refunds,
    sweep_unknown,
    take_held,
)
from storefront.journeys.hear_gateway import work_off_events
from storefront.journeys.place_order import place_order
from storefront.journeys.settle_merchants import (
    review_and_approve,
    send_payouts,
    settle_until,
)
from storefront.journeys.weigh_line import weigh_line
from storefront.notices.models import Notice
from tests.builders.faults import Died, FaultyStripe, Kind, Points, undone, watched
from tests.builders.journeys import (
    NOTHING_TAKEN,
    NOW,
    TOMORROW,
    Mall,
    Shopper,
    a_basket_of,
    a_checkout,
    a_mall,
    a_placed_order,
    a_shopper,
    goods_part,
    taken_of,
)
from tests.builders.webhooks import a_stripe, hear
from tests.ports.fakes.stripe_api import StripeOnTheFake
from tests.ports.fakes.stripe_books import AUTHENTICATES

pytestmark = pytest.mark.django_db

SOON = NOW + timedelta(seconds=20)
SETTLED_AT = NOW + timedelta(minutes=2)
SWEPT_AT = [NOW + timedelta(minutes=minutes) for minutes in (3, 60)]
PAYS = "pm_card_visa"


class World:
    """One mall with one shopper, a false Stripe, and the point at which something goes wrong."""

    def __init__(self, mall: Mall, shopper: Shopper, api: FaultyStripe) -> None:
        self.mall = mall
        self.shopper = shopper
        self.api = api

    @property
    def order(self) -> Order | None:
        return Order.objects.first()

    @property
    def the_order(self) -> Order:
        return Order.objects.get()


Story = Callable[[World], None]
Recovery = Callable[[World], None]


# Stories.


def _press(world: World, card: str = PAYS) -> Order:
    """The shopper's button: the same key each time it is pressed."""
    goods = ((world.mall.spinach, Way.DELIVERY), (world.mall.tofu, Way.DELIVERY))
    basket = world.shopper.customer.baskets.first() or a_basket_of(world.shopper, *goods)
    placed = place_order(
        checkout=a_checkout(basket, world.shopper, world.mall.window, card_token=card),
        customer=world.shopper.customer,
        key="submit",
        now=NOW,
    )
    for payment in placed.payments:
        charge_and_confirm(payment_reference=payment.reference, now=NOW)
    return placed.order


def charge(world: World) -> None:
    _press(world)


def charge_with_the_bank(world: World) -> None:
    order = _press(world, AUTHENTICATES)
    _bank_approves(world)
    look_and_confirm(payment_reference=order.payments.get().reference, now=SOON)


def _bank_approves(world: World) -> None:
    for intent in world.api.books.of("payment_intent"):
        if intent["status"] == "requires_action":
            world.api.books.bank_decides(intent, approves=True)


def decline(world: World) -> None:
    _press(world, "pm_card_chargeDeclined")


def refund(world: World) -> None:
    cancel_order(order=world.the_order, reason="shopper", now=SOON)
    send_refunds(now=SOON)


def refund_in_part(world: World) -> None:
    part = goods_part(world.the_order, Way.DRIVE_THROUGH)
    cancel_part(fulfilment=part, reason="shopper", now=SOON)
    send_refunds(now=SOON)


def weigh(world: World) -> None:
    """Half of what was held for: the gateway keeps that, and lets the rest go."""
    line = OrderLine.objects.get(variant=world.mall.tofu)
    weigh_line(
        line_reference=line.reference,
        merchant_reference=line.merchant_reference,
        grams=(line.most_grams or 0) // 2,
        now=SOON,
    )
    take_held(now=SOON)


def give_up_what_is_held(world: World) -> None:
    cancel_order(order=world.the_order, reason="shopper", now=SOON)
    take_held(now=SOON)


def pay_out(world: World) -> None:
    settle_until(until_on=TOMORROW, now=SETTLED_AT)
    review_and_approve(until_on=TOMORROW, by=("op-one", "op-two"), now=SETTLED_AT)
    send_payouts(now=SETTLED_AT)


# What comes afterwards, in three ways.


def sweeps(world: World) -> None:
    for now in SWEPT_AT:
        charge_forgotten(now=now)
        sweep_unknown(now=now)
        take_held(now=now)
        expire_unpaid(now=now)
        send_refunds(now=now)
        work_off_events(now=now, limit=100)
        send_payouts(now=now)


def webhooks_first(world: World) -> None:
    """The last first, and each twice; a sweep between them."""
    told = list(reversed(world.api.books.events))
    for event in [*told, *told]:
        hear(world.api, event, now=SOON)
        work_off_events(now=SOON, limit=1)
    send_refunds(now=SOON)
    for event in told:
        hear(world.api, event, now=SOON)
    sweeps(world)
    assert not GatewayEvent.objects.filter(done_at=None).exists()


def a_search_that_is_behind(world: World) -> None:
    """Stripe finds nothing by our key for an hour, and remembers its answers meanwhile."""
    world.api.books.searchable = False
    sweeps(world)


# What must be so at the end.


def _at_gateway(world: World) -> int:
    taken = sum(x["amount_received"] for x in world.api.books.of("payment_intent"))
    return taken - sum(x["amount"] for x in world.api.books.of("refund") if _went(x))


def _went(refund: dict[str, object]) -> bool:
    return refund["status"] == "succeeded"


def the_books_agree(world: World) -> None:
    assert trial_balance() == 0
    assert balances().get("gateway", 0) == _at_gateway(world)
    standing = Payment.objects.filter(status=PaymentStatus.PAID)
    ours = sum(payment.amount_won - payment.refunded_won for payment in standing)
    assert ours == _at_gateway(world)
    under_way = [PaymentStatus.OPEN, PaymentStatus.CHARGING]
    assert not Payment.objects.filter(status__in=under_way).exists()
    assert not Refund.objects.filter(status=RefundStatus.OPEN).exists()
    wanted = sum(
        part.total_won
        for order in Order.objects.filter(status=OrderStatus.CONFIRMED)
        for part in order.fulfilments.exclude(status=FulfilmentStatus.CANCELLED)
    )
    assert _at_gateway(world) == wanted == -balances().get("held", 0)
    told = Counter(Notice.objects.values_list("key", flat=True))
    assert set(told.values()) <= {1}


def paid_once_or_never_begun(world: World) -> None:
    the_books_agree(world)
    order = world.order
    if order is None:
        assert world.api.books.of("payment_intent") == []
        assert taken_of(world.mall) == NOTHING_TAKEN
    else:
        assert order.status == OrderStatus.CONFIRMED
        assert Notice.objects.filter(kind="order_confirmed").count() == 1


def paid_or_given_up(world: World) -> None:
    """A shopper who never came to the bank has no order, and paid nothing."""
    the_books_agree(world)
    order = world.order
    if order is not None and order.status == OrderStatus.CANCELLED:
        assert _at_gateway(world) == 0
        assert taken_of(world.mall) == NOTHING_TAKEN


def told_and_given_up(world: World) -> None:
    the_books_agree(world)
    assert _at_gateway(world) == 0
    assert taken_of(world.mall) == NOTHING_TAKEN
    if world.order is not None:
        assert world.order.status == OrderStatus.CANCELLED
        assert Notice.objects.filter(kind="payment_declined").count() == 1


def taken_as_weighed_or_still_held(world: World) -> None:
    """Where nobody came to weigh, all of it is still held."""
    line = OrderLine.objects.get(variant=world.mall.tofu)
    if line.weighed_grams is None:
        assert Payment.objects.get().status == PaymentStatus.AUTHORISED
        assert (_at_gateway(world), balances()) == (0, {})
    else:
        the_books_agree(world)
        assert line.lighter_won > 0


def let_go_or_still_held(world: World) -> None:
    assert (_at_gateway(world), balances()) == (0, {})
    payment, intent = Payment.objects.get(), world.api.books.of("payment_intent")[0]
    ended = world.the_order.status == OrderStatus.CANCELLED
    assert payment.status == (PaymentStatus.CANCELLED if ended else PaymentStatus.AUTHORISED)
    assert intent["status"] == ("canceled" if ended else "requires_capture")


def given_back_once_or_never_begun(world: World) -> None:
    the_books_agree(world)
    for row in Refund.objects.all():
        assert row.status == RefundStatus.DONE
    assert len(world.api.books.of("refund")) == Refund.objects.count()


def refused_and_undone_or_never_begun(world: World) -> None:
    """The gateway gives nothing back: nothing is lost, and a person decides."""
    assert trial_balance() == 0
    assert balances().get("gateway", 0) == _at_gateway(world)
    assert {row.status for row in Refund.objects.all()} <= {RefundStatus.REFUSED}
    payment = Payment.objects.get()
    assert payment.refunded_won == 0
    assert balances() == {"gateway": payment.amount_won, "held": -payment.amount_won}


def paid_out_once(world: World) -> None:
    """The week's settling runs again, as the next beat would."""
    settle_until(until_on=TOMORROW, now=SETTLED_AT)
    review_and_approve(until_on=TOMORROW, by=("op-one", "op-two"), now=SETTLED_AT)
    sweeps(world)
    assert trial_balance() == 0
    assert balances().get("payouts", 0) == 0
    sent = world.api.books.of("transfer")
    assert sum(x["amount"] for x in sent) == sum(p.amount_won for p in Payout.objects.all())
    assert len(sent) == Settlement.objects.count() == Payout.objects.count() == 3
    assert balances()["gateway"] == _at_gateway(world) - sum(x["amount"] for x in sent)


def _told(
    settings: Settings,
    story: Story,
    recovery: Recovery,
    ends: Callable[[World], None],
    kind: Kind,
    before: Callable[[World], None] = lambda world: None,
) -> int:
    """The story, once for each point; returns how many there were."""
    a_stripe(settings)
    base = World(a_mall(), a_shopper(), FaultyStripe(Points()))
    StripeOnTheFake.api = base.api
    before(base)
    at = 0
    while True:
        at += 1
        points = Points(at=at, kind=kind)
        world = World(base.mall, base.shopper, FaultyStripe(points))
        world.api.books = deepcopy(base.api.books)
        StripeOnTheFake.api = world.api
        with undone():
            try:
                with watched(points):
                    story(world)
            except Died:
                pass
            recovery(world)
            try:
                ends(world)
            except AssertionError as broken:
                broken.add_note(f"{kind} at point {at}: {points.names[-1]}; {points.names}")
                raise
        if not points.struck:
            return at - 1


def _paid(world: World) -> None:
    """An order of a gate part, a home part and books, paid."""
    a_placed_order(world.mall, shopper=world.shopper, card_token=PAYS)


def _held(world: World) -> None:
    """An order with something that is settled by weight: its money is held, not taken."""
    world.mall.tofu.by_weight = True
    world.mall.tofu.save()
    _press(world)
    assert _at_gateway(world) == 0


def _earned(world: World) -> None:
    """All of it was handed over, and its merchants have accounts with the gateway."""
    _paid(world)
    Merchant.objects.update(payout_account="acct_greens")
    for part in world.the_order.fulfilments.filter(lines__bundle_reference="").distinct():
        orders.mark_handed_over(references=[part.reference], now=SETTLED_AT)
        settlement.record_handed_over(fulfilment=part, now=SETTLED_AT)


def _paid_where_refunds_fail(world: World) -> None:
    _paid(world)
    world.api.books.refund_status = "failed"


@pytest.mark.parametrize(
    "recovery", [sweeps, webhooks_first, a_search_that_is_behind], ids=lambda one: one.__name__
)
def test_a_process_dies_at_9_points_of_a_charge(settings: Settings, recovery: Recovery) -> None:
    assert _told(settings, charge, recovery, paid_once_or_never_begun, "dies") == 9


@pytest.mark.parametrize("recovery", [sweeps, webhooks_first], ids=lambda one: one.__name__)
def test_a_process_dies_at_14_points_of_a_charge_that_asks_the_bank(
    settings: Settings, recovery: Recovery
) -> None:
    assert _told(settings, charge_with_the_bank, recovery, paid_or_given_up, "dies") == 14


def test_a_process_dies_at_9_points_of_a_declined_charge(settings: Settings) -> None:
    assert _told(settings, decline, sweeps, told_and_given_up, "dies") == 9


@pytest.mark.parametrize("recovery", [sweeps, webhooks_first], ids=lambda one: one.__name__)
def test_a_process_dies_at_10_points_of_a_refund(settings: Settings, recovery: Recovery) -> None:
    ends = given_back_once_or_never_begun
    assert _told(settings, refund, recovery, ends, "dies", before=_paid) == 10


def test_a_process_dies_at_6_points_of_a_refund_in_part(settings: Settings) -> None:
    ends = given_back_once_or_never_begun
    assert _told(settings, refund_in_part, sweeps, ends, "dies", before=_paid) == 6


def test_a_process_dies_at_12_points_of_a_refund_that_is_refused(settings: Settings) -> None:
    ends, before = refused_and_undone_or_never_begun, _paid_where_refunds_fail
    assert _told(settings, refund, sweeps, ends, "dies", before=before) == 12


def test_a_process_dies_at_8_points_of_a_capture(settings: Settings) -> None:
    ends = taken_as_weighed_or_still_held
    assert _told(settings, weigh, sweeps, ends, "dies", before=_held) == 8


def test_a_process_dies_at_8_points_of_money_let_go(settings: Settings) -> None:
    ends = let_go_or_still_held
    assert _told(settings, give_up_what_is_held, sweeps, ends, "dies", before=_held) == 8


def test_a_process_dies_at_16_points_of_a_payout(settings: Settings) -> None:
    assert _told(settings, pay_out, sweeps, paid_out_once, "dies", before=_earned) == 16


def test_a_connection_is_lost_at_2_points_of_a_charge(settings: Settings) -> None:
    assert _told(settings, charge, sweeps, paid_once_or_never_begun, "is cut off") == 2


def test_a_connection_is_lost_at_6_points_of_a_charge_that_asks_the_bank(
    settings: Settings,
) -> None:
    assert _told(settings, charge_with_the_bank, sweeps, paid_or_given_up, "is cut off") == 6


def test_a_connection_is_lost_at_8_points_of_a_refund(settings: Settings) -> None:
    ends = given_back_once_or_never_begun
    assert _told(settings, refund, sweeps, ends, "is cut off", before=_paid) == 8


def test_a_connection_is_lost_at_12_points_of_a_payout(settings: Settings) -> None:
    assert _told(settings, pay_out, sweeps, paid_out_once, "is cut off", before=_earned) == 12


def test_a_connection_is_lost_at_4_points_of_a_capture(settings: Settings) -> None:
    ends = taken_as_weighed_or_still_held
    assert _told(settings, weigh, sweeps, ends, "is cut off", before=_held) == 4
