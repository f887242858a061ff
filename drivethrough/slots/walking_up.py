"""A car that comes without a booking gets a place in what is left of the day."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet

from drivethrough.errors import DrivethroughError, KeyReused
from drivethrough.sites.models import Site
from drivethrough.slots import pickup_stock
from drivethrough.slots.fitting import preparation_full
from drivethrough.slots.loads import NO_LOAD, Load
from drivethrough.slots.models import Booking, BookingStatus, Slot, SlotStatus, can_prepare
from drivethrough.slots.plate import is_last4, is_valid, normalised
from drivethrough.slots.refusals import PhoneLast4Format, PlateFormat
from drivethrough.slots.spans import business_date, business_day

# A site that takes no more bookings still takes who is at the gate.
TAKES_WALK_UPS = (SlotStatus.OPEN, SlotStatus.CLOSED)


class NoPlaceToday(DrivethroughError):
    """Every place of the rest of the day is taken, or the site is not open."""

    code = "NO_PLACE_TODAY"


def free_today(site: Site, now: datetime) -> QuerySet[Slot]:
    """What a car at the gate could still get, soonest first: the slot under way and later ones.

    What is kept for unbooked cars counts, and so does what nobody has booked.
    """
    _, until_at = business_day(business_date(now))
    return Slot.objects.filter(
        site=site,
        ends_at__gt=now,
        starts_at__lt=until_at,
        status__in=TAKES_WALK_UPS,
        taken_cars__lt=F("capacity_cars"),
    ).order_by("starts_at")


@transaction.atomic
def take(
    *,
    site: Site,
    owner_reference: str,
    key: str,
    plate: str,
    phone_last4: str,
    now: datetime,
    load: Load = NO_LOAD,
) -> Booking:
    """The soonest place in which its ``load`` fits, confirmed at once; the same key gets the same
    booking.

    ``phone_last4`` may be empty. Raises PLATE_FORMAT, PHONE_LAST4_FORMAT, NO_PLACE_TODAY,
    PREPARATION_FULL, ITEM_FULL_THAT_DAY, KEY_REUSED.
    """
    plate = normalised(plate)
    if not is_valid(plate):
        raise PlateFormat("plate")
    if phone_last4 and not is_last4(phone_last4):
        raise PhoneLast4Format("phone_last4")
    earlier = Booking.objects.select_related("slot", "site").filter(key=key).first()
    if earlier is not None:
        if earlier.site_id != site.pk or earlier.plate != plate:
            raise KeyReused("key")
        return earlier
    slot = _take_one(site, load, now)
    try:
        with transaction.atomic():
            return Booking.objects.create(
                key=key,
                slot=slot,
                site=site,
                owner_reference=owner_reference,
                status=BookingStatus.CONFIRMED,
                plate=plate,
                phone_last4=phone_last4,
                preparation_seconds=load.preparation_seconds,
                items={**load.items},
                made_at=now,
            )
    except IntegrityError:  # the key came twice at once; with this transaction goes its place
        raise KeyReused("key") from None


def _take_one(site: Site, load: Load, now: datetime) -> Slot:
    """One by one from the soonest: a slot that fills up meanwhile is passed over."""
    for slot in free_today(site, now):
        if _took(slot, load.preparation_seconds):
            slot.refresh_from_db()
            pickup_stock.change(slot, NO_LOAD, load, now)
            return slot
    short_of_time = free_today(site, now).first()
    if short_of_time is not None:
        raise preparation_full(short_of_time, load, now)
    raise NoPlaceToday("slot")


def _took(slot: Slot, seconds: int) -> bool:
    still = Slot.objects.filter(
        can_prepare(seconds) if seconds else Q(),
        pk=slot.pk,
        status__in=TAKES_WALK_UPS,
        taken_cars__lt=F("capacity_cars"),
    )
    taken = still.update(
        taken_cars=F("taken_cars") + 1,
        taken_preparation_seconds=F("taken_preparation_seconds") + seconds,
    )
    return taken == 1
