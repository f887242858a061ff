"""The minute at which each car was last told that it will be called."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from drivethrough.queue.models import Turn
from drivethrough.sites.models import Site
from drivethrough.slots.models import Booking, BookingStatus
from drivethrough.slots.spans import business_date, business_day

# A plan moves by a minute or two all the time; nobody is disturbed for that.
WORTH_TELLING = timedelta(minutes=5)
# Whoever comes later than this is told when it is nearer.
TOLD_AHEAD = timedelta(hours=2)


@dataclass(frozen=True)
class Foretold:
    """``late``: later than the booked slot, or moved since it was told; worth a message."""

    changed: bool
    late: bool


@transaction.atomic
def foretell(*, booking: Booking, call_at: datetime, now: datetime) -> Foretold:
    """Remember the minute if it is news; a repeat is none. Two sweeps at once tell once."""
    Turn.objects.bulk_create([Turn(booking=booking)], ignore_conflicts=True)
    turn = Turn.objects.select_for_update(no_key=True).get(booking=booking)
    before = turn.call_at
    if before is not None and abs(call_at - before) < WORTH_TELLING:
        return Foretold(changed=False, late=False)
    turn.call_at, turn.told_at = call_at, now
    turn.save(update_fields=["call_at", "told_at"])
    late = before is not None or call_at >= booking.slot.ends_at + WORTH_TELLING
    return Foretold(changed=True, late=late)


def call_at(booking_reference: str) -> datetime | None:
    """When the car was last told to be called, if it was."""
    turn = Turn.objects.filter(booking__reference=booking_reference).first()
    return turn.call_at if turn else None


def sites_with_cars(now: datetime) -> QuerySet[Site]:
    """Sites where somebody booked is to come soon, or waits."""
    from_at, _ = business_day(business_date(now))
    coming = Booking.objects.filter(
        status=BookingStatus.CONFIRMED,
        slot__starts_at__gte=from_at,
        slot__starts_at__lt=now + TOLD_AHEAD,
    )
    return Site.objects.filter(pk__in=coming.values("site")).order_by("pk")
