"""Sweeps run every half minute for years: none may read a table from end to end."""

import json
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoDbBlocker

from commerce.boxes.models import Renewal
from commerce.boxes.queries import due_renewals
from commerce.harvests.models import Harvest, HarvestShare
from commerce.orders.models import Fulfilment, Order
from commerce.payments.models import Chargeback, GatewayEvent, Payment, Refund
from commerce.payments.queries import chargebacks_open, events_given_up
from commerce.saleor.app.actions import work_off
from commerce.saleor.app.models import Delivery, ForeignOrder
from commerce.saleor.app.queries import given_up, orders_to_see_to
from commerce.settlement.models import Payout
from commerce.settlement.queries import refunds_not_undone
from drivethrough.queue.models import Turn
from drivethrough.rebooking.models import Displacement
from drivethrough.slots.actions import expire_holds
from drivethrough.slots.models import Booking, Waiting
from storefront.journeys.cancel_order import expire_unpaid
from storefront.journeys.choose_instead import end_unanswered
from storefront.journeys.close_day import close_day
from storefront.journeys.confirm_payment import charge_forgotten, send_refunds, sweep_unknown
from storefront.journeys.cut_harvest import finish_cuts
from storefront.journeys.displace_cars import offer_others
from storefront.journeys.hear_gateway import work_off_events
from storefront.journeys.offer_places import offer_places
from storefront.journeys.settle_merchants import send_payouts
from storefront.journeys.tell_turns import tell_turns
from storefront.notices.actions import send_due
from storefront.notices.models import Notice
from tests.builders.journeys import NOW
from tests.rolled_back import undone_at_the_end

pytestmark = pytest.mark.usefixtures("db", "years")

# They grow with every order; the others stay as large as the mall is.
GROWING = {
    "commerce_order",
    "commerce_fulfilment",
    "commerce_payment",
    "commerce_refund",
    "commerce_chargeback",
    "commerce_gatewayevent",
    "commerce_payout",
    "commerce_renewal",
    "commerce_delivery",
    "commerce_foreignorder",
    "commerce_harvest",
    "commerce_harvestshare",
    "drivethrough_booking",
    "drivethrough_displacement",
    "drivethrough_turn",
    "drivethrough_waiting",
    "storefront_notice",
}
SWEEPS: dict[str, Callable[[], object]] = {
    "forgotten charges": lambda: charge_forgotten(now=NOW),
    "unknown outcomes": lambda: sweep_unknown(now=NOW),
    "unpaid orders": lambda: expire_unpaid(now=NOW),
    "refunds to send": lambda: send_refunds(now=NOW),
    "a gateway's events": lambda: work_off_events(now=NOW, limit=1),
    "events given up": lambda: list(events_given_up()[:100]),
    "open disputes": lambda: list(chargebacks_open()[:100]),
    "payouts to send": lambda: send_payouts(now=NOW),
    "refunds not undone": lambda: list(refunds_not_undone()),
    "lapsed holds": lambda: expire_holds(now=NOW),
    "called-off cars": lambda: offer_others(now=NOW),
    "unanswered choices": lambda: end_unanswered(now=NOW),
    "free places": lambda: offer_places(now=NOW),
    "turns to tell": lambda: tell_turns(now=NOW),
    "cuts to finish": lambda: finish_cuts(now=NOW),
    "due boxes": lambda: list(due_renewals(NOW)),
    "the day's end": lambda: close_day(until_on=date(2026, 1, 1), now=NOW),
    "messages": lambda: send_due(now=NOW),
    "a Saleor's deliveries": lambda: work_off(handlers={}, now=NOW, limit=1),
    "deliveries given up": lambda: list(given_up()[:100]),
    "a Saleor's orders to see to": lambda: list(orders_to_see_to()[:100]),
}


@pytest.mark.parametrize("name", SWEEPS)
def test_a_sweep_finds_what_is_due_by_an_index(name: str) -> None:
    with CaptureQueriesContext(connection) as captured:
        SWEEPS[name]()
    asked = [query["sql"].strip() for query in captured]
    asked = [sql for sql in asked if sql.upper().startswith(("SELECT", "UPDATE", "WITH"))]
    assert asked
    assert {sql: found for sql in asked if (found := _read_whole(sql))} == {}


def test_control_a_question_without_an_index_reads_the_whole_table() -> None:
    assert _read_whole("SELECT id FROM commerce_payment WHERE decline_code = 'lost_card'")
    assert _read_whole("SELECT id FROM commerce_payment WHERE amount_won > 0 ORDER BY id")


@pytest.fixture(scope="module")
def years(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock(), undone_at_the_end():
        _years_pass()
        yield


def _years_pass() -> None:
    """A thousand rows in each growing table, all of them long ended, and known to the planner.

    Rows name one another as real ones do: where the numbers of two tables do not meet, the planner
    knows that a join ends at once.
    """
    many = range(1, 1_001)
    order: dict[str, Any] = {"goods_won": 1, "delivery_won": 0, "total_won": 1, "placed_at": NOW}
    part: dict[str, Any] = {"goods_won": 1, "delivery_won": 0, "promised_from": NOW}
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role TO replica")  # what they point to is not
        orders = Order.objects.bulk_create(
            Order(key=f"k{n}", customer_id=n, status="closed", **order) for n in many
        )
        Fulfilment.objects.bulk_create(
            Fulfilment(order=one, status="handed_over", promised_until=NOW, **part)
            for one in orders
        )
        payments = Payment.objects.bulk_create(
            Payment(order=one, status="paid", amount_won=1, method="card", opened_at=NOW)
            for one in orders
        )
        Refund.objects.bulk_create(
            Refund(payment=one, key=one.reference, amount_won=1, status="done", opened_at=NOW)
            for one in payments
        )
        Chargeback.objects.bulk_create(
            Chargeback(
                payment=one,
                gateway_reference=one.reference,
                amount_won=1,
                status="lost",
                opened_at=NOW,
            )
            for one in payments
        )
        Payout.objects.bulk_create(
            Payout(settlement_id=n, amount_won=1, status="done", opened_at=NOW) for n in many
        )
        GatewayEvent.objects.bulk_create(
            GatewayEvent(gateway="stripe", event_id=str(n), received_at=NOW, done_at=NOW)
            for n in many
        )
        Renewal.objects.bulk_create(
            Renewal(subscription_id=n, cycle_id=n, status="skipped") for n in many
        )
        bookings = Booking.objects.bulk_create(
            Booking(site_id=n, slot_id=n, key=f"k{n}", status="served", made_at=NOW) for n in many
        )
        ForeignOrder.objects.bulk_create(
            ForeignOrder(installation_id=n, order_id=str(n), read_at=NOW) for n in many
        )
        Displacement.objects.bulk_create(
            Displacement(
                booking=one,
                slot_id=one.slot_id,
                made_at=NOW,
                answer_until=NOW,
                answer="refund",
                answered_at=NOW,
            )
            for one in bookings
        )
        later = NOW + timedelta(hours=1)
        Waiting.objects.bulk_create(
            Waiting(
                key=f"k{n}",
                site_id=n,
                from_at=NOW,
                until_at=later,
                owner_reference=f"USR-{n}",
                status="left",
                joined_at=NOW,
            )
            for n in many
        )
        Turn.objects.bulk_create(Turn(booking=one, call_at=NOW) for one in bookings)
        harvests = Harvest.objects.bulk_create(
            Harvest(
                key=f"k{n}",
                site_reference="SIT-1",
                variant_id=n,
                on_date=NOW.date(),
                ordered=2,
                picked=1,
                declared_at=NOW,
                finished_at=NOW,
            )
            for n in many
        )
        HarvestShare.objects.bulk_create(
            HarvestShare(harvest=one, line_id=one.pk, ordered=2, gets=1, done_at=NOW)
            for one in harvests
        )
        Notice.objects.bulk_create(
            Notice(key=f"k{n}", kind="order_confirmed", status="sent", queued_at=NOW) for n in many
        )
        Delivery.objects.bulk_create(
            Delivery(installation_id=1, digest=str(n), own_echo=False, received_at=NOW, done_at=NOW)
            for n in many
        )
        for table in GROWING:
            cursor.execute(f"ANALYZE {table}")


def _read_whole(sql: str) -> list[str]:
    """Growing tables that would be read from end to end, in a row or along an index."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexrelid::regclass::text FROM pg_index WHERE indpred IS NOT NULL")
        partial = {name for (name,) in cursor.fetchall()}
        cursor.execute("SET LOCAL enable_seqscan TO off")
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}")
        (plan,) = cursor.fetchone()
    plan = json.loads(plan) if isinstance(plan, str) else plan
    return [
        node["Relation Name"]
        for node in _nodes(plan[0]["Plan"])
        if node.get("Relation Name") in GROWING and not _is_found(node, partial)
    ]


def _is_found(node: dict[str, Any], partial: set[str]) -> bool:
    """By a condition on an index, or all of an index that holds only what is due."""
    if node["Node Type"] in ("Bitmap Heap Scan", "ModifyTable"):
        return True  # the scan below it is looked at by itself
    return "Index Cond" in node or "TID Cond" in node or node.get("Index Name") in partial


def _nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A bitmap's index scan is told of its table."""
    yield node
    for below in node.get("Plans", ()):
        if node["Node Type"] == "Bitmap Heap Scan":
            below.setdefault("Relation Name", node["Relation Name"])
        yield from _nodes(below)
