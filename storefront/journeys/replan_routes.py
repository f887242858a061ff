"""The day goes otherwise than planned: the rest of it is planned anew, and everybody is told."""

from collections.abc import Callable, Iterable
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from commerce.books import actions as books
from commerce.books.models import Loan
from commerce.orders import actions as orders
from commerce.orders.models import Fulfilment, FulfilmentStatus, Order
from logistics.consignments.models import Consignment, ConsignmentKind
from logistics.fleet.models import Driver
from logistics.network.queries import depot as depot_by_code
from logistics.planning import choices as choosing
from logistics.planning import replanning
from logistics.planning.actions import PlanStale
from logistics.planning.advice import advise
from logistics.planning.choices import Choices
from logistics.planning.models import Plan, PlanStatus
from logistics.planning.promises import MovedPromise, moved_promises
from logistics.routing.solution import OnProgress, Progress
from storefront.journeys.request_moves import loan_of_visit
from storefront.live import channels
from storefront.live.publish import changed, telling
from storefront.notices.actions import queue

# Drivers wait.
ADVICE_SECONDS = 5.0


def replan(
    *,
    depot_code: str,
    choices: Choices,
    key: str,
    seed: int,
    now: datetime,
    on_progress: OnProgress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Plan:
    """A draft for the rest of today; the same key again is the same draft. ``on_progress`` is told
    of every better one; once ``cancelled()``, the draft is the best so far.

    It is shown at once; why it leaves out what it does, and what would help, follows within
    seconds.
    DEPOT_UNKNOWN, NOTHING_UNDER_WAY, VAN_NOT_DRIVING, NOTHING_TO_TRY_AGAIN.
    """
    channel = channels.plan(depot_code)

    say = telling(channel, settings.REPLAN_SECONDS)

    def tell(progress: Progress) -> None:
        say(progress)
        if on_progress is not None:
            on_progress(progress)

    draft = replanning.replan(
        depot=depot_by_code(depot_code),
        choices=choices,
        key=key,
        seconds=settings.REPLAN_SECONDS,
        seed=seed,
        now=now,
        on_progress=tell,
        cancelled=cancelled,
        threads=settings.PLAN_THREADS,
    )
    changed(channel)
    advise(draft, seconds=ADVICE_SECONDS)
    changed(channel)
    return draft


def publish(*, plan: Plan, now: datetime) -> Plan:
    """The drivers follow it from now on; whoever's promised time moved far is told, once.

    PLAN_STALE, PLAN_VIOLATION: nothing has changed.
    """
    replanning.check(plan=plan)
    return _put_in_force(plan, now)


@transaction.atomic
def _put_in_force(plan: Plan, now: datetime) -> Plan:
    _lock_orders(plan)
    moved = moved_promises(plan) if plan.status == PlanStatus.DRAFT else []
    _refuse_ended(plan)
    result = replanning.put_in_force(plan=plan, now=now)
    for consignment in result.tried_again:
        if consignment.kind == ConsignmentKind.DELIVER:
            orders.mark_out(references=[consignment.owner_reference], now=now)
    for consignment in result.given_up:
        _give_up(consignment, now)
    for one in moved:
        _tell(one, result.plan, now)
    changed(channels.plan(result.plan.depot.code))
    tell_drivers(result.plan)
    return result.plan


def tell_drivers(plan: Plan) -> None:
    """Each driver's open page shows the new order at once, whether or not there is one."""
    plans = [plan.pk, plan.replaces_id]
    drivers = Driver.objects.filter(shifts__routes__plan__in=plans).distinct()
    for reference in drivers.values_list("reference", flat=True):
        changed(channels.driver(reference))


def _lock_orders(plan: Plan) -> None:
    """Orders before consignments, as a report locks them."""
    owners = Consignment.objects.filter(depot=plan.depot, on_date=plan.on_date)
    parts = Fulfilment.objects.filter(reference__in=owners.values("owner_reference"))
    list(Order.objects.locked().filter(pk__in=parts.values("order_id")))


def _refuse_ended(plan: Plan) -> None:
    """What was given back since cannot be tried again: its money has gone back."""
    if plan.status != PlanStatus.DRAFT:
        return
    again = Consignment.objects.filter(
        reference__in=choosing.read(plan.choices).again, kind=ConsignmentKind.DELIVER
    )
    gone = may_not_go_out(again)
    if gone:
        raise PlanStale("plan", gone=sorted(gone), new=[])


def may_not_go_out(consignments: Iterable[Consignment]) -> set[str]:
    """The deliveries among them whose part of the order has ended, by reference."""
    rows = {row.owner_reference: row.reference for row in consignments}
    waiting = Fulfilment.objects.filter(
        reference__in=rows, status__in=[FulfilmentStatus.UNDELIVERED, FulfilmentStatus.OUT]
    )
    return {*rows.values()} - {rows[part.reference] for part in waiting}


def _give_up(consignment: Consignment, now: datetime) -> None:
    if consignment.kind == ConsignmentKind.COLLECT:
        loan = loan_of_visit(consignment.owner_reference)
        books.collection_missed(loan_reference=loan, now=now)
    else:
        # The phone may have been offline when the van left.
        orders.mark_out(references=[consignment.owner_reference], now=now)
        orders.mark_undelivered(references=[consignment.owner_reference], now=now)


def _tell(moved: MovedPromise, plan: Plan, now: datetime) -> None:
    user = _user_of(moved.consignment)
    if user is None:
        return
    queue(
        key=f"arrival_moved:{plan.reference}:{moved.consignment.reference}",
        user_reference=user,
        kind="arrival_moved",
        facts={"before": _clock(moved.before), "after": _clock(moved.after)},
        now=now,
    )


def _user_of(consignment: Consignment) -> str | None:
    if consignment.kind == ConsignmentKind.COLLECT:
        loans = Loan.objects.select_related("child__guardian")
        loan = loans.filter(reference=loan_of_visit(consignment.owner_reference)).first()
        return loan.child.guardian.user_reference if loan else None
    parts = Fulfilment.objects.select_related("order__customer")
    part = parts.filter(reference=consignment.owner_reference).first()
    return part.order.customer.user_reference if part else None


def _clock(at: datetime) -> str:
    return f"{timezone.localtime(at):%H:%M}"
