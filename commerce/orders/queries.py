"""What can be asked about orders."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Prefetch, QuerySet, Sum

from commerce.catalogue.models import Way
from commerce.customers.models import Customer
from commerce.errors import NotFound
from commerce.orders.models import (
    Fulfilment,
    FulfilmentStatus,
    Order,
    OrderLine,
    Substitution,
    SubstitutionStatus,
    WhenShort,
)


def detailed() -> QuerySet[Order]:
    """Orders with customer, fulfilments and lines: three queries however many there are."""
    return Order.objects.select_related("customer").prefetch_related(
        Prefetch("fulfilments", Fulfilment.objects.order_by("promised_from", "pk")),
        Prefetch("fulfilments__lines", OrderLine.objects.select_related("variant__product")),
    )


def orders_of(customer: Customer) -> QuerySet[Order]:
    """The customer's orders, newest first."""
    return detailed().filter(customer=customer)


def order(reference: str) -> Order | None:
    return detailed().filter(reference=reference).first()


def fulfilments_by_reference(references: Sequence[str]) -> dict[str, Fulfilment]:
    """With order and lines; unknown references are absent."""
    return {f.reference: f for f in _whole().filter(reference__in=references)}


def fulfilments_of(order_reference: str) -> list[Fulfilment]:
    """All parts of an order, with order and lines; none of an unknown one."""
    return list(_whole().filter(order__reference=order_reference).order_by("promised_from", "pk"))


def fulfilments_by_booking(booking_references: Sequence[str]) -> dict[str, list[Fulfilment]]:
    """What each car at the gate has come for; cancelled parts are left out."""
    found: dict[str, list[Fulfilment]] = {}
    waiting = _whole().filter(booking_reference__in=[b for b in booking_references if b])
    for fulfilment in waiting.exclude(status=FulfilmentStatus.CANCELLED):
        found.setdefault(fulfilment.booking_reference, []).append(fulfilment)
    return found


def contents(fulfilment_reference: str) -> list[OrderLine]:
    """The lines to hand over, in the order they were chosen."""
    return list(
        OrderLine.objects.filter(fulfilment__reference=fulfilment_reference).select_related(
            "variant__product"
        )
    )


def ways_of_lines(references: Collection[str]) -> dict[str, str]:
    """How each of these lines reaches its shopper, by its reference."""
    lines = OrderLine.objects.filter(reference__in=references)
    return dict(lines.values_list("reference", "fulfilment__way"))


@dataclass(frozen=True)
class MerchantPart:
    """What one merchant puts into one fulfilment: own lines, without the shopper's phone or door.

    ``place_name`` is the drive-through site, "" for a delivery. A parcel is promised to the courier
    at one moment; while its merchant has to send it, ``place_name`` is its door and
    ``contact_phone`` whose it is. ``asked``: the lines about which the shopper is being asked.
    """

    reference: str
    order_reference: str
    way: str
    status: str
    hands_over: str
    hands_over_name: str
    place_name: str
    booking_reference: str
    contact_name: str
    contact_phone: str
    promised_from: datetime
    promised_until: datetime
    lines: tuple[OrderLine, ...]
    may_substitute: bool
    asked: frozenset[str]

    @property
    def is_ready(self) -> bool:
        """All of this merchant's lines are packed; other stalls' may not be."""
        return all(line.ready_at is not None for line in self.lines)

    @property
    def weighs(self) -> bool:
        """Something of it waits for the scales."""
        return any(line.to_weigh and line.ready_at is None for line in self.lines)

    @property
    def goods_won(self) -> int:
        return sum(line.line_won for line in self.lines)


def for_merchant(
    merchant_reference: str,
    *,
    statuses: Sequence[str] = (),
    since: datetime | None = None,
    until: datetime | None = None,
) -> list[MerchantPart]:
    """The merchant's parts by promised time, in three queries. Unpaid ones only when asked for.

    ``since``/``until`` bound ``promised_from``: since <= it < until.
    """
    wanted = Fulfilment.objects.filter(lines__merchant_reference=merchant_reference)
    if statuses:
        wanted = wanted.filter(status__in=statuses)
    else:
        wanted = wanted.exclude(status=FulfilmentStatus.PLACED)
    if since is not None:
        wanted = wanted.filter(promised_from__gte=since)
    if until is not None:
        wanted = wanted.filter(promised_from__lt=until)
    return _merchant_parts(wanted, merchant_reference)


def merchant_part(merchant_reference: str, reference: str) -> MerchantPart:
    """One part, unless it is still to be paid for. Raises NotFound, also for somebody else's."""
    wanted = Fulfilment.objects.filter(
        lines__merchant_reference=merchant_reference, reference=reference
    )
    parts = _merchant_parts(wanted.exclude(status=FulfilmentStatus.PLACED), merchant_reference)
    if not parts:
        raise NotFound("part", reference=reference)
    return parts[0]


def _merchant_parts(wanted: QuerySet[Fulfilment], merchant_reference: str) -> list[MerchantPart]:
    offered = Substitution.objects.filter(status=SubstitutionStatus.OFFERED)
    own = OrderLine.objects.filter(merchant_reference=merchant_reference).prefetch_related(
        Prefetch("substitutions", offered)
    )
    fulfilments = wanted.distinct().select_related("order").prefetch_related(Prefetch("lines", own))
    return [_merchant_part(fulfilment) for fulfilment in fulfilments]


# Afterwards the merchant need not know where it went.
NEEDS_ITS_DOOR = (
    FulfilmentStatus.CONFIRMED,
    FulfilmentStatus.READY,
    FulfilmentStatus.OUT,
    FulfilmentStatus.UNDELIVERED,
)


def _merchant_part(fulfilment: Fulfilment) -> MerchantPart:
    sends = fulfilment.way == Way.PARCEL and fulfilment.status in NEEDS_ITS_DOOR
    return MerchantPart(
        reference=fulfilment.reference,
        order_reference=fulfilment.order.reference,
        way=fulfilment.way,
        status=fulfilment.status,
        hands_over=fulfilment.hands_over,
        hands_over_name=fulfilment.hands_over_name,
        place_name=fulfilment.place_name if sends or fulfilment.way == Way.DRIVE_THROUGH else "",
        booking_reference=fulfilment.booking_reference,
        contact_name=fulfilment.order.contact_name,
        contact_phone=fulfilment.order.contact_phone if sends else "",
        promised_from=fulfilment.promised_from,
        promised_until=fulfilment.leaves_until,
        lines=tuple(fulfilment.lines.all()),
        may_substitute=fulfilment.order.when_short != WhenShort.REFUND,
        asked=frozenset(x.reference for x in fulfilment.lines.all() if x.substitutions.all()),
    )


@dataclass(frozen=True)
class PickRow:
    """So many of one thing, for so many fulfilments."""

    name: str
    name_en: str
    unit: str
    quantity: int
    fulfilments: int


def pick_list(merchant_reference: str, until: datetime) -> list[PickRow]:
    """What the merchant has still to pack for all hand-overs promised before ``until``, by name."""
    rows = (
        OrderLine.objects.filter(
            merchant_reference=merchant_reference,
            ready_at=None,
            fulfilment__status=FulfilmentStatus.CONFIRMED,
            fulfilment__promised_from__lt=until,
        )
        .order_by("name", "unit")
        .values("name", "name_en", "unit")
        .annotate(quantity=Sum("quantity"), fulfilments=Count("fulfilment", distinct=True))
    )
    return [PickRow(**row) for row in rows]


def lines_to_pack(merchants: Collection[str], *, until: datetime) -> list[OrderLine]:
    """What these merchants have still to pack for hand-overs promised before ``until``, with part
    and order: by promised time, then merchant, then name."""
    offered = Substitution.objects.filter(status=SubstitutionStatus.OFFERED)
    lines = OrderLine.objects.filter(
        merchant_reference__in=merchants,
        ready_at=None,
        fulfilment__status=FulfilmentStatus.CONFIRMED,
        fulfilment__promised_from__lt=until,
    )
    return list(
        lines.select_related("fulfilment__order")
        .prefetch_related(Prefetch("substitutions", offered))
        .order_by(
            "fulfilment__promised_from",
            "fulfilment__promised_until",
            "merchant_reference",
            "name",
            "pk",
        )
    )


def most_bought(since: datetime, limit: int) -> list[int]:
    """Ids of the products in most orders since then that stood, most first; ties by id."""
    bought = OrderLine.objects.filter(
        fulfilment__order__placed_at__gte=since, quantity__gte=1, variant__isnull=False
    ).exclude(fulfilment__status__in=[FulfilmentStatus.PLACED, FulfilmentStatus.CANCELLED])
    counted = bought.values("variant__product").annotate(
        orders=Count("fulfilment__order", distinct=True)
    )
    ranked = counted.order_by("-orders", "variant__product")
    return [row["variant__product"] for row in ranked[:limit]]


def _whole() -> QuerySet[Fulfilment]:
    return Fulfilment.objects.select_related("order__customer").prefetch_related("lines")


def undelivered() -> list[Fulfilment]:
    """Brought back by a van and neither sent out again nor given up, with order, lines and
    payments. A parcel's merchant sees to it."""
    waiting = _whole().filter(status=FulfilmentStatus.UNDELIVERED).exclude(way=Way.PARCEL)
    return list(waiting.prefetch_related("order__payments").order_by("promised_from", "pk"))
