"""A file of products a merchant sent: checked, then confirmed, then written row by row."""

from functools import partial

from django.db import models
from django.db.models import F, Q

from commerce.merchants.models import Merchant
from commerce.references import new


class ImportStatus(models.TextChoices):
    REFUSED = "refused"  # something is wrong with its rows; nothing comes of it
    CHECKED = "checked"  # waits for the merchant's yes
    CONFIRMED = "confirmed"  # being written, or about to be
    DONE = "done"


class ProductImport(models.Model):
    """``done`` of ``total`` products are written. The rows are kept only until then."""

    reference = models.CharField(max_length=32, unique=True, default=partial(new, "IMP"))
    merchant = models.ForeignKey(Merchant, on_delete=models.CASCADE, related_name="imports")
    file_name = models.CharField(max_length=80)
    status = models.CharField(max_length=10, choices=ImportStatus)
    groups = models.JSONField(default=list, help_text="rows as typed, by product")
    issues = models.JSONField(default=list, help_text="what is wrong, or could not be written")
    total = models.PositiveIntegerField(help_text="products in the file")
    done = models.PositiveIntegerField(default=0)
    # Foreseen when it was checked, counted once it is confirmed.
    new = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    sent_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-sent_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(done__lte=F("total")), name="import_done_at_most"),
        ]
        indexes = [
            models.Index(
                fields=["confirmed_at"], condition=Q(status="confirmed"), name="imports_to_write"
            ),
        ]

    def __str__(self) -> str:
        return self.reference
