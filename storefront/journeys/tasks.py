"""Celery's doors to the journeys. Beat finds all that is due, so a lost wake-up costs only time."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from commerce.core.errors import CoreUnavailable
from commerce.product_sheets import actions as sheets
from commerce.receipts import actions as cash_receipts
from commerce.stock import holding as goods
from drivethrough.screenings import actions as screenings
from drivethrough.slots import actions as slots
from logistics.errors import LogisticsError
from logistics.network.models import Depot
from logistics.planning import choices as choosing
from logistics.planning import what_if
from logistics.road_matrix.errors import RoadsSilent
from storefront.journeys import (
    call_off_screening,
    cancel_order,
    choose_instead,
    close_day,
    compare_core,
    confirm_payment,
    cut_harvest,
    displace_cars,
    erase_person,
    fill_shelves,
    hear_gateway,
    offer_bays,
    offer_places,
    open_days,
    plan_routes,
    renew_subscriptions,
    replan_routes,
    send_parcel,
    settle_merchants,
    substitute,
    voucher_programmes,
)
from storefront.journeys import catch_up_core as catching_up
from storefront.journeys import remind_tills as reminding
from storefront.journeys import tell_core as telling
from storefront.journeys import tell_turns as turn_telling
from storefront.journeys import try_change as change_trial
from storefront.journeys import write_products as writing
from storefront.live import channels, under_way
from storefront.live.publish import changed

EVENTS_AT_ONCE = 200


@shared_task
def charge_open_payments() -> None:
    """Forgotten and unknown charges, then orders nobody paid in time, then refunds to send."""
    now = timezone.now()
    confirm_payment.charge_forgotten(now=now)
    confirm_payment.sweep_unknown(now=now)
    confirm_payment.take_held(now=now)
    cancel_order.expire_unpaid(now=now)
    confirm_payment.send_refunds(now=now)


@shared_task
def issue_cash_receipts() -> None:
    cash_receipts.issue_due(now=timezone.now())


@shared_task
def tell_core() -> None:
    telling.tell_core(now=timezone.now())


@shared_task
def catch_up_core() -> None:
    """What has changed in a core elsewhere, told of or not."""
    catching_up.catch_up(now=timezone.now())


# A core that is being restarted: after 1, 2, 4, 8 and 16 minutes.
@shared_task(autoretry_for=(CoreUnavailable,), retry_backoff=60, retry_jitter=False, max_retries=5)
def compare_with_core() -> None:
    compare_core.compare_core(now=timezone.now())


@shared_task
def follow_gateway_events() -> None:
    """Right after one came in, and every few seconds for those whose wake-up was lost."""
    hear_gateway.work_off_events(now=timezone.now(), limit=EVENTS_AT_ONCE)


@shared_task
def expire_holds() -> None:
    slots.expire_holds(now=timezone.now())
    screenings.expire_holds(now=timezone.now())
    goods.expire(now=timezone.now())


@shared_task
def end_kept_data() -> None:
    erase_person.end_kept(now=timezone.now())


@shared_task
def end_unanswered_substitutes() -> None:
    substitute.end_unanswered(now=timezone.now())


@shared_task
def mind_slots() -> None:
    """Cars that lost their slot: whoever was not asked yet, or has not answered. Then the places
    that have come free, for those who wait."""
    now = timezone.now()
    displace_cars.offer_others(now=now)
    choose_instead.end_unanswered(now=now)
    offer_places.offer_places(now=now)


@shared_task
def mind_screenings() -> None:
    """As ``mind_slots``, for bays: the day was shut, nobody answered, a bay has come free."""
    now = timezone.now()
    call_off_screening.follow_closings(now=now)
    call_off_screening.end_unanswered(now=now)
    offer_bays.offer_bays(now=now)


@shared_task
def tell_turns() -> None:
    turn_telling.tell_turns(now=timezone.now())


@shared_task
def finish_cuts() -> None:
    """Short harvests whose cut was begun and not finished."""
    cut_harvest.finish_cuts(now=timezone.now())


@shared_task
def end_parcels() -> None:
    """Sent, or brought back, some days ago, and nobody said or did anything."""
    now = timezone.now()
    send_parcel.take_as_come(now=now)
    send_parcel.pay_back_forgotten(now=now)


@shared_task
def open_days_ahead() -> None:
    open_days.open_days(now=timezone.now())


@shared_task
def renew_due() -> None:
    renew_subscriptions.renew_due(now=timezone.now())


@shared_task
def plan_tomorrow() -> None:
    tomorrow = timezone.localdate() + timedelta(days=1)
    for depot in Depot.objects.order_by("code"):
        plan_depot.delay(depot.code, tomorrow.isoformat(), 1)


@contextmanager
def _search(depot_code: str, on_date: date, now: datetime) -> Iterator[None]:
    """Shown on the day's page until its plan is there, or can not be made."""
    under_way.join(depot_code, on_date, now)
    try:
        yield
    except LogisticsError as refusal:
        if not refusal.retryable:
            under_way.over(depot_code, on_date)
            changed(channels.plan(depot_code))
        raise


# A road server that is being restarted: after 1, 2, 4, 8 and 16 minutes.
@shared_task(autoretry_for=(RoadsSilent,), retry_backoff=60, retry_jitter=False, max_retries=5)
def plan_depot(depot_code: str, on_date: str, seed: int) -> None:
    """The dispatcher's «plan now» and the evening's run are the same work."""
    now, day = timezone.now(), date.fromisoformat(on_date)
    with _search(depot_code, day, now):
        plan_routes.plan(
            depot_code=depot_code,
            on_date=day,
            seconds=settings.PLAN_SECONDS,
            seed=seed,
            now=now,
            on_progress=partial(under_way.tell, depot_code, day),
            cancelled=under_way.stop_asked(depot_code, day),
        )


@shared_task(autoretry_for=(RoadsSilent,), retry_backoff=5, retry_jitter=False, max_retries=3)
def replan_depot(depot_code: str, choices: dict[str, Any], key: str, seed: int) -> None:
    """The dispatcher's «re-plan from now»."""
    now = timezone.now()
    today = timezone.localdate(now)
    with _search(depot_code, today, now):
        replan_routes.replan(
            depot_code=depot_code,
            choices=choosing.read(choices),
            key=key,
            seed=seed,
            now=now,
            on_progress=partial(under_way.tell, depot_code, today),
            cancelled=under_way.stop_asked(depot_code, today),
        )


@shared_task
def try_change(what_if_reference: str) -> None:
    asked = what_if.what_if(what_if_reference)
    if asked is not None:
        change_trial.try_change(asked=asked, seconds=settings.PLAN_SECONDS)


@shared_task
def write_products(import_reference: str) -> None:
    """The merchant's «write them»."""
    writing.write_products(reference=import_reference, now=timezone.now)


@shared_task
def write_waiting_products() -> None:
    """Files whose worker died, or that nobody was woken up for."""
    for reference in sheets.to_write():
        writing.write_products(reference=reference, now=timezone.now)
    sheets.forget_unconfirmed(now=timezone.now())


@shared_task
def fill_daily_stock() -> None:
    """After midnight in Seoul all of it; during the day what was forgotten."""
    fill_shelves.fill_shelves(now=timezone.now())


@shared_task
def close_yesterday() -> None:
    """Late in the night, when the last phones have sent what they had."""
    yesterday = timezone.localdate() - timedelta(days=1)
    close_day.close_day(until_on=yesterday, now=timezone.now())


@shared_task
def send_payouts() -> None:
    """Settlements that the gateway sends to merchants; the others wait for a person."""
    settle_merchants.send_payouts(now=timezone.now())


@shared_task
def settle_week() -> None:
    """On Monday morning, for all that was handed over until Sunday; two operators say yes to it."""
    until_on = timezone.localdate() - timedelta(days=1)
    settle_merchants.settle_until(until_on=until_on, now=timezone.now())


@shared_task
def remind_tills() -> None:
    """Who holds money taken on site is told how much."""
    reminding.remind_tills(now=timezone.now())


@shared_task
def expire_vouchers() -> None:
    """Those whose last day was yesterday, or any day before."""
    voucher_programmes.expire_vouchers(now=timezone.now())
