from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest
from pytest_django import Settings

from commerce.catalogue.models import Way
from commerce.orders.models import Order, OrderStatus
from commerce.payments.models import (
    Chargeback,
    ChargebackStatus,
    GatewayEvent,
    PaymentStatus,
    Refund,
    RefundStatus,
)
from commerce.settlement.queries import balances, trial_balance
from storefront.journeys.cancel_order import cancel_order
from storefront.journeys.confirm_payment import send_refunds
from storefront.journeys.hear_gateway import work_off_events
from storefront.notices.models import Notice
from tests.builders.journeys import NOW, a_mall, a_placed_order
from tests.builders.webhooks import a_stripe, events, hear, tell
from tests.ports.fakes.stripe_api import StripeApi
from tests.ports.fakes.stripe_books import AUTHENTICATES, DISPUTED, SILENT

pytestmark = pytest.mark.django_db

SOON = NOW + timedelta(minutes=1)


@pytest.fixture
def api(settings: Settings) -> StripeApi:
    return a_stripe(settings)


def an_order_by(card: str) -> Order:
    """Two bundles of greens to a door, for 6,500 won."""
    mall = a_mall()
    return a_placed_order(mall, goods=((mall.spinach, Way.DELIVERY),), card_token=card)


def status_of(order: Order) -> str:
    return Order.objects.get(pk=order.pk).status


def test_a_success_nobody_heard_of_confirms_the_order(api: StripeApi) -> None:
    order = an_order_by(SILENT)
    assert order.payments.get().status == PaymentStatus.CHARGING
    (told,) = events(api, "payment_intent.succeeded")
    hear(api, told)
    assert work_off_events(now=SOON, limit=10) == 1
    assert status_of(order) == OrderStatus.CONFIRMED
    assert balances() == {"gateway": order.total_won, "held": -order.total_won}


def test_a_charge_is_found_by_its_reference_while_the_search_is_behind(api: StripeApi) -> None:
    order = an_order_by(SILENT)
    api.books.searchable = False
    hear(api, events(api, "payment_intent.succeeded")[0])
    work_off_events(now=SOON, limit=10)
    assert status_of(order) == OrderStatus.CONFIRMED


def test_a_shopper_who_never_came_back_from_the_bank_has_an_order_all_the_same(
    api: StripeApi,
) -> None:
    order = an_order_by(AUTHENTICATES)
    (intent,) = api.books.of("payment_intent")
    api.books.bank_decides(intent, approves=True)
    hear(api, events(api, "payment_intent.succeeded")[0])
    work_off_events(now=SOON, limit=10)
    assert status_of(order) == OrderStatus.CONFIRMED


def test_what_an_event_claims_is_not_believed(api: StripeApi) -> None:
    order = an_order_by(AUTHENTICATES)
    (intent,) = api.books.of("payment_intent")
    hear(api, tell(api, "payment_intent.succeeded", intent | {"status": "succeeded"}))
    work_off_events(now=SOON, limit=10)
    assert status_of(order) == OrderStatus.PLACED
    assert order.payments.get().status == PaymentStatus.CHARGING


def test_events_twice_and_in_any_order_do_what_one_does(api: StripeApi) -> None:
    order = an_order_by(AUTHENTICATES)
    (intent,) = api.books.of("payment_intent")
    waiting = tell(api, "payment_intent.requires_action", intent)
    api.books.bank_decides(intent, approves=True)
    (paid,) = events(api, "payment_intent.succeeded")
    for told in (paid, waiting, paid, waiting):
        hear(api, told)
        work_off_events(now=SOON, limit=10)
    assert status_of(order) == OrderStatus.CONFIRMED
    assert Notice.objects.filter(kind="order_confirmed").count() == 1
    assert balances() == {"gateway": order.total_won, "held": -order.total_won}


def a_refund_under_way(api: StripeApi) -> Refund:
    order = an_order_by("pm_card_visa")
    api.books.refund_status = "pending"
    cancel_order(order=order, reason="shopper", now=SOON)
    send_refunds(now=SOON)
    refund = Refund.objects.get()
    assert refund.status == RefundStatus.OPEN
    return refund


def test_a_refund_that_took_days_is_done_when_the_gateway_says_so(api: StripeApi) -> None:
    refund = a_refund_under_way(api)
    (made,) = api.books.of("refund")
    made["status"] = "succeeded"
    hear(api, tell(api, "refund.updated", made))
    work_off_events(now=SOON, limit=10)
    refund.refresh_from_db()
    assert (refund.status, refund.done_at) == (RefundStatus.DONE, SOON)
    assert not any(balances().values())


def test_a_refund_that_failed_is_undone_in_the_ledger(api: StripeApi) -> None:
    refund = a_refund_under_way(api)
    (made,) = api.books.of("refund")
    made["status"] = "failed"
    hear(api, tell(api, "refund.failed", made))
    work_off_events(now=SOON, limit=10)
    refund.refresh_from_db()
    assert refund.status == RefundStatus.REFUSED
    assert balances() == {"gateway": refund.amount_won, "held": -refund.amount_won}


def test_a_refund_that_fails_after_it_was_done_is_booked_back(api: StripeApi) -> None:
    """Some banks take days to say that the shopper's account is closed."""
    refund = a_refund_under_way(api)
    (made,) = api.books.of("refund")
    made["status"] = "succeeded"
    send_refunds(now=SOON)
    made["status"] = "failed"
    for _ in range(2):
        hear(api, tell(api, "refund.failed", made))
    work_off_events(now=SOON, limit=10)
    refund.refresh_from_db()
    assert (refund.status, refund.payment.refunded_won) == (RefundStatus.REFUSED, 0)
    assert balances() == {"gateway": refund.amount_won, "held": -refund.amount_won}
    assert len(api.books.of("refund")) == 1


def test_a_refund_that_is_done_stays_done_however_often_it_is_told(api: StripeApi) -> None:
    refund = a_refund_under_way(api)
    (made,) = api.books.of("refund")
    made["status"] = "succeeded"
    send_refunds(now=SOON)
    hear(api, tell(api, "refund.updated", made))
    work_off_events(now=SOON, limit=10)
    refund.refresh_from_db()
    assert refund.status == RefundStatus.DONE
    assert len(api.books.of("refund")) == 1


def dispute_of(api: StripeApi, status: str) -> dict[str, Any]:
    """It has moved on, and the gateway says so."""
    (dispute,) = api.books.of("dispute")
    dispute["status"] = status
    return tell(api, "charge.dispute.updated", dispute)


def test_a_dispute_takes_the_won_out_of_what_the_gateway_owes(api: StripeApi) -> None:
    order = an_order_by(DISPUTED)
    hear(api, dispute_of(api, "needs_response"))
    work_off_events(now=SOON, limit=10)
    row = Chargeback.objects.get()
    assert (row.payment.order, row.amount_won) == (order, order.total_won)
    assert (row.status, row.opened_at, row.ended_at) == (ChargebackStatus.OPEN, SOON, None)
    won = order.total_won
    assert balances() == {"gateway": 0, "held": -won, "disputed": won}


@pytest.mark.parametrize(
    ("ended", "where"),
    [("won", {"gateway": 1, "disputed": 0}), ("lost", {"gateway": 0, "disputed": 0, "fees": 1})],
)
def test_what_the_bank_decides_is_booked_once(
    api: StripeApi, ended: str, where: dict[str, int]
) -> None:
    order = an_order_by(DISPUTED)
    for status in ("needs_response", ended, ended):
        hear(api, dispute_of(api, status))
        work_off_events(now=SOON, limit=10)
    won = order.total_won
    expected = {"held": -won} | {kind: one * won for kind, one in where.items()}
    assert balances() == expected
    assert Chargeback.objects.get().ended_at == SOON


def test_a_warning_moves_no_money(api: StripeApi) -> None:
    order = an_order_by(DISPUTED)
    for status in ("warning_needs_response", "warning_closed"):
        hear(api, dispute_of(api, status))
        work_off_events(now=SOON, limit=10)
    assert balances() == {"gateway": order.total_won, "held": -order.total_won}
    assert Chargeback.objects.get().status == ChargebackStatus.WON


def test_a_dispute_lost_before_we_heard_of_it_is_booked_whole(api: StripeApi) -> None:
    order = an_order_by(DISPUTED)
    hear(api, dispute_of(api, "lost"))
    work_off_events(now=SOON, limit=10)
    won = order.total_won
    assert balances() == {"gateway": 0, "held": -won, "disputed": 0, "fees": won}


@pytest.mark.parametrize("order_of", list(permutations(["needs_response", "under_review", "lost"])))
def test_a_disputes_stages_read_in_any_order_end_alike(
    api: StripeApi, order_of: tuple[str, ...]
) -> None:
    """Two workers may read one after the other and write the other way round."""
    order = an_order_by(DISPUTED)
    for status in order_of:
        hear(api, dispute_of(api, status))
        work_off_events(now=SOON, limit=10)
    won = order.total_won
    assert Chargeback.objects.get().status == ChargebackStatus.LOST
    assert balances() == {"gateway": 0, "held": -won, "disputed": 0, "fees": won}
    assert trial_balance() == 0


def test_a_dispute_is_asked_for_again_while_the_gateway_is_silent(api: StripeApi) -> None:
    an_order_by(DISPUTED)
    hear(api, dispute_of(api, "lost"))
    api.down = True
    work_off_events(now=SOON, limit=10)
    event = GatewayEvent.objects.get()
    assert (event.done_at, event.last_error) == (None, "GatewayUnavailable")
    api.down = False
    work_off_events(now=SOON + timedelta(minutes=5), limit=10)
    assert Chargeback.objects.get().status == ChargebackStatus.LOST


def test_a_dispute_of_nobodys_charge_is_done_with(api: StripeApi) -> None:
    order = an_order_by(DISPUTED)
    order.payments.update(gateway_reference="pi_elsewhere")
    hear(api, dispute_of(api, "lost"))
    work_off_events(now=SOON, limit=10)
    assert not Chargeback.objects.exists()
    assert GatewayEvent.objects.get().done_at == SOON
