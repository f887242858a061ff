"""Cars that have come, calls to come forward, and everything that was seen at a site.

Lock order: site, lane, arrival, call, then the slots package's own.
"""

from __future__ import annotations

from functools import partial

from django.db import models
from django.db.models import Q

from drivethrough.queue.replaying import Kind
from drivethrough.references import new
from drivethrough.sites.models import Lane, Site
from drivethrough.slots.models import Booking


class ArrivalStatus(models.TextChoices):
    WAITING = "waiting"
    CALLED = "called"
    SERVED = "served"
    LEFT = "left"


class ArrivalQuerySet(models.QuerySet["Arrival"]):
    def locked(self) -> ArrivalQuerySet:
        return self.order_by("pk").select_for_update(of=("self",), no_key=True)


class Arrival(models.Model):
    """``key`` is the scan's that brought it in, ``served_key`` the tap's that handed over."""

    reference = models.CharField(max_length=32, unique=True, default=partial(new, "ARR"))
    key = models.CharField(max_length=64, unique=True)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="arrivals")
    booking = models.OneToOneField(Booking, on_delete=models.PROTECT, related_name="arrival")
    status = models.CharField(max_length=7, choices=ArrivalStatus, default=ArrivalStatus.WAITING)
    arrived_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    served_key = models.CharField(max_length=64, unique=True, null=True, blank=True)

    objects = ArrivalQuerySet.as_manager()

    class Meta:
        ordering = ["arrived_at", "pk"]
        indexes = [models.Index(fields=["site", "status", "arrived_at"])]

    def __str__(self) -> str:
        return self.reference


class Call(models.Model):
    """A car told to come to a lane. One open call per lane: the lane serves one car at a time."""

    key = models.CharField(max_length=64, unique=True)
    lane = models.ForeignKey(Lane, on_delete=models.PROTECT, related_name="calls")
    arrival = models.ForeignKey(Arrival, on_delete=models.PROTECT, related_name="calls")
    called_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["called_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["lane"], condition=Q(ended_at__isnull=True), name="one_car_per_lane"
            ),
            models.UniqueConstraint(
                fields=["arrival"], condition=Q(ended_at__isnull=True), name="one_call_per_car"
            ),
        ]

    def __str__(self) -> str:
        return self.key


class QueueEvent(models.Model):
    """One thing seen at the site, when it happened and when it was told.

    Arrivals and calls can be made anew from a day's events, in whatever order they came in.
    ``key`` is the tap's or the scan's; the tablet that says it again says the same.
    """

    key = models.CharField(max_length=64)
    kind = models.CharField(max_length=7, choices=[(kind.value, kind.name) for kind in Kind])
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="queue_events")
    booking = models.ForeignKey(Booking, on_delete=models.PROTECT, related_name="queue_events")
    lane = models.ForeignKey(Lane, on_delete=models.PROTECT, null=True, blank=True)
    happened_at = models.DateTimeField()
    received_at = models.DateTimeField()

    class Meta:
        ordering = ["happened_at", "pk"]
        indexes = [models.Index(fields=["site", "happened_at"])]
        constraints = [
            models.UniqueConstraint(fields=["kind", "key"], name="queue_event_told_once"),
            models.CheckConstraint(
                condition=Q(kind="called", lane__isnull=False)
                | (~Q(kind="called") & Q(lane__isnull=True)),
                name="a_call_is_to_a_lane",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class Turn(models.Model):
    """When a car was last told to be called; nothing depends on it but what its driver reads."""

    booking = models.OneToOneField(Booking, on_delete=models.CASCADE, related_name="turn")
    call_at = models.DateTimeField(null=True, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.booking} {self.call_at}"
