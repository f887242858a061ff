"""A merchant is away on some days: what was promised for them comes another day or is paid back."""

from datetime import datetime

from django.db import transaction

from commerce.business_days import business_date
from commerce.catalogue.models import Way
from commerce.customers.models import Address
from commerce.merchants.models import Merchant
from commerce.merchants.queries import away_on, openings
from commerce.orders import promises
from commerce.orders.models import Fulfilment, FulfilmentStatus, Order, OrderLine, ShortReason
from commerce.orders.parcel_days import ParcelDays, parcel_days
from commerce.orders.queries import MerchantPart, for_merchant, merchant_part
from logistics.consignments import actions as consignments
from logistics.consignments.models import ConsignmentKind
from logistics.delivery_windows import actions as windows
from logistics.delivery_windows.models import DeliveryWindow
from logistics.delivery_windows.queries import open_windows
from logistics.delivery_windows.queries import window as window_by_reference
from storefront.journeys.cancel_order import window_key
from storefront.journeys.choose_instead import tell_moved
from storefront.journeys.place_order import ParcelNoDay
from storefront.journeys.shorten_line import shorten_line
from storefront.notices.actions import queue
from storefront.refusals import NotFound, StorefrontError

UNPACKED = [FulfilmentStatus.CONFIRMED]


class MerchantAway(StorefrontError):
    """``data``: ``name`` of who is away, ``on`` (a date)."""

    code = "MERCHANT_AWAY"


class OthersInPart(StorefrontError):
    """Other stalls' goods come with it, so it cannot come another day."""

    code = "OTHERS_IN_PART"


def refuse_when_away(part: Fulfilment, at: datetime) -> None:
    """MERCHANT_AWAY when somebody whose goods are in the part is not there on that day."""
    sellers = part.lines.exclude(merchant_reference="").values_list("merchant_reference", flat=True)
    on = business_date(at)
    for merchant in away_on(set(sellers), on):
        raise MerchantAway("window", name=merchant.name, on=on.isoformat())


def promised_while_away(merchant: Merchant, now: datetime) -> list[MerchantPart]:
    """Parts with something of theirs still to pack, promised for a day on which they are away."""
    today = business_date(now)
    opening = openings([merchant.reference], today)[merchant.reference]
    parts = for_merchant(merchant.reference, statuses=UNPACKED)
    return [
        part
        for part in parts
        if business_date(part.promised_from) >= today
        and not opening.is_open(business_date(part.promised_from))
        and not part.is_ready
    ]


def other_windows(part: MerchantPart, merchant: Merchant, now: datetime) -> list[DeliveryWindow]:
    """When it could come instead: nothing for the drive-through, nor with other stalls' goods."""
    own = {line.reference for line in part.lines}
    whole = OrderLine.objects.filter(fulfilment__reference=part.reference)
    window = window_by_reference(
        Fulfilment.objects.values_list("window_reference", flat=True).get(reference=part.reference)
    )
    if part.way != Way.DELIVERY or window is None:
        return []
    if set(whole.values_list("reference", flat=True)) != own:
        return []
    there = openings([merchant.reference], business_date(now))[merchant.reference]
    return [
        one
        for one in open_windows(window.depot, now)
        if one.left and one.pk != window.pk and there.is_open(business_date(one.starts_at))
    ]


@transaction.atomic
def bring_another_day(
    *, merchant: Merchant, part_reference: str, window_reference: str, now: datetime
) -> Fulfilment:
    """The whole part in another window of the same depot; the shopper is told, and may cancel.

    NOT_FOUND, OTHERS_IN_PART, MERCHANT_AWAY, INVALID_TRANSITION, WINDOW_FULL, WINDOW_CLOSED,
    CONSIGNMENT_STARTED. A repeat changes nothing.
    """
    part = _own_part(merchant.reference, part_reference)
    Order.objects.locked().get(pk=part.order_id)
    part = Fulfilment.objects.get(pk=part.pk)
    if part.window_reference == window_reference:
        return part
    if part.lines.exclude(merchant_reference=merchant.reference).exists():
        raise OthersInPart("part")
    before, to = (window_by_reference(x) for x in (part.window_reference, window_reference))
    if before is None or to is None or before.depot_id != to.depot_id:
        raise NotFound("window")
    refuse_when_away(part, to.starts_at)
    windows.lock(references=[before.reference, to.reference])
    old_key = window_key(part)
    alone = (
        not part.order.fulfilments.filter(window_reference=part.window_reference)
        .exclude(pk=part.pk)
        .exclude(status=FulfilmentStatus.CANCELLED)
        .exists()
    )
    part = promises.in_window(
        fulfilment=part,
        window_reference=to.reference,
        promised_from=to.starts_at,
        promised_until=to.ends_at,
    )
    windows.take(window_reference=to.reference, key=window_key(part), now=now)
    if alone:
        windows.release(key=old_key, now=now)
    consignments.reschedule(
        owner_reference=part.reference,
        kind=ConsignmentKind.DELIVER,
        depot=to.depot,
        on_date=to.on_date,
        earliest_at=to.starts_at,
        latest_at=to.ends_at,
    )
    tell_moved(part, now)
    return part


def days_when_back(part: MerchantPart, merchant: Merchant, now: datetime) -> ParcelDays | None:
    """When its merchant could send a parcel and it would come; None for what is none, and for who
    is away for long."""
    if part.way != Way.PARCEL:
        return None
    named = Fulfilment.objects.filter(reference=part.reference).values("address_reference")
    door = Address.objects.get(reference__in=named)
    opening = openings([merchant.reference], business_date(now))[merchant.reference]
    return parcel_days(opening.is_open, far=door.is_far, ordered_at=now)


@transaction.atomic
def send_when_back(*, merchant: Merchant, part_reference: str, now: datetime) -> Fulfilment:
    """A parcel on the first day after today on which its merchant is there; the shopper is told,
    and may give it up.

    NOT_FOUND, also for what is no parcel, PARCEL_NO_DAY, INVALID_TRANSITION. A repeat changes
    nothing.
    """
    part = _own_part(merchant.reference, part_reference)
    Order.objects.locked().get(pk=part.order_id)
    if part.way != Way.PARCEL:
        raise NotFound("part")
    days = days_when_back(merchant_part(merchant.reference, part_reference), merchant, now)
    if days is None:
        raise ParcelNoDay("part", part=merchant.name)
    if part.promised_from == days.collected_at:
        return part
    part = promises.by_parcel(
        fulfilment=part, promised_from=days.collected_at, promised_until=days.brought_by
    )
    queue(
        key=f"parcel_later:{part.reference}:{days.sent_on}",
        user_reference=part.order.customer.user_reference,
        kind="parcel_later",
        facts={
            "order": part.order.reference,
            "part": part.hands_over_name,
            "day": days.sent_on.isoformat(),
            "until": days.latest_on.isoformat(),
        },
        now=now,
    )
    return part


@transaction.atomic
def pay_back_own_lines(*, merchant: Merchant, part_reference: str, now: datetime) -> int:
    """What this merchant cannot bring is taken out of the part and paid back; how many lines.

    NOT_FOUND; otherwise as ``shorten_line``. A repeat changes nothing.
    """
    part = _own_part(merchant.reference, part_reference)
    own = part.lines.filter(merchant_reference=merchant.reference, ready_at=None, quantity__gte=1)
    return sum(
        shorten_line(
            line_reference=reference,
            merchant_reference=merchant.reference,
            there=0,
            reason=ShortReason.CLOSED,
            now=now,
        )
        for reference in list(own.order_by("pk").values_list("reference", flat=True))
    )


def _own_part(merchant_reference: str, part_reference: str) -> Fulfilment:
    found = Fulfilment.objects.filter(
        reference=part_reference, lines__merchant_reference=merchant_reference
    ).distinct()
    part = found.exclude(status=FulfilmentStatus.PLACED).first()
    if part is None:
        raise NotFound("part")
    return part
