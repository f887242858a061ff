"""What a depot does every week, and the days on which it does not. Weekdays: 0 is Monday."""

from functools import partial

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, RangeOperators
from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models import F, Func, Q

from logistics.fleet.models import Driver, Vehicle
from logistics.network.models import Depot
from logistics.references import new

WEEK = [0, 1, 2, 3, 4, 5, 6]
LONGEST_REASON = 40


class Hours(Func):
    """[start, end) of one day, any day: times of day have no range of their own."""

    template = "TSRANGE(DATE '2000-01-01' + %(expressions)s)"
    arg_joiner = ", DATE '2000-01-01' + "
    output_field = DateTimeRangeField()


def _once_at_a_time(name: str, who: str) -> ExclusionConstraint:
    """No two rows of one ``who`` share an hour of a weekday."""
    return ExclusionConstraint(
        name=name,
        expressions=[
            (who, RangeOperators.EQUAL),
            (OpClass("weekdays", name="gist__int_ops"), RangeOperators.OVERLAPS),
            (Hours("start", "end"), RangeOperators.OVERLAPS),
        ],
    )


SOME_WEEKDAYS = Q(weekdays__len__gt=0, weekdays__contained_by=WEEK)


class RegularWindow(models.Model):
    """A delivery window that is opened on each of its weekdays."""

    reference = models.CharField(max_length=32, unique=True, default=partial(new, "RWN"))
    depot = models.ForeignKey(Depot, on_delete=models.PROTECT, related_name="regular_windows")
    weekdays = ArrayField(models.IntegerField())
    start = models.TimeField()
    end = models.TimeField()
    capacity_stops = models.PositiveIntegerField()
    cut_off_days = models.PositiveSmallIntegerField(help_text="days before the window's own")
    cut_off = models.TimeField()

    class Meta:
        ordering = ["start", "weekdays"]
        constraints = [
            _once_at_a_time("regular_windows_side_by_side", "depot"),
            models.CheckConstraint(condition=SOME_WEEKDAYS, name="regular_window_weekdays"),
            models.CheckConstraint(
                condition=Q(start__lt=F("end")), name="regular_window_has_length"
            ),
            models.CheckConstraint(
                condition=Q(capacity_stops__gt=0), name="regular_window_has_room"
            ),
            models.CheckConstraint(
                condition=Q(cut_off_days__gt=0) | Q(cut_off__lte=F("start")),
                name="regular_window_closes_before_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class RegularShift(models.Model):
    """One driver with one vehicle for the same hours on each of its weekdays."""

    reference = models.CharField(max_length=32, unique=True, default=partial(new, "RSH"))
    depot = models.ForeignKey(Depot, on_delete=models.PROTECT, related_name="regular_shifts")
    driver = models.ForeignKey(Driver, on_delete=models.PROTECT, related_name="regular_shifts")
    vehicle = models.ForeignKey(Vehicle, on_delete=models.PROTECT, related_name="regular_shifts")
    weekdays = ArrayField(models.IntegerField())
    start = models.TimeField()
    end = models.TimeField()
    break_at = models.TimeField(null=True, blank=True)
    break_minutes = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["start", "pk"]
        constraints = [
            _once_at_a_time("regular_driver_once_at_a_time", "driver"),
            _once_at_a_time("regular_vehicle_once_at_a_time", "vehicle"),
            models.CheckConstraint(condition=SOME_WEEKDAYS, name="regular_shift_weekdays"),
            models.CheckConstraint(
                condition=Q(start__lt=F("end")), name="regular_shift_has_length"
            ),
            models.CheckConstraint(
                condition=Q(break_at=None) | Q(break_at__gte=F("start"), break_at__lt=F("end")),
                name="regular_break_inside_shift",
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class ClosedDay(models.Model):
    """A date on which nobody drives from the depot, whatever its week says."""

    reference = models.CharField(max_length=32, unique=True, default=partial(new, "CLO"))
    depot = models.ForeignKey(Depot, on_delete=models.PROTECT, related_name="closed_days")
    on_date = models.DateField()
    reason = models.CharField(max_length=LONGEST_REASON, help_text="e.g. 설날")

    class Meta:
        ordering = ["on_date"]
        constraints = [
            models.UniqueConstraint(fields=["depot", "on_date"], name="one_closing_per_depot_day"),
        ]

    def __str__(self) -> str:
        return self.reference
