"""Spans promised to homes, with room for so many stops."""

from functools import partial

from django.db import models
from django.db.models import F, Q

from logistics.network.models import Depot
from logistics.references import new


class DeliveryWindow(models.Model):
    reference = models.CharField(max_length=32, unique=True, default=partial(new, "WIN"))
    depot = models.ForeignKey(Depot, on_delete=models.PROTECT, related_name="windows")
    on_date = models.DateField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    cut_off_at = models.DateTimeField(help_text="after this the day's plan is made")
    capacity_stops = models.PositiveIntegerField()
    taken_stops = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["starts_at"]
        constraints = [
            models.UniqueConstraint(fields=["depot", "starts_at"], name="one_window_per_start"),
            models.CheckConstraint(
                condition=Q(taken_stops__lte=F("capacity_stops")), name="window_never_overfull"
            ),
            models.CheckConstraint(
                condition=Q(starts_at__lt=F("ends_at")), name="delivery_window_has_length"
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def left(self) -> int:
        """Stops that can still be promised."""
        return self.capacity_stops - self.taken_stops


class WindowPlace(models.Model):
    """One stop's place in a window. ``key`` is the owner's, so taking twice takes once."""

    window = models.ForeignKey(DeliveryWindow, on_delete=models.CASCADE, related_name="places")
    key = models.CharField(max_length=64, unique=True)
    taken_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.key
