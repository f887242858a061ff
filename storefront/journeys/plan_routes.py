"""The evening's planning: consignments become routes; then the plan is published to the drivers."""

from collections.abc import Callable
from datetime import date, datetime

from django.conf import settings

from logistics.network.queries import depot as depot_by_code
from logistics.planning import actions as planning
from logistics.planning.advice import advise
from logistics.planning.models import Plan
from logistics.routing.solution import OnProgress, Progress
from storefront.journeys import replan_routes
from storefront.live import channels
from storefront.live.publish import changed, telling


def plan(
    *,
    depot_code: str,
    on_date: date,
    seconds: float,
    seed: int,
    now: datetime,
    on_progress: OnProgress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Plan:
    """A draft plan for the depot's day. ``on_progress`` is told of every better one; once
    ``cancelled()``, the draft is the best so far.

    No transaction is open while the solver thinks. DEPOT_UNKNOWN.
    """
    depot = depot_by_code(depot_code)
    channel = channels.plan(depot_code)

    say = telling(channel, seconds)

    def tell(progress: Progress) -> None:
        say(progress)
        if on_progress is not None:
            on_progress(progress)

    draft = planning.plan_day(
        depot=depot,
        on_date=on_date,
        seconds=seconds,
        seed=seed,
        now=now,
        on_progress=tell,
        cancelled=cancelled,
        threads=settings.PLAN_THREADS,
    )
    changed(channel)
    advise(draft)
    changed(channel)
    return draft


def publish(*, plan: Plan, now: datetime) -> Plan:
    """Give the plan to its drivers. PLAN_STALE, PLAN_VIOLATION: nothing is published."""
    if plan.replanned_at is not None:
        return replan_routes.publish(plan=plan, now=now)
    published = planning.publish(plan=plan, now=now)
    changed(channels.plan(plan.depot.code))
    replan_routes.tell_drivers(published)
    return published
