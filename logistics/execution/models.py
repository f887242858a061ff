"""What drivers report. An event is kept as it came, whether or not it changed anything."""

from django.db import models

from logistics.planning.models import StopTask


class StopEventKind(models.TextChoices):
    DELIVERED = "delivered"
    COLLECTED = "collected"
    FAILED = "failed"


class FailureReason(models.TextChoices):
    ABSENT = "absent"
    WRONG_ADDRESS = "wrong_address"
    NO_ACCESS = "no_access"
    REFUSED = "refused"
    DAMAGED = "damaged"
    UNSAFE = "unsafe"
    WEATHER = "weather"
    OTHER = "other"


class StopEvent(models.Model):
    event_id = models.UUIDField(unique=True, help_text="made on the phone; a repeat is the same")
    task = models.ForeignKey(StopTask, on_delete=models.PROTECT, related_name="events")
    driver_reference = models.CharField(max_length=32)
    kind = models.CharField(max_length=9, choices=StopEventKind)
    reason = models.CharField(max_length=20, choices=FailureReason, blank=True)
    note = models.CharField(max_length=200, blank=True)
    happened_at = models.DateTimeField(help_text="device time")
    received_at = models.DateTimeField()
    applied = models.BooleanField(help_text="False: a newer event had already decided the task")

    class Meta:
        ordering = ["happened_at", "pk"]

    def __str__(self) -> str:
        return str(self.event_id)
