"""A depot's day: the plan, one route per shift used, its stops, and what could not be served."""

from datetime import datetime, timedelta
from functools import partial

from django.db import models
from django.db.models import Q

from logistics.consignments.models import Consignment
from logistics.fleet.models import Shift
from logistics.network.models import Depot
from logistics.planning.visits import service_together
from logistics.references import new


class PlanStatus(models.TextChoices):
    DRAFT = "draft"
    PUBLISHED = "published"
    REPLACED = "replaced"


class PlanQuerySet(models.QuerySet["Plan"]):
    def locked(self) -> "PlanQuerySet":
        return self.order_by("pk").select_for_update(of=("self",), no_key=True)


class Plan(models.Model):
    """``fingerprint`` sums up what was planned; when the day's facts have another, it is stale.

    ``cost`` is what the engine minimised: seconds on the road, vans used, consignments left out.
    """

    reference = models.CharField(max_length=32, unique=True, default=partial(new, "PLN"))
    depot = models.ForeignKey(Depot, on_delete=models.PROTECT, related_name="plans")
    on_date = models.DateField()
    status = models.CharField(max_length=9, choices=PlanStatus, default=PlanStatus.DRAFT)
    replaces = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="replaced_by",
        help_text="the plan in force when this one was made",
    )
    fingerprint = models.CharField(max_length=64)
    road_matrix = models.CharField(max_length=40, help_text="where its durations came from")
    engine = models.CharField(max_length=40)
    seed = models.PositiveIntegerField()
    solve_seconds = models.FloatField()
    cost = models.BigIntegerField()
    distance_m = models.PositiveIntegerField()
    duration_seconds = models.PositiveIntegerField()
    made_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)
    replanned_at = models.DateTimeField(
        null=True, blank=True, help_text="vans were under way: it plans from then on"
    )
    asked_key = models.CharField(
        max_length=40, unique=True, null=True, blank=True, help_text="one asking, one plan"
    )
    speeds = models.JSONField(default=list, help_text="the depot's, when it was made")
    choices = models.JSONField(default=dict, help_text="what the dispatcher said of the vans")

    objects = PlanQuerySet.as_manager()

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


class RouteQuerySet(models.QuerySet["Route"]):
    def locked(self) -> "RouteQuerySet":
        return self.order_by("pk").select_for_update(of=("self",), no_key=True)


class Route(models.Model):
    reference = models.CharField(max_length=32, unique=True, default=partial(new, "RTE"))
    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="routes")
    shift = models.ForeignKey(Shift, on_delete=models.PROTECT, related_name="routes")
    leaves_at = models.DateTimeField()
    back_at = models.DateTimeField()
    break_at = models.DateTimeField(null=True, blank=True, help_text="when the driver rests")
    departed_at = models.DateTimeField(null=True, blank=True, help_text="when it really left")
    distance_m = models.PositiveIntegerField()
    duration_seconds = models.PositiveIntegerField()
    resumes = models.JSONField(
        null=True, blank=True, help_text="where a van under way drove on from, and with what aboard"
    )

    objects = RouteQuerySet.as_manager()

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
    load_ml_after = models.PositiveIntegerField()
    load_chilled_ml_after = models.PositiveIntegerField(default=0)
    passed = models.BooleanField(
        default=False, help_text="ended before the plan was made; kept for the driver to see"
    )
    terms = models.JSONField(
        default=dict, help_text="what was kept here at a price when it was planned"
    )

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["route", "position"], name="one_stop_per_position"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def begins_at(self) -> datetime:
        """When the bell rings: a van that comes early waits, for the window or a promised time."""
        services = [task.consignment.service_seconds for task in self.tasks.all()]
        return self.leaves_at - timedelta(seconds=service_together(services or [0]))


class TaskStatus(models.TextChoices):
    PENDING = "pending"
    DONE = "done"
    FAILED = "failed"


class StopTaskQuerySet(models.QuerySet["StopTask"]):
    def locked(self) -> "StopTaskQuerySet":
        return self.order_by("pk").select_for_update(of=("self",), no_key=True)


class StopTask(models.Model):
    reference = models.CharField(max_length=32, unique=True, default=partial(new, "TSK"))
    stop = models.ForeignKey(Stop, on_delete=models.CASCADE, related_name="tasks")
    consignment = models.ForeignKey(Consignment, on_delete=models.PROTECT, related_name="tasks")
    status = models.CharField(max_length=7, choices=TaskStatus, default=TaskStatus.PENDING)
    changed_at = models.DateTimeField(
        null=True, blank=True, help_text="device time of the event that decided the status"
    )
    reason = models.CharField(max_length=20, blank=True, help_text="why it failed")
    attempt = models.PositiveSmallIntegerField(
        default=1, help_text="2 when tried again on the same day"
    )
    aboard = models.BooleanField(
        default=False, help_text="its goods were in the van when it was planned"
    )

    objects = StopTaskQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["stop", "consignment"], name="one_task_per_stop_item"),
        ]

    def __str__(self) -> str:
        return self.reference


class PlanException(models.Model):
    """A consignment the plan does not serve, and why. ``advice`` as in ``advice.py``; None until it
    is reckoned, or where it was not."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="exceptions")
    consignment = models.ForeignKey(
        Consignment, on_delete=models.PROTECT, related_name="exceptions"
    )
    cause = models.CharField(max_length=30)
    aboard_of = models.ForeignKey(
        Shift,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="in whose van the goods stay",
    )
    advice = models.JSONField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "consignment"], name="one_cause_per_unserved"),
        ]

    def __str__(self) -> str:
        return f"{self.consignment_id}: {self.cause}"


class WhatIfKind(models.TextChoices):
    VAN_OUT = "van_out"
    DRIVER_ILL = "driver_ill"
    MORE_BOXES = "more_boxes"
    WINDOW_MOVED = "window_moved"
    STOP_OUT = "stop_out"


class WhatIf(models.Model):
    """A change tried beside a plan; ``facts`` and ``result`` as in ``what_if.py``.

    Finished with a ``result``, or with the code of the ``refusal`` that made it impossible.
    """

    reference = models.CharField(max_length=32, unique=True, default=partial(new, "WIF"))
    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="what_ifs")
    kind = models.CharField(max_length=12, choices=WhatIfKind)
    facts = models.JSONField()
    asked_at = models.DateTimeField()
    stop_asked = models.BooleanField(default=False)
    result = models.JSONField(null=True, blank=True)
    refusal = models.CharField(max_length=30, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.reference
