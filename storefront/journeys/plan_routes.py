"""The evening's planning: consignments become routes; then the plan is published to the drivers."""

from collections.abc import Callable
from datetime import date, datetime

from logistics.network.queries import depot as depot_by_code
from logistics.planning import actions as planning
from logistics.planning.models import Plan
from storefront.live import channels
from storefront.live.publish import changed, send

Progress = Callable[[int, float], None]


def plan(
    *,
    depot_code: str,
    on_date: date,
    seconds: float,
    seed: int,
    now: datetime,
    on_progress: Progress | None = None,
) -> Plan:
    """A draft plan for the depot's day. ``on_progress(best_cost, elapsed_seconds)``.

    No transaction is open while the solver thinks. DEPOT_UNKNOWN.
    """
    depot = depot_by_code(depot_code)
    channel = channels.plan(depot_code)

    def tell(best: int, elapsed: float) -> None:
        send(channel, best=best, elapsed=round(elapsed, 1), limit=seconds)
        if on_progress is not None:
            on_progress(best, elapsed)

    draft = planning.plan_day(
        depot=depot, on_date=on_date, seconds=seconds, seed=seed, now=now, on_progress=tell
    )
    changed(channel)
    return draft


def publish(*, plan: Plan, now: datetime) -> Plan:
    """Give the plan to its drivers. PLAN_STALE, PLAN_VIOLATION: nothing is published."""
    published = planning.publish(plan=plan, now=now)
    changed(channels.plan(plan.depot.code))
    return published
