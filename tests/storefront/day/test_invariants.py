"""Each invariant, broken on purpose behind the constraints' back: it is reported, and it alone."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.models import F

from commerce.books.models import Bundle, Loan
from commerce.boxes.models import Renewal
from commerce.catalogue.models import Way
from commerce.core.models import CoreOrder
from commerce.harvests.models import Harvest, HarvestShare
from commerce.orders.models import Fulfilment, Order, OrderLine
from commerce.parcels.models import Parcel
from commerce.payments.models import Payment, Refund
from commerce.settlement.models import (
    LedgerAccount,
    LedgerEntry,
    Payout,
    SettlementRun,
    TillCount,
)
from commerce.stock.models import Allocation, StockRecord
from commerce.vouchers.models import Programme, Voucher
from drivethrough.queue.models import Arrival
from drivethrough.rebooking.models import Displacement
from drivethrough.screenings.models import Ticket, TicketStatus
from drivethrough.slots import pickup_stock
from drivethrough.slots.models import TAKES_A_PLACE, Booking, PickupStock, Slot, Waiting
from logistics.consignments.models import Consignment
from logistics.delivery_windows.models import DeliveryWindow
from logistics.planning.models import Plan, Route, Stop, StopTask
from storefront.day.invariants import INVARIANTS, check, check_all
from storefront.notices.models import Notice
from tests.builders import books
from tests.builders.day import HealthyDay, a_healthy_day
from tests.builders.journeys import NOW, TOMORROW, goods_part
from tests.builders.vouchers import a_programme, a_voucher

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def day(django_db_setup: None, django_db_blocker) -> Iterator[HealthyDay]:
    """Built once; every test breaks it inside a savepoint of its own."""
    whole = transaction.atomic()
    whole._from_testcase = True  # as Django's own TestCase: durable blocks may run inside
    with django_db_blocker.unblock(), whole:
        yield a_healthy_day()
        transaction.set_rollback(True)


def _without(table: str, *names: str) -> None:
    """Drops constraints and unique indexes of the table, until the test is rolled back."""
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        for name in names:
            cursor.execute(f"alter table {table} drop constraint if exists {name}")
            cursor.execute(f"drop index if exists {name}")


def _without_triggers(table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        cursor.execute(f"alter table {table} disable trigger user")


def _oversell(day: HealthyDay) -> None:
    _without("commerce_stockrecord", "stock_never_oversold")
    StockRecord.objects.filter(variant=day.mall.strawberries).update(on_hand=0)


def _lose_count_of_stock(day: HealthyDay) -> None:
    StockRecord.objects.filter(variant=day.mall.strawberries).update(allocated=3)


def _lose_a_bay(day: HealthyDay) -> None:
    Ticket.objects.filter(pk=day.ticket.pk).update(status=TicketStatus.EXPIRED)


def _overfill_a_slot(day: HealthyDay) -> None:
    _without("drivethrough_slot", "slot_never_overfull")
    Slot.objects.filter(pk=day.mall.slot.pk).update(capacity_cars=0)


def _book_more_than_can_be_prepared(day: HealthyDay) -> None:
    _without("drivethrough_slot", "slot_never_more_than_can_be_prepared")
    Booking.objects.filter(slot=day.mall.slot).update(preparation_seconds=600)
    live = Booking.objects.filter(slot=day.mall.slot, status__in=TAKES_A_PLACE)
    Slot.objects.filter(pk=day.mall.slot.pk).update(
        capacity_preparation_seconds=1, taken_preparation_seconds=600 * live.count()
    )


def _lose_count_of_preparation(day: HealthyDay) -> None:
    Slot.objects.filter(pk=day.mall.slot.pk).update(taken_preparation_seconds=60)


def _limit_a_date(day: HealthyDay) -> None:
    """The day's strawberries, to what is booked and one more."""
    variant = day.mall.strawberries
    taken = pickup_stock.taken_of(day.mall.site, TOMORROW, variant.reference)
    assert taken
    pickup_stock.state(
        site=day.mall.site,
        on_date=TOMORROW,
        item_reference=variant.reference,
        amount=taken + 1,
        now=NOW,
    )


def _oversell_a_date(day: HealthyDay) -> None:
    _limit_a_date(day)
    _without("drivethrough_pickupstock", "pickup_stock_never_oversold")
    PickupStock.objects.update(amount=0)


def _lose_count_of_a_date(day: HealthyDay) -> None:
    _limit_a_date(day)
    PickupStock.objects.update(taken=0)


def _forget_a_limit_in_a_slot(day: HealthyDay) -> None:
    _limit_a_date(day)
    Slot.objects.filter(pk=day.mall.slot.pk).update(limited_items=[])


def _lose_count_of_a_slot(day: HealthyDay) -> None:
    Slot.objects.filter(pk=day.mall.slot.pk).update(taken_cars=0)


def _overfill_a_window(day: HealthyDay) -> None:
    _without("logistics_deliverywindow", "window_never_overfull")
    DeliveryWindow.objects.filter(pk=day.mall.window.pk).update(capacity_stops=0)


def _lose_count_of_a_window(day: HealthyDay) -> None:
    DeliveryWindow.objects.filter(pk=day.mall.window.pk).update(taken_stops=3)


def _lend_a_bundle_twice(day: HealthyDay) -> None:
    _without("commerce_loan", "bundle_with_at_most_one_family")
    loan = Loan.objects.get(bundle=day.mall.bundle)
    Loan.objects.create(
        key="again",
        bundle=day.mall.bundle,
        child=books.a_child(),
        status=loan.status,
        requested_at=NOW,
        status_changed_at=NOW,
    )


def _mislay_a_bundle(day: HealthyDay) -> None:
    Bundle.objects.filter(pk=day.mall.bundle.pk).update(status="available")


def _miscount_an_order(day: HealthyDay) -> None:
    Order.objects.filter(pk=day.served.pk).update(
        goods_won=F("goods_won") + 1, delivery_won=F("delivery_won") - 1
    )


def _lose_a_payment(day: HealthyDay) -> None:
    Payment.objects.filter(order=day.served).update(status="declined")


def _take_in_a_deposit_beside_the_ledger(day: HealthyDay) -> None:
    called_off = Payment.objects.create(
        order=day.served, method="transfer", status="cancelled", amount_won=900, opened_at=NOW
    )
    called_off.deposits.create(
        key="d" * 16,
        depositor="김영희",
        amount_won=900,
        deposited_at=NOW,
        recorded_by="USR-1",
        recorded_at=NOW,
    )


def _forget_a_part(day: HealthyDay) -> None:
    Fulfilment.objects.filter(order=day.coming).update(promised_until=NOW)


def _hand_over_what_is_on_the_shelf(day: HealthyDay) -> None:
    line = OrderLine.objects.filter(fulfilment=goods_part(day.served, Way.DELIVERY)).first()
    Allocation.objects.filter(line_reference=line.reference).update(status="released")


def _tell_the_core_too_little(day: HealthyDay) -> None:
    CoreOrder.objects.filter(group=day.served.reference).update(charged_won=0)


def _reopen_an_order(day: HealthyDay) -> None:
    Order.objects.filter(pk=day.served.pk).update(status="confirmed")


def _lose_a_booking(day: HealthyDay) -> None:
    """A served part opened again would be late too, so the box is sent to the gate instead."""
    Fulfilment.objects.filter(order=day.coming).update(way=Way.DRIVE_THROUGH)


def _move_a_booking_alone(day: HealthyDay) -> None:
    part = goods_part(day.served, Way.DRIVE_THROUGH)
    Fulfilment.objects.filter(pk=part.pk).update(promised_from=part.promised_until)


def _forget_a_displaced_car(day: HealthyDay) -> None:
    booking = Booking.objects.filter(slot=day.mall.slot).first()
    Displacement.objects.create(
        booking=booking,
        slot=day.mall.slot,
        otherwise="refund",
        made_at=NOW,
        answer_until=NOW,
    )


def _offer_a_place_that_is_served(day: HealthyDay) -> None:
    Waiting.objects.create(
        key="waits",
        site=day.mall.site,
        from_at=day.mall.slot.starts_at,
        until_at=day.mall.slot.ends_at,
        owner_reference="ada",
        status="offered",
        booking=Booking.objects.filter(slot=day.mall.slot).first(),
        joined_at=NOW,
        offered_at=NOW,
    )


def _ask_nobody_to_bring(day: HealthyDay) -> None:
    part = day.coming.fulfilments.get()
    Consignment.objects.filter(owner_reference=part.reference).delete()


def _send_without_a_number(day: HealthyDay) -> None:
    part = Fulfilment.objects.filter(order=day.coming)
    Consignment.objects.filter(owner_reference__in=part.values("reference")).delete()
    part.update(way=Way.PARCEL, status="out")


def _forget_a_box(day: HealthyDay) -> None:
    Renewal.objects.filter(pk=day.renewal.pk).update(status="due", order_reference="")


def _refund_too_much(day: HealthyDay) -> None:
    _without("commerce_payment", "refunded_at_most_paid")
    payment = Payment.objects.filter(order=day.given_up)
    payment.update(refunded_won=F("amount_won") + 1)


def _keep_what_is_owed(day: HealthyDay) -> None:
    refund = Refund.objects.filter(payment__order=day.given_up).first()
    Payment.objects.filter(pk=refund.payment_id).update(
        refunded_won=F("refunded_won") - refund.amount_won
    )
    Refund.objects.filter(pk=refund.pk).update(status="refused")


def _leave_a_refund_unsent(day: HealthyDay) -> None:
    Refund.objects.filter(payment__order=day.given_up).update(status="open")


def _write(day: HealthyDay, *entries: tuple[str, int]) -> None:
    _without_triggers("commerce_ledgerentry")
    journal = day.served.reference
    posted = LedgerEntry.objects.filter(journal__order_reference=journal).first()
    for kind, won in entries:
        account, _ = LedgerAccount.objects.get_or_create(kind=kind, owner_reference="")
        LedgerEntry.objects.create(journal=posted.journal, account=account, amount_won=won)


def _unbalance_a_journal(day: HealthyDay) -> None:
    _write(day, ("bank", 100))


def _hold_back_money(day: HealthyDay) -> None:
    _write(day, ("held", -100), ("bank", 100))


def _unsettle_an_entry(day: HealthyDay) -> None:
    _without_triggers("commerce_ledgerentry")
    settled = LedgerEntry.objects.filter(settlement__isnull=False).first()
    LedgerEntry.objects.filter(pk=settled.pk).update(settlement=None)


def _miscount_a_run(day: HealthyDay) -> None:
    SettlementRun.objects.update(total_won=F("total_won") + 1)


def _drive_too_early(day: HealthyDay) -> None:
    # ``now`` is within a week of the plan's day.
    Stop.objects.filter(route__plan=day.plan).update(load_grams_after=10**9)


def _plan_a_consignment_twice(day: HealthyDay) -> None:
    """In a plan too old to be reckoned anew."""
    task = StopTask.objects.select_related("stop__route").first()
    old = Plan.objects.get(pk=day.plan.pk)
    old.pk, old.reference, old.on_date = None, "PLN-OLD", NOW.date().replace(month=1)
    old.save()
    route = Route.objects.get(pk=task.stop.route_id)
    route.pk, route.reference, route.plan = None, "RTE-OLD", old
    route.save()
    stop = task.stop
    stop.pk, stop.reference, stop.route = None, "STP-OLD", route
    stop.save()
    StopTask.objects.create(stop=stop, consignment=task.consignment)


def _send_what_no_book_knows(day: HealthyDay) -> None:
    Payout.objects.update(status="done")


def _reject_what_is_paid(day: HealthyDay) -> None:
    _without("commerce_settlementrun", "run_paid_only_when_approved", "run_rejected_with_a_reason")
    SettlementRun.objects.update(status="rejected")


def _tell_twice(day: HealthyDay) -> None:
    _without("storefront_notice", "storefront_notice_key_key")
    first = Notice.objects.first()
    first.pk = None
    first.save()


def _share_out_too_much(day: HealthyDay) -> None:
    line = OrderLine.objects.filter(variant=day.mall.strawberries).earliest("pk")
    harvest = Harvest.objects.create(
        key="cut",
        site_reference=day.mall.site.reference,
        variant=day.mall.strawberries,
        on_date=TOMORROW,
        ordered=3,
        picked=1,
        declared_at=day.now,
    )
    HarvestShare.objects.create(harvest=harvest, line=line, ordered=3, gets=2, done_at=day.now)


def _serve_a_car_unseen(day: HealthyDay) -> None:
    booking = Booking.objects.earliest("pk")
    Arrival.objects.create(
        key="scan", site=booking.site, booking=booking, status="served", arrived_at=day.now
    )


def _lose_count_of_a_voucher(day: HealthyDay) -> None:
    Voucher.objects.filter(pk=a_voucher(1_000, now=day.now).pk).update(used_won=1)


def _overstate_a_budget(day: HealthyDay) -> None:
    Programme.objects.filter(pk=a_programme(now=day.now).pk).update(budget_won=F("budget_won") + 1)


def _spend_vouchers_nobody_has(day: HealthyDay) -> None:
    _write(day, ("voucher", 100), ("bank", -100))


def _take_money_no_payment_knows(day: HealthyDay) -> None:
    _write(day, ("till", 100), ("bank", -100))
    account = LedgerAccount.objects.create(kind="till", owner_reference="DRV-1")
    LedgerEntry.objects.filter(account__kind="till").update(
        account=account, line_reference="LIN-NOBODYS"
    )


def _expect_what_no_entry_says(day: HealthyDay) -> None:
    TillCount.objects.create(
        key="by hand",
        till_reference="DRV-1",
        expected_cash_won=100,
        counted_cash_won=100,
        expected_slips_won=0,
        counted_slips_won=0,
        counted_by="minsu",
        counted_at=day.now,
    )


BREAKS: dict[str, Callable[[HealthyDay], None]] = {
    "stock_is_never_oversold": _oversell,
    "stock_counts_its_allocations": _lose_count_of_stock,
    "slots_are_never_overfull": _overfill_a_slot,
    "slots_have_time_to_prepare": _book_more_than_can_be_prepared,
    "slots_count_their_preparation": _lose_count_of_preparation,
    "dates_are_never_oversold": _oversell_a_date,
    "dates_count_their_bookings": _lose_count_of_a_date,
    "slots_know_what_their_date_limits": _forget_a_limit_in_a_slot,
    "slots_count_their_bookings": _lose_count_of_a_slot,
    "windows_are_never_overfull": _overfill_a_window,
    "windows_count_their_places": _lose_count_of_a_window,
    "bundles_are_with_one_family": _lend_a_bundle_twice,
    "bundles_are_where_their_loans_say": _mislay_a_bundle,
    "orders_add_up": _miscount_an_order,
    "confirmed_parts_are_paid_for": _lose_a_payment,
    "vouchers_count_their_use": _lose_count_of_a_voucher,
    "budgets_are_never_overspent": _overstate_a_budget,
    "voucher_books_agree": _spend_vouchers_nobody_has,
    "parts_end_in_time": _forget_a_part,
    "parts_end_once": _hand_over_what_is_on_the_shelf,
    "core_agrees_with_parts": _tell_the_core_too_little,
    "orders_end_with_their_parts": _reopen_an_order,
    "gate_parts_have_their_booking": _lose_a_booking,
    "bays_are_their_owners": _lose_a_bay,
    "gate_promises_are_their_slots": _move_a_booking_alone,
    "displaced_cars_are_answered": _forget_a_displaced_car,
    "offers_are_of_held_places": _offer_a_place_that_is_served,
    "harvests_are_shared_out": _share_out_too_much,
    "served_cars_were_seen_to_be": _serve_a_car_unseen,
    "home_parts_are_asked_of_logistics": _ask_nobody_to_bring,
    "parcels_are_sent_by_their_merchants": _send_without_a_number,
    "boxes_are_all_explained": _forget_a_box,
    "refunds_are_at_most_what_was_paid": _refund_too_much,
    "cancelled_parts_are_given_back": _keep_what_is_owed,
    "money_under_way_arrives": _leave_a_refund_unsent,
    "deposits_are_whose_they_are": _take_in_a_deposit_beside_the_ledger,
    "tills_hold_what_was_taken": _take_money_no_payment_knows,
    "till_counts_cover_what_they_expect": _expect_what_no_entry_says,
    "ledger_sums_to_zero": _unbalance_a_journal,
    "nothing_is_held_for_ended_orders": _hold_back_money,
    "settlements_add_up": _unsettle_an_entry,
    "runs_add_up": _miscount_a_run,
    "paid_payouts_are_in_the_ledger": _send_what_no_book_knows,
    "settled_lines_are_in_one_run": _reject_what_is_paid,
    "published_plans_break_no_rule": _drive_too_early,
    "consignments_are_on_one_route": _plan_a_consignment_twice,
    "notices_are_unique": _tell_twice,
}


def test_a_healthy_day_breaks_nothing(day: HealthyDay) -> None:
    assert check_all(day.now) == []
    assert Booking.objects.exists()


def test_every_invariant_is_broken_here() -> None:
    assert set(BREAKS) == set(INVARIANTS)


@pytest.mark.parametrize("name", list(INVARIANTS))
def test_what_is_broken_is_reported_and_nothing_else(day: HealthyDay, name: str) -> None:
    with transaction.atomic():
        BREAKS[name](day)
        breaches = check_all(day.now)
        transaction.set_rollback(True)
    assert {breach.invariant for breach in breaches} == {name}
    assert all(breach.subject and breach.detail for breach in breaches)


def test_a_part_given_out_twice_is_seen_in_the_ledger(day: HealthyDay) -> None:
    with transaction.atomic():
        _write(day, ("held", 100), ("bank", -100))
        LedgerEntry.objects.filter(account__kind="held", line_reference="").update(
            line_reference="LIN-TWICE"
        )
        subjects = {breach.subject for breach in check("nothing_is_held_for_ended_orders", day.now)}
        transaction.set_rollback(True)
    assert subjects == {day.served.reference, "LIN-TWICE"}


def test_a_cancelled_part_whose_goods_left_is_reported(day: HealthyDay) -> None:
    lines = OrderLine.objects.filter(fulfilment__order=day.given_up).values("reference")
    with transaction.atomic():
        Allocation.objects.filter(line_reference__in=lines).update(status="issued")
        breaches = check("parts_end_once", day.now)
        transaction.set_rollback(True)
    parts = day.given_up.fulfilments.values_list("reference", flat=True)
    assert {breach.subject for breach in breaches} == set(parts)


def _say(day: HealthyDay, **facts: object) -> set[str]:
    """What is said of the box to come once it is a parcel, sent on Tuesday."""
    part = Fulfilment.objects.get(order=day.coming)
    moves = Consignment.objects.filter(owner_reference=part.reference)
    with transaction.atomic():
        if not facts.pop("by_van", False):
            moves.delete()
        Parcel.objects.create(
            key="press",
            fulfilment=part,
            courier="cj",
            number="1" * 12,
            sent_by="USR-1",
            sent_at=facts.pop("sent_at", day.now),
            written_at=day.now,
        )
        Fulfilment.objects.filter(pk=part.pk).update(way=Way.PARCEL, **facts)
        breaches = check("parcels_are_sent_by_their_merchants", day.now)
        transaction.set_rollback(True)
    return {breach.detail for breach in breaches}


def test_a_parcel_on_its_way_is_as_it_should_be(day: HealthyDay) -> None:
    assert _say(day, status="out") == set()


def test_a_number_of_what_nobody_sent_is_reported(day: HealthyDay) -> None:
    assert _say(day, status="ready") == {"ready, and its tracking number says otherwise"}


def test_a_parcel_of_which_nobody_hears_is_reported(day: HealthyDay) -> None:
    long_ago = day.now - timedelta(days=4)
    assert _say(day, status="out", sent_at=long_ago) == {"sent, and nobody said that it came"}


def test_a_parcel_in_a_van_is_reported(day: HealthyDay) -> None:
    assert _say(day, status="out", by_van=True) == {"a van was asked to bring it"}
