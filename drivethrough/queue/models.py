"""Cars that have come, and calls to come forward.

Lock order: lane, arrival, call, then the slots package's own.
"""

from __future__ import annotations

from functools import partial

from django.db import models
from django.db.models import Q

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
