"""A car that comes without a booking gets a place in what is left of the day."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet

from drivethrough.errors import DrivethroughError, KeyReused
from drivethrough.sites.models import Site
from drivethrough.slots.models import Booking, BookingStatus, Slot, SlotStatus
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
    *, site: Site, owner_reference: str, key: str, plate: str, phone_last4: str, now: datetime
) -> Booking:
    """The soonest place that is left, confirmed at once; the same key gets the same booking.

    ``phone_last4`` may be empty. Raises PLATE_FORMAT, PHONE_LAST4_FORMAT, NO_PLACE_TODAY,
    KEY_REUSED.
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
    slot = _take_one(site, now)
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
                made_at=now,
            )
    except IntegrityError:  # the key came twice at once; with this transaction goes its place
        raise KeyReused("key") from None


def _take_one(site: Site, now: datetime) -> Slot:
    """One by one from the soonest: a slot that fills up meanwhile is passed over."""
    for slot in free_today(site, now):
        still = Slot.objects.filter(
            pk=slot.pk, status__in=TAKES_WALK_UPS, taken_cars__lt=F("capacity_cars")
        )
        if still.update(taken_cars=F("taken_cars") + 1):
            return slot
    raise NoPlaceToday("slot")
