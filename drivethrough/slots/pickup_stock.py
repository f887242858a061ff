"""So many of an item on a pick-up date: saying how many, and counting what bookings take.

Whoever counts has the slot's row first: ``state`` locks all slots of the day, so nobody takes a
place meanwhile without counting.
"""

from collections.abc import Collection, Iterable
from datetime import date, datetime

from django.db import transaction
from django.db.models import F

from drivethrough.errors import DrivethroughError
from drivethrough.sites.models import Site
from drivethrough.slots.fitting import item_full, stocks_for
from drivethrough.slots.loads import Load
from drivethrough.slots.models import TAKES_A_PLACE, Booking, PickupStock, Slot, SlotQuerySet
from drivethrough.slots.spans import business_date, business_day

MOST_PIECES = 99_999


class PickupAmount(DrivethroughError):
    """Less than none, or more than ``most``."""

    code = "PICKUP_AMOUNT"


class PickupDatePast(DrivethroughError):
    """Data ``first_on``."""

    code = "PICKUP_DATE_PAST"


class PickupStockBelowTaken(DrivethroughError):
    """More than that are promised for the day already: data ``taken``, ``item``, and ``name`` and
    ``name_en`` (its reference, for whoever knows it by another)."""

    code = "PICKUP_STOCK_BELOW_TAKEN"


@transaction.atomic
def state(
    *, site: Site, on_date: date, item_reference: str, amount: int | None, now: datetime
) -> PickupStock | None:
    """So many pieces of the item that day; None: the date does not bind it any more. A repeat
    changes nothing.

    What is booked for that day already counts. PICKUP_AMOUNT, PICKUP_DATE_PAST,
    PICKUP_STOCK_BELOW_TAKEN.
    """
    today = business_date(now)
    if on_date < today:
        raise PickupDatePast("on_date", first_on=today.isoformat())
    if amount is not None and not 0 <= amount <= MOST_PIECES:
        raise PickupAmount("amount", most=MOST_PIECES)
    # The site's row keeps out slots that are being opened for the day.
    Site.objects.select_for_update(no_key=True).get(pk=site.pk)
    list(_slots_of(site, on_date).locked())
    own = PickupStock.objects.filter(site=site, on_date=on_date, item_reference=item_reference)
    if amount is None:
        own.delete()
        _mark(site, on_date)
        return None
    row = own.locked().first()
    if row is None:
        taken = taken_of(site, on_date, item_reference)
        row = PickupStock(site=site, on_date=on_date, item_reference=item_reference, taken=taken)
    if amount < row.taken:
        named = {"item": item_reference, "name": item_reference, "name_en": item_reference}
        raise PickupStockBelowTaken("amount", taken=row.taken, **named)
    row.amount = amount
    row.save()
    _mark(site, on_date)
    return row


def _slots_of(site: Site, on_date: date) -> SlotQuerySet:
    from_at, until_at = business_day(on_date)
    return Slot.objects.filter(site=site, starts_at__gte=from_at, starts_at__lt=until_at)


def _mark(site: Site, on_date: date) -> None:
    """Who takes a place waits for the slot's row and reads this in it."""
    _slots_of(site, on_date).update(limited_items=limited_on(site, on_date))


def limited_on(site: Site, on_date: date) -> list[str]:
    """The items that the date binds, in one order."""
    rows = PickupStock.objects.filter(site=site, on_date=on_date).order_by("item_reference")
    return list(rows.values_list("item_reference", flat=True))


def taken_of(site: Site, on_date: date, item_reference: str) -> int:
    """Pieces in the bookings that take a place that day."""
    from_at, until_at = business_day(on_date)
    rows = Booking.objects.filter(
        site=site,
        slot__starts_at__gte=from_at,
        slot__starts_at__lt=until_at,
        status__in=TAKES_A_PLACE,
        items__has_key=item_reference,
    )
    return sum(items[item_reference] for items in rows.values_list("items", flat=True))


def lock_slots(pks: Collection[int], items: Iterable[str]) -> dict[int, Slot]:
    """The slots by pk, then the rows that bind these items in any of them: each in one order, since
    two shoppers may be swapping them."""
    slots = {slot.pk: slot for slot in Slot.objects.locked().filter(pk__in=pks)}
    if (rows := stocks_for(slots.values(), items)) is not None:
        list(rows.locked())
    return slots


def change(slot: Slot, before: Load, after: Load, now: datetime) -> None:
    """A booking in ``slot``, whose row is locked, takes ``after`` instead of ``before``.

    ITEM_FULL_THAT_DAY.
    """
    rows = stocks_for([slot], {*before.items, *after.items})
    for row in () if rows is None else rows.locked():
        had = before.items.get(row.item_reference, 0)
        more = after.items.get(row.item_reference, 0) - had
        if more > row.left:
            raise item_full(slot, row, row.left + had, after, now)
        if more:
            PickupStock.objects.filter(pk=row.pk).update(taken=F("taken") + more)
