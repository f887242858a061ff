"""Cars that cannot come when they booked, and what becomes of them.

Lock order: displacement, then the slots package's own.
"""

from __future__ import annotations

from functools import partial

from django.db import models
from django.db.models import Q

from drivethrough.references import new
from drivethrough.slots.models import Booking, Slot


class Answer(models.TextChoices):
    SLOT = "slot"  # another slot, here or at another site
    HOME = "home"
    REFUND = "refund"
    KEPT = "kept"  # nobody answered, and it stays where the farmer has put it
    GONE = "gone"  # the booking ended by itself meanwhile


class Otherwise(models.TextChoices):
    """What happens when nobody answers."""

    REFUND = "refund"
    KEEP = "keep"


class DisplacementQuerySet(models.QuerySet["Displacement"]):
    def locked(self) -> DisplacementQuerySet:
        return self.order_by("pk").select_for_update(of=("self",), no_key=True)


class Displacement(models.Model):
    """A booking had to leave ``slot``: its owner chooses until ``answer_until``, once.

    ``answer_key`` is the tap's that answered; empty when a sweep did.
    """

    reference = models.CharField(max_length=32, unique=True, default=partial(new, "DSP"))
    booking = models.ForeignKey(Booking, on_delete=models.PROTECT, related_name="displacements")
    slot = models.ForeignKey(Slot, on_delete=models.PROTECT, related_name="displacements")
    otherwise = models.CharField(max_length=6, choices=Otherwise)
    made_at = models.DateTimeField()
    answer_until = models.DateTimeField()
    answer = models.CharField(max_length=6, choices=Answer, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answer_key = models.CharField(max_length=64, blank=True)

    objects = DisplacementQuerySet.as_manager()

    class Meta:
        ordering = ["made_at", "pk"]
        indexes = [
            models.Index(
                fields=["answer_until"],
                condition=Q(answered_at__isnull=True),
                name="displacements_unanswered",
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["booking"],
                condition=Q(answered_at__isnull=True),
                name="one_open_displacement_per_booking",
            ),
            models.CheckConstraint(
                condition=Q(answer="", answered_at=None)
                | ~Q(answer="") & Q(answered_at__isnull=False),
                name="displacement_answered_with_its_time",
            ),
        ]

    def __str__(self) -> str:
        return self.reference
