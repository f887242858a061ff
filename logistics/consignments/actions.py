"""Asking for goods to be moved, and what becomes of them."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from logistics.consignments.models import Consignment, ConsignmentKind, ConsignmentStatus, PlaceNeed
from logistics.consignments.queries import PLANNABLE
from logistics.consignments.transitions import AGAIN, may_become
from logistics.errors import LogisticsError
from logistics.fleet.actions import check_equipment
from logistics.fleet.equipment import HIGHEST_CM, LOWEST_CM
from logistics.network.models import Depot
from logistics.seoul_time import business_date

LONGEST_ADDRESS = 200


class ConsignmentUnknown(LogisticsError):
    code = "CONSIGNMENT_UNKNOWN"


class ConsignmentTimes(LogisticsError):
    """The window is empty, or not on the day it is asked for."""

    code = "CONSIGNMENT_TIMES"


class ConsignmentStarted(LogisticsError):
    """It is on the road or has ended, so it cannot be called off."""

    code = "CONSIGNMENT_STARTED"


def request(
    *,
    owner_reference: str,
    kind: ConsignmentKind | str,
    depot: Depot,
    on_date: date,
    earliest_at: datetime,
    latest_at: datetime,
    contact_name: str,
    contact_phone: str,
    address: str,
    door_note: str = "",
    lat: float,
    lon: float,
    label: str,
    weight_grams: int,
    volume_ml: int,
    chilled: bool = False,
    chilled_ml: int = 0,
    service_seconds: int = 180,
    now: datetime,
) -> Consignment:
    """Ask for one move; an owner's second request of the same kind gets the first.

    CONSIGNMENT_TIMES. Service may *begin* from ``earliest_at`` until ``latest_at``, both on that
    date in Seoul. What is known of the address is asked of its van.
    """
    first = Consignment.objects.filter(owner_reference=owner_reference, kind=kind).first()
    if first is not None:
        return first
    if earliest_at >= latest_at or {business_date(earliest_at), business_date(latest_at)} != {
        on_date
    }:
        raise ConsignmentTimes("earliest_at", on_date=on_date.isoformat())
    needs = PlaceNeed.objects.filter(depot=depot, address=one_line(address)).first()
    try:
        with transaction.atomic():
            return Consignment.objects.create(
                owner_reference=owner_reference,
                kind=kind,
                depot=depot,
                on_date=on_date,
                earliest_at=earliest_at,
                latest_at=latest_at,
                contact_name=contact_name,
                contact_phone=contact_phone,
                address=address,
                door_note=door_note,
                lat=lat,
                lon=lon,
                label=label,
                weight_grams=weight_grams,
                volume_ml=volume_ml,
                chilled=chilled,
                chilled_ml=chilled_ml,
                clearance_cm=needs.clearance_cm if needs else None,
                equipment=needs.equipment if needs else [],
                service_seconds=service_seconds,
                requested_at=now,
            )
    except IntegrityError:  # the same request at the same moment
        return Consignment.objects.get(owner_reference=owner_reference, kind=kind)


@transaction.atomic
def cancel(*, owner_reference: str, kind: ConsignmentKind | str, now: datetime) -> Consignment:
    """Call it off while it has not left the depot; twice is once.

    CONSIGNMENT_UNKNOWN, CONSIGNMENT_STARTED.
    """
    found = Consignment.objects.locked().filter(owner_reference=owner_reference, kind=kind).first()
    if found is None:
        raise ConsignmentUnknown("consignment")
    if found.status == ConsignmentStatus.CANCELLED:
        return found
    if not may_become(found.status, ConsignmentStatus.CANCELLED):
        raise ConsignmentStarted("consignment", status=found.status)
    found.status = ConsignmentStatus.CANCELLED
    found.ended_at = now
    found.save(update_fields=["status", "ended_at"])
    return found


@transaction.atomic
def reschedule(
    *,
    owner_reference: str,
    kind: ConsignmentKind | str,
    depot: Depot,
    on_date: date,
    earliest_at: datetime,
    latest_at: datetime,
) -> Consignment:
    """Another day or hour, while no published route carries it; a repeat changes nothing.

    CONSIGNMENT_UNKNOWN, CONSIGNMENT_STARTED.
    """
    found = Consignment.objects.locked().filter(owner_reference=owner_reference, kind=kind).first()
    if found is None:
        raise ConsignmentUnknown("consignment")
    if found.status != ConsignmentStatus.REQUESTED:
        raise ConsignmentStarted("consignment", status=found.status)
    found.depot, found.on_date = depot, on_date
    found.earliest_at, found.latest_at = earliest_at, latest_at
    found.save(update_fields=["depot", "on_date", "earliest_at", "latest_at"])
    return found


def mark_planned(*, references: Iterable[str]) -> list[Consignment]:
    """A published route carries them."""
    return _turn(references, ConsignmentStatus.PLANNED)


def mark_requested(*, references: Iterable[str]) -> list[Consignment]:
    """The published plan leaves them out: they wait for another plan."""
    return _turn(references, ConsignmentStatus.REQUESTED)


def mark_out(*, references: Iterable[str]) -> list[Consignment]:
    """The van that serves them has left the depot."""
    return _turn(references, ConsignmentStatus.OUT)


@transaction.atomic
def try_again(*, references: Iterable[str]) -> list[Consignment]:
    """Failed ones are on the road once more; any other stays as it is. Those turned, by pk."""
    rows = Consignment.objects.locked().filter(reference__in=list(references))
    turned = [row for row in rows if row.status in AGAIN]
    for row in turned:
        row.status, row.ended_at, row.failure = ConsignmentStatus.OUT, None, ""
    Consignment.objects.bulk_update(turned, ["status", "ended_at", "failure"])
    return turned


def mark_moved(*, references: Iterable[str], now: datetime) -> list[Consignment]:
    """Handed over, or fetched, at ``now`` (the driver's time)."""
    return _turn(references, ConsignmentStatus.MOVED, ended_at=now)


def mark_failed(*, references: Iterable[str], reason: str, now: datetime) -> list[Consignment]:
    """Tried at ``now`` (the driver's time) without success."""
    return _turn(references, ConsignmentStatus.FAILED, ended_at=now, failure=reason)


def promise(*, at: Mapping[str, datetime]) -> None:
    """From now on each door expects its van at that moment. ``at`` is by reference."""
    rows = list(Consignment.objects.filter(reference__in=at))
    for row in rows:
        row.promised_at = at[row.reference]
    Consignment.objects.bulk_update(rows, ["promised_at"])


@transaction.atomic
def _turn(
    references: Iterable[str],
    target: ConsignmentStatus,
    *,
    ended_at: datetime | None = None,
    failure: str = "",
) -> list[Consignment]:
    """Those in ``target`` now, by pk. What may not go there (a cancelled one) stays as it is."""
    turned = [
        consignment
        for consignment in Consignment.objects.locked().filter(reference__in=list(references))
        if may_become(consignment.status, target)
    ]
    Consignment.objects.filter(pk__in=[consignment.pk for consignment in turned]).update(
        status=target, ended_at=ended_at, failure=failure
    )
    for consignment in turned:
        consignment.status, consignment.ended_at, consignment.failure = target, ended_at, failure
    return turned


class PlaceAddress(LogisticsError):
    """No address, or one that is too long."""

    code = "PLACE_ADDRESS"


class PlaceNeedsNothing(LogisticsError):
    """Neither a height nor any equipment."""

    code = "PLACE_NEEDS_NOTHING"


class ClearanceRange(LogisticsError):
    code = "CLEARANCE_RANGE"


def one_line(address: str) -> str:
    """However it was spaced."""
    return " ".join(address.split())


@transaction.atomic
def describe_place(
    *, depot: Depot, address: str, clearance_cm: int | None, equipment: Collection[str]
) -> PlaceNeed:
    """From now on this is asked of every van that goes there, those waiting to be planned included;
    saying it again replaces what was said.

    PLACE_ADDRESS, PLACE_NEEDS_NOTHING, CLEARANCE_RANGE, EQUIPMENT_NOT_LISTED.
    """
    address = one_line(address)
    if not 1 <= len(address) <= LONGEST_ADDRESS:
        raise PlaceAddress("address", longest=LONGEST_ADDRESS)
    if clearance_cm is None and not equipment:
        raise PlaceNeedsNothing("clearance_cm")
    if clearance_cm is not None and not LOWEST_CM <= clearance_cm <= HIGHEST_CM:
        raise ClearanceRange("clearance_cm", least=LOWEST_CM, most=HIGHEST_CM)
    check_equipment(equipment)
    asked = {"clearance_cm": clearance_cm, "equipment": sorted(equipment)}
    need, _ = PlaceNeed.objects.update_or_create(depot=depot, address=address, defaults=asked)
    _ask_of_waiting(depot, address, **asked)
    return need


@transaction.atomic
def forget_place(*, need: PlaceNeed) -> None:
    """Any van may go there again."""
    _ask_of_waiting(need.depot, need.address, clearance_cm=None, equipment=[])
    need.delete()


def _ask_of_waiting(depot: Depot, address: str, **asked: Any) -> None:
    waiting = Consignment.objects.locked().filter(depot=depot, status__in=PLANNABLE)
    here = [row.pk for row in waiting if one_line(row.address) == address]
    Consignment.objects.filter(pk__in=here).update(**asked)


def forget(*, owner_references: Collection[str]) -> None:
    """Who was at these doors and where they are; when and how much was moved stays."""
    Consignment.objects.filter(owner_reference__in=owner_references).update(
        contact_name="", contact_phone="", address="", door_note="", lat=0, lon=0
    )
