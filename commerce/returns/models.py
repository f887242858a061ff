"""One shopper's wish to give back so many of one line, and what came of it."""

from functools import partial

from django.db import models
from django.db.models import Q

from commerce.orders.models import OrderLine
from commerce.references import new
from commerce.returns.transitions import OPEN

MOST_PHOTOS = 3


class ReturnKind(models.TextChoices):
    WITHDRAWAL = "withdrawal"  # the shopper changed their mind
    DEFECT = "defect"


class ReturnStatus(models.TextChoices):
    ASKED = "asked"
    COMING_BACK = "coming_back"  # agreed; the money follows the goods
    REFUNDED = "refunded"
    DECLINED = "declined"
    TAKEN_BACK = "taken_back"  # by the shopper


class ReturnRequest(models.Model):
    reference = models.CharField(max_length=32, unique=True, default=partial(new, "RET"))
    key = models.CharField(max_length=64, unique=True, help_text="made by the caller; a repeat")
    line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="returns")
    kind = models.CharField(max_length=10, choices=ReturnKind)
    quantity = models.PositiveIntegerField()
    words = models.CharField(max_length=500, help_text="the shopper's")
    status = models.CharField(max_length=12, choices=ReturnStatus, default=ReturnStatus.ASKED)
    asked_at = models.DateTimeField()
    answer = models.CharField(max_length=500, blank=True, help_text="the merchant's or the mall's")
    answered_by = models.CharField(max_length=32, blank=True, help_text="a user's reference")
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["line"], condition=Q(status__in=OPEN), name="one_open_return_per_line"
            ),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="return_of_something"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def won(self) -> int:
        """All that comes back of a line, in however many pieces, is exactly what it cost."""
        if not self.line.lighter_won:  # each of them costs a whole won
            return self.line.won_of(self.quantity)
        earlier = self.line.returns.filter(status=ReturnStatus.REFUNDED, pk__lt=self.pk)
        before = earlier.aggregate(n=models.Sum("quantity", default=0))["n"]
        return self.line.won_of(before + self.quantity) - self.line.won_of(before)


class ReturnPhoto(models.Model):
    """What is wrong, as the shopper saw it. In the row and not in a file that has an address: only
    the shopper, the merchant of the line and the mall may see it."""

    request = models.ForeignKey(ReturnRequest, on_delete=models.CASCADE, related_name="photos")
    number = models.PositiveSmallIntegerField(help_text="1, 2, 3 as they were sent")
    webp = models.BinaryField()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["request", "number"], name="one_photo_for_each_number"),
            models.CheckConstraint(
                condition=Q(number__gte=1, number__lte=MOST_PHOTOS), name="return_photos_are_few"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.request_id}/{self.number}"
