"""Spans at a site with room for so many cars, the places held and booked in them, and who waits.

Room is a vector: cars and preparation seconds of a slot, pieces of an item on a pick-up date. All
must fit. Lock order: waiting, then bookings by pk, then slots by pk, then pick-up stock by pk.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Case, F, Q, Value, When

from drivethrough.references import new
from drivethrough.sites.models import Site

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models.expressions import CombinedExpression


class SlotStatus(models.TextChoices):
    OPEN = "open"
    PAUSED = "paused"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class SlotQuerySet(models.QuerySet["Slot"]):
    def locked(self) -> SlotQuerySet:
        return self.order_by("pk").select_for_update(of=("self",), no_key=True)


class Slot(models.Model):
    """``taken_cars`` and ``taken_preparation_seconds`` count every booking in ``TAKES_A_PLACE``;
    they move with them, never alone.

    ``capacity_preparation_seconds`` is the time of all who prepare together, None when nobody said
    how many they are. ``walk_up_cars`` of its places, and their share of that time, are kept from
    booking until ``walk_up_until_at``. ``limited_items`` are those with a pick-up stock that day:
    a statement that waited for this row reads here, and only here, that one was stated meanwhile.
    """

    reference = models.CharField(max_length=32, unique=True, default=partial(new, "SLT"))
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="slots")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    cut_off_at = models.DateTimeField(
        help_text="wall-clock end of booking, e.g. 18:00 the day before"
    )
    capacity_cars = models.PositiveIntegerField()
    taken_cars = models.PositiveIntegerField(default=0)
    walk_up_cars = models.PositiveIntegerField(default=0)
    walk_up_until_at = models.DateTimeField(null=True, blank=True)
    capacity_preparation_seconds = models.PositiveIntegerField(null=True, blank=True)
    taken_preparation_seconds = models.PositiveBigIntegerField(default=0)
    walk_up_preparation_seconds = models.PositiveIntegerField(default=0)
    limited_items = ArrayField(models.CharField(max_length=32), default=list, blank=True)
    status = models.CharField(max_length=9, choices=SlotStatus, default=SlotStatus.OPEN)

    objects = SlotQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at"]
        constraints = [
            models.UniqueConstraint(fields=["site", "starts_at"], name="one_slot_per_start"),
            models.CheckConstraint(
                condition=Q(taken_cars__lte=F("capacity_cars")), name="slot_never_overfull"
            ),
            models.CheckConstraint(
                condition=Q(walk_up_cars=0)
                | Q(walk_up_cars__lte=F("capacity_cars"), walk_up_until_at__isnull=False),
                name="slot_walk_up_share",
            ),
            models.CheckConstraint(
                condition=Q(capacity_preparation_seconds__isnull=True)
                | Q(taken_preparation_seconds__lte=F("capacity_preparation_seconds")),
                name="slot_never_more_than_can_be_prepared",
            ),
            models.CheckConstraint(
                condition=Q(walk_up_preparation_seconds=0)
                | Q(
                    capacity_preparation_seconds__isnull=False,
                    walk_up_preparation_seconds__lte=F("capacity_preparation_seconds"),
                ),
                name="slot_walk_up_preparation_share",
            ),
            models.CheckConstraint(condition=Q(starts_at__lt=F("ends_at")), name="slot_has_length"),
            # So one comparison with the cut-off also keeps out what has begun.
            models.CheckConstraint(
                condition=Q(cut_off_at__lte=F("starts_at")), name="slot_cut_off_before_start"
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def left(self) -> int:
        return self.capacity_cars - self.taken_cars

    @property
    def preparation_seconds_left(self) -> int | None:
        """None where time does not bind."""
        if self.capacity_preparation_seconds is None:
            return None
        return self.capacity_preparation_seconds - self.taken_preparation_seconds

    def bookable(self, now: datetime) -> int:
        """Places that can be booked: those left, less what is kept for who comes unbooked."""
        return max(0, self.left - self.walk_up_cars if self._keeps(now) else self.left)

    def may_prepare(self, seconds: int, now: datetime) -> bool:
        """Whether so many more seconds can be booked."""
        if not seconds or self.capacity_preparation_seconds is None:
            return True
        kept = self.walk_up_preparation_seconds if self._keeps(now) else 0
        taken = self.taken_preparation_seconds + seconds
        return taken <= self.capacity_preparation_seconds - kept

    def _keeps(self, now: datetime) -> bool:
        return self.walk_up_until_at is not None and now < self.walk_up_until_at

    @property
    def seconds(self) -> int:
        return int((self.ends_at - self.starts_at).total_seconds())

    @property
    def preparers(self) -> int | None:
        """How many prepare; None when nobody said."""
        if self.capacity_preparation_seconds is None:
            return None
        return self.capacity_preparation_seconds // self.seconds


def bookable_cars(now: datetime) -> CombinedExpression:
    """How many cars may have a place by booking, as the database counts."""
    kept = Case(When(walk_up_until_at__gt=now, then=F("walk_up_cars")), default=Value(0))
    return F("capacity_cars") - kept


def room_for(preparation_seconds: int, now: datetime) -> Q:
    """Slots in which a car that takes so long to prepare may be booked, as the database counts."""
    a_place = Q(taken_cars__lt=bookable_cars(now))
    if not preparation_seconds:
        return a_place
    kept = Case(
        When(walk_up_until_at__gt=now, then=F("walk_up_preparation_seconds")), default=Value(0)
    )
    return a_place & can_prepare(preparation_seconds + kept)


def can_prepare(seconds: int | CombinedExpression) -> Q:
    """Slots with so many seconds left, kept or not."""
    in_time = Q(taken_preparation_seconds__lte=F("capacity_preparation_seconds") - seconds)
    return Q(capacity_preparation_seconds__isnull=True) | in_time


class BookingStatus(models.TextChoices):
    HELD = "held"  # kept for minutes during checkout
    CONFIRMED = "confirmed"
    SERVED = "served"
    MISSED = "missed"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


# A served or missed car has used its place: the span does not get room back.
BOOKED = (BookingStatus.CONFIRMED, BookingStatus.SERVED, BookingStatus.MISSED)
TAKES_A_PLACE = (BookingStatus.HELD, *BOOKED)


class BookingQuerySet(models.QuerySet["Booking"]):
    def locked(self) -> BookingQuerySet:
        return self.order_by("pk").select_for_update(of=("self",), no_key=True)


class Booking(models.Model):
    """One car's place in one slot: first held, then confirmed.

    ``key`` is the caller's; the same key gets the same booking. ``owner_reference`` is the
    basket while held and the fulfilment once confirmed. ``site`` repeats the slot's, so that
    the database itself can keep an owner to one hold a site. ``preparation_seconds`` and ``items``
    (pieces by item) are what it takes besides its place; in its own row, so that who waited for
    the row never gives back what another has given back.

    Every hold writes to every index: ``unique=True`` would bring a second one for each field, for
    patterns that nobody asks for.
    """

    reference = models.CharField(max_length=32, default=partial(new, "BOK"))
    slot = models.ForeignKey(Slot, on_delete=models.PROTECT, related_name="bookings")
    site = models.ForeignKey(
        Site, on_delete=models.PROTECT, related_name="bookings", db_index=False
    )
    key = models.CharField(max_length=64)
    owner_reference = models.CharField(max_length=32)
    status = models.CharField(max_length=9, choices=BookingStatus, default=BookingStatus.HELD)
    held_until = models.DateTimeField(null=True, blank=True)
    extended_at = models.DateTimeField(null=True, blank=True)
    plate = models.CharField(max_length=10, blank=True)
    phone_last4 = models.CharField(max_length=4, blank=True)
    preparation_seconds = models.PositiveIntegerField(default=0)
    items = models.JSONField(default=dict, blank=True)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = BookingQuerySet.as_manager()

    class Meta:
        ordering = ["made_at", "pk"]
        indexes = [
            models.Index(fields=["owner_reference"], name="bookings_of_owner"),
            models.Index(fields=["held_until"], condition=Q(status="held"), name="holds_by_end"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["reference"], name="booking_reference"),
            models.UniqueConstraint(fields=["key"], name="one_booking_per_key"),
            models.UniqueConstraint(
                fields=["site", "owner_reference"],
                condition=Q(status="held"),
                name="one_hold_per_owner_and_site",
            ),
            models.CheckConstraint(
                condition=~Q(status="held") | Q(held_until__isnull=False),
                name="hold_has_an_end",
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class PickupStockQuerySet(models.QuerySet["PickupStock"]):
    def locked(self) -> PickupStockQuerySet:
        return self.order_by("pk").select_for_update(of=("self",), no_key=True)


class PickupStock(models.Model):
    """So many pieces of an item can be picked up at a site on a date, whenever they were ordered.

    An item without a row for the date is not bound by it. ``taken`` counts the pieces of the
    bookings that take a place that day; it moves with them, never alone.
    """

    site = models.ForeignKey(
        Site, on_delete=models.CASCADE, related_name="pickup_stocks", db_index=False
    )
    on_date = models.DateField()
    item_reference = models.CharField(max_length=32)
    amount = models.PositiveIntegerField()
    taken = models.PositiveIntegerField(default=0)

    objects = PickupStockQuerySet.as_manager()

    class Meta:
        ordering = ["on_date", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["site", "on_date", "item_reference"], name="one_pickup_stock_per_date"
            ),
            models.CheckConstraint(
                condition=Q(taken__lte=F("amount")), name="pickup_stock_never_oversold"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_reference} {self.on_date}"

    @property
    def left(self) -> int:
        return self.amount - self.taken


class WaitingStatus(models.TextChoices):
    WAITING = "waiting"
    OFFERED = "offered"  # a place is held for some time
    TAKEN = "taken"  # that place is the basket's now
    LAPSED = "lapsed"  # it was not taken in time
    LEFT = "left"
    OVER = "over"  # nothing in the span can be booked any more


LIVE_WAITING = (WaitingStatus.WAITING, WaitingStatus.OFFERED)


class WaitingQuerySet(models.QuerySet["Waiting"]):
    def locked(self) -> WaitingQuerySet:
        """In the order in which they came: that is also the order of offers."""
        return self.order_by("joined_at", "pk").select_for_update(of=("self",), no_key=True)


class Waiting(models.Model):
    """Somebody wants a place in any slot of the site that begins in [from_at, until_at).

    ``booking`` is the hold that was offered, with this row's reference as owner until it is taken.
    """

    reference = models.CharField(max_length=32, unique=True, default=partial(new, "WAI"))
    key = models.CharField(max_length=64, unique=True)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="waiting")
    from_at = models.DateTimeField()
    until_at = models.DateTimeField()
    owner_reference = models.CharField(max_length=32, db_index=True)
    status = models.CharField(max_length=7, choices=WaitingStatus, default=WaitingStatus.WAITING)
    booking = models.OneToOneField(
        Booking, null=True, blank=True, on_delete=models.PROTECT, related_name="waiting"
    )
    joined_at = models.DateTimeField()
    offered_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = WaitingQuerySet.as_manager()

    class Meta:
        ordering = ["joined_at", "pk"]
        indexes = [
            models.Index(
                fields=["site", "from_at"], condition=Q(status="waiting"), name="waiting_in_line"
            ),
            models.Index(fields=["booking"], condition=Q(status="offered"), name="waiting_offered"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["owner_reference", "site", "from_at", "until_at"],
                condition=Q(status__in=LIVE_WAITING),
                name="waits_once_for_a_span",
            ),
            models.CheckConstraint(
                condition=Q(from_at__lt=F("until_at")), name="waiting_span_has_length"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=("offered", "taken")) | Q(booking__isnull=False),
                name="offer_has_its_place",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_whole_day(self) -> bool:
        return (self.until_at - self.from_at).days > 0
