"""Vans, drivers, and who drives what when."""

from functools import partial

from django.db import models
from django.db.models import F, Q

from logistics.network.models import Depot
from logistics.references import new


class Vehicle(models.Model):
    reference = models.CharField(max_length=32, unique=True, default=partial(new, "VEH"))
    depot = models.ForeignKey(Depot, on_delete=models.PROTECT, related_name="vehicles")
    name = models.CharField(max_length=40)
    plate = models.CharField(max_length=12, unique=True)
    capacity_grams = models.PositiveIntegerField()
    capacity_ml = models.PositiveIntegerField()
    chilled = models.BooleanField(default=False)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.reference


class Driver(models.Model):
    reference = models.CharField(max_length=32, unique=True, default=partial(new, "DRV"))
    depot = models.ForeignKey(Depot, on_delete=models.PROTECT, related_name="drivers")
    full_name = models.CharField(max_length=60)
    phone = models.CharField(max_length=16)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.reference


class Shift(models.Model):
    """One driver with one vehicle for stated hours."""

    reference = models.CharField(max_length=32, unique=True, default=partial(new, "SHF"))
    driver = models.ForeignKey(Driver, on_delete=models.PROTECT, related_name="shifts")
    vehicle = models.ForeignKey(Vehicle, on_delete=models.PROTECT, related_name="shifts")
    depot = models.ForeignKey(Depot, on_delete=models.PROTECT, related_name="shifts")
    on_date = models.DateField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    break_starts_at = models.DateTimeField(null=True, blank=True)
    break_seconds = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["on_date", "starts_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["driver", "starts_at"], name="driver_once_at_a_time"),
            models.UniqueConstraint(fields=["vehicle", "starts_at"], name="vehicle_once_at_a_time"),
            models.CheckConstraint(condition=Q(starts_at__lt=F("ends_at")), name="shift_has_length"),
        ]

    def __str__(self) -> str:
        return self.reference
