"""What was given to a courier: a row for each time somebody wrote a number down."""

from functools import partial

from django.db import models
from django.db.models import Q

from commerce.orders.models import Fulfilment
from commerce.parcels.couriers import Courier, tracking_page
from commerce.references import new


class Parcel(models.Model):
    """The latest of a part counts; earlier ones were written down wrongly, or came back."""

    reference = models.CharField(max_length=32, unique=True, default=partial(new, "PCL"))
    key = models.CharField(max_length=64, unique=True, help_text="made by the caller; a repeat")
    fulfilment = models.ForeignKey(Fulfilment, on_delete=models.CASCADE, related_name="parcels")
    courier = models.CharField(max_length=8, choices=Courier)
    number = models.CharField(max_length=14, help_text="of the waybill, digits alone")
    sent_by = models.CharField(max_length=32, help_text="a user's reference")
    sent_at = models.DateTimeField(help_text="the same when a number is corrected")
    written_at = models.DateTimeField()
    came_back_at = models.DateTimeField(
        null=True, blank=True, help_text="the courier could not bring it"
    )

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(number__regex=r"^[0-9]{10,14}$"), name="parcel_has_a_number"
            ),
        ]
        indexes = [models.Index(fields=["sent_at"])]

    def __str__(self) -> str:
        return self.reference

    @property
    def page(self) -> str:
        """Where anybody may see how far it is."""
        return tracking_page(self.courier, self.number)
