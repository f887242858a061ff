"""Vans, drivers, and who drives what when."""

from functools import partial

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q

from logistics.fleet.equipment import Equipment
from logistics.network.models import Depot
from logistics.references import new


class VehicleQuerySet(models.QuerySet["Vehicle"]):
    def locked(self) -> "VehicleQuerySet":
        return self.order_by("pk").select_for_update(of=("self",), no_key=True)


class Vehicle(models.Model):
    reference = models.CharField(max_length=32, unique=True, default=partial(new, "VEH"))
    depot = models.ForeignKey(Depot, on_delete=models.PROTECT, related_name="vehicles")
    name = models.CharField(max_length=40)
    plate = models.CharField(max_length=12, unique=True)
    capacity_grams = models.PositiveIntegerField()
    capacity_ml = models.PositiveIntegerField()
    chilled = models.BooleanField(default=False)
    chilled_ml = models.PositiveIntegerField(
        null=True, blank=True, help_text="its cold compartment; null: all of a chilled van is cold"
    )
    height_cm = models.PositiveSmallIntegerField(default=0, help_text="0: not measured")
    equipment = ArrayField(models.CharField(max_length=16), default=list, blank=True)
    won_per_km = models.PositiveIntegerField(null=True, blank=True)
    won_per_hour = models.PositiveIntegerField(null=True, blank=True, help_text="of driving")

    objects = VehicleQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(chilled_ml=None) | Q(chilled=True, chilled_ml__lte=F("capacity_ml")),
                name="cold_part_of_a_chilled_van",
            ),
            models.CheckConstraint(
                condition=Q(equipment__contained_by=Equipment.values),
                name="vehicle_equipment_known",
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class DriverQuerySet(models.QuerySet["Driver"]):
    def locked(self) -> "DriverQuerySet":
        return self.order_by("pk").select_for_update(of=("self",), no_key=True)


class Driver(models.Model):
    reference = models.CharField(max_length=32, unique=True, default=partial(new, "DRV"))
    depot = models.ForeignKey(Depot, on_delete=models.PROTECT, related_name="drivers")
    full_name = models.CharField(max_length=60)
    phone = models.CharField(max_length=16)
    most_minutes = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="from leaving the depot to being back; null: the shift"
    )

    objects = DriverQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.reference


class HoursOfShift(Func):
    """[start, end): a shift may begin at the moment another ends."""

    function = "TSTZRANGE"
    output_field = DateTimeRangeField()


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
            ExclusionConstraint(
                name="driver_once_at_a_time",
                expressions=[
                    ("driver", RangeOperators.EQUAL),
                    (HoursOfShift("starts_at", "ends_at"), RangeOperators.OVERLAPS),
                ],
            ),
            ExclusionConstraint(
                name="vehicle_once_at_a_time",
                expressions=[
                    ("vehicle", RangeOperators.EQUAL),
                    (HoursOfShift("starts_at", "ends_at"), RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(
                condition=Q(starts_at__lt=F("ends_at")), name="shift_has_length"
            ),
        ]

    def __str__(self) -> str:
        return self.reference
