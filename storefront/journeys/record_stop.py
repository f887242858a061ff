"""What a driver reports at a door, carried through to orders, books, stock and money."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from commerce.books import actions as books
from commerce.orders import actions as orders
from commerce.orders.models import Fulfilment, FulfilmentStatus, Order
from commerce.payments.models import TakenAs
from logistics.consignments.models import Consignment, ConsignmentKind, ConsignmentStatus
from logistics.execution import actions as execution
from logistics.execution.models import StopEventKind
from logistics.planning.models import Route, StopTask
from storefront.journeys.hand_over import hand_over, load_books
from storefront.journeys.request_moves import loan_of_visit
from storefront.notices.actions import queue
from storefront.templatetags.words import clock

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class StopReport:
    """As the phone made it: ``event_id`` is its own, ``happened_at`` its clock. What was due was
    ``taken_as`` cash or by card terminal."""

    event_id: UUID
    task_reference: str
    kind: str
    happened_at: datetime
    reason: str = ""
    note: str = ""
    taken_as: TakenAs = TakenAs.CASH


@transaction.atomic
def record(
    *, report: StopReport, driver_reference: str, received_at: datetime
) -> execution.EventResult:
    """One report, one transaction; a repeat answers the same and does nothing again."""
    # Orders before consignments, as a cancellation locks them.
    _lock_orders(StopTask.objects.filter(reference=report.task_reference))
    result = execution.record_stop_event(
        event_id=report.event_id,
        task_reference=report.task_reference,
        driver_reference=driver_reference,
        kind=report.kind,
        reason=report.reason,
        note=report.note,
        happened_at=report.happened_at,
        received_at=received_at,
    )
    if result.applied and not result.repeat and not result.conflict:
        _follow(result.task.consignment, report, driver_reference, received_at)
    return result


def _follow(
    consignment: Consignment, report: StopReport, driver_reference: str, now: datetime
) -> None:
    kind = report.kind
    if kind == StopEventKind.FAILED and consignment.status != ConsignmentStatus.FAILED:
        return  # a later attempt is under way
    if consignment.kind == ConsignmentKind.COLLECT:
        loan = loan_of_visit(consignment.owner_reference)
        if kind == StopEventKind.COLLECTED:
            books.mark_collected(loan_references=[loan], now=now)
        elif kind == StopEventKind.FAILED:
            books.collection_missed(loan_reference=loan, now=now)
        return
    fulfilment = Fulfilment.objects.get(reference=consignment.owner_reference)
    if fulfilment.status in (FulfilmentStatus.HANDED_OVER, FulfilmentStatus.CANCELLED):
        # The report is kept, but money has followed an earlier one: a person has to look.
        log.warning("%s reported after %s was %s", kind, fulfilment, fulfilment.status)
    elif kind == StopEventKind.DELIVERED:
        hand_over(
            fulfilment=fulfilment, taken_by=driver_reference, taken_as=report.taken_as, now=now
        )
    elif kind == StopEventKind.FAILED:
        if fulfilment.status != FulfilmentStatus.UNDELIVERED:
            # The phone was offline when the van left.
            orders.mark_out(references=[fulfilment.reference], now=now)
        orders.mark_undelivered(references=[fulfilment.reference], now=now)


@transaction.atomic
def depart(*, route_reference: str, driver_reference: str, now: datetime) -> Route:
    """The van leaves: everything on it is on the road. A repeat changes nothing."""
    _lock_orders(StopTask.objects.filter(stop__route__reference=route_reference))
    departure = execution.depart(
        route_reference=route_reference, driver_reference=driver_reference, now=now
    )
    if departure.repeat:
        return departure.route
    references = [
        consignment.owner_reference
        for consignment in departure.consignments
        if consignment.kind == ConsignmentKind.DELIVER
    ]
    orders.mark_out(references=references, now=now)
    load_books(fulfilment_references=references, now=now)
    _tell_on_its_way(references, now)
    return departure.route


def _tell_on_its_way(references: Sequence[str], now: datetime) -> None:
    """Once for each part, however often a van leaves with it."""
    leaving = Fulfilment.objects.filter(reference__in=references, status=FulfilmentStatus.OUT)
    for part in leaving.select_related("order__customer"):
        queue(
            key=f"on_its_way:{part.reference}",
            user_reference=part.order.customer.user_reference,
            kind="on_its_way",
            facts={
                "order": part.order.reference,
                "part": part.hands_over_name,
                "time": f"{clock(part.promised_from)}~{clock(part.promised_until)}",
            },
            now=now,
        )


def _lock_orders(tasks: QuerySet[StopTask]) -> None:
    owners = tasks.values("consignment__owner_reference")
    parts = Fulfilment.objects.filter(reference__in=owners)
    list(Order.objects.locked().filter(pk__in=parts.values("order_id")))
