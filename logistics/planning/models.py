"""A depot's day: the plan, one route per shift used, its stops, and what could not be served."""

from functools import partial

from django.db import models
from django.db.models import Q

from logistics.consignments.models import Consignment
from logistics.fleet.models import Shift
from logistics.network.models import Depot
from logistics.references import new


class PlanStatus(models.TextChoices):
    DRAFT = "draft"
    PUBLISHED = "published"
    REPLACED = "replaced"


class Plan(models.Model):
    reference = models.CharField(max_length=32, unique=True, default=partial(new, "PLN"))
    depot = models.ForeignKey(Depot, on_delete=models.PROTECT, related_name="plans")
    on_date = models.DateField()
    status = models.CharField(max_length=9, choices=PlanStatus, default=PlanStatus.DRAFT)
    engine = models.CharField(max_length=40)
    seed = models.PositiveIntegerField()
    solve_seconds = models.FloatField()
    distance_m = models.PositiveIntegerField()
    duration_seconds = models.PositiveIntegerField()
    made_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-on_date", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["depot", "on_date"],
                condition=Q(status="published"),
                name="one_published_plan_per_depot_day",
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class Route(models.Model):
    reference = models.CharField(max_length=32, unique=True, default=partial(new, "RTE"))
    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="routes")
    shift = models.ForeignKey(Shift, on_delete=models.PROTECT, related_name="routes")
    leaves_at = models.DateTimeField()
    back_at = models.DateTimeField()
    distance_m = models.PositiveIntegerField()
    duration_seconds = models.PositiveIntegerField()

    class Meta:
        ordering = ["shift__starts_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "shift"], name="one_route_per_shift"),
        ]

    def __str__(self) -> str:
        return self.reference


class Stop(models.Model):
    """One visit to one place; several consignments may be handed over and fetched there."""

    reference = models.CharField(max_length=32, unique=True, default=partial(new, "STP"))
    route = models.ForeignKey(Route, on_delete=models.CASCADE, related_name="stops")
    position = models.PositiveSmallIntegerField(help_text="1 = first after the depot")
    lat = models.FloatField()
    lon = models.FloatField()
    address = models.CharField(max_length=200)
    arrives_at = models.DateTimeField()
    leaves_at = models.DateTimeField()
    load_grams_after = models.PositiveIntegerField(help_text="in the van when it leaves this stop")

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["route", "position"], name="one_stop_per_position"),
        ]

    def __str__(self) -> str:
        return self.reference


class TaskStatus(models.TextChoices):
    PENDING = "pending"
    DONE = "done"
    FAILED = "failed"


class StopTask(models.Model):
    reference = models.CharField(max_length=32, unique=True, default=partial(new, "TSK"))
    stop = models.ForeignKey(Stop, on_delete=models.CASCADE, related_name="tasks")
    consignment = models.ForeignKey(Consignment, on_delete=models.PROTECT, related_name="tasks")
    status = models.CharField(max_length=7, choices=TaskStatus, default=TaskStatus.PENDING)
    changed_at = models.DateTimeField(
        null=True, blank=True, help_text="device time of the event that decided the status"
    )

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["stop", "consignment"], name="one_task_per_stop_item"),
        ]

    def __str__(self) -> str:
        return self.reference


class PlanException(models.Model):
    """A consignment the plan does not serve, and why."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="exceptions")
    consignment = models.ForeignKey(Consignment, on_delete=models.PROTECT)
    cause = models.CharField(max_length=30)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "consignment"], name="one_cause_per_unserved"),
        ]

    def __str__(self) -> str:
        return f"{self.consignment_id}: {self.cause}"
