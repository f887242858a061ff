"""A cash receipt that a shopper asked for."""

from functools import partial

from django.db import models
from django.db.models import Q

from commerce.orders.models import Order
from commerce.references import new


class CashReceiptStatus(models.TextChoices):
    ASKED = "asked"  # told once everything was handed over and paid
    ISSUED = "issued"
    REFUSED = "refused"  # the number is not known to the tax office; the shopper gives another


class CashReceipt(models.Model):
    """Its reference is the key that the tax office's port gets; amounts are as they were told."""

    reference = models.CharField(max_length=32, unique=True, default=partial(new, "CSH"))
    order = models.OneToOneField(Order, on_delete=models.PROTECT, related_name="cash_receipt")
    for_business = models.BooleanField(help_text="proof of expense; otherwise income deduction")
    identifier = models.CharField(max_length=11, help_text="01012345678, or a business number")
    status = models.CharField(
        max_length=8, choices=CashReceiptStatus, default=CashReceiptStatus.ASKED
    )
    tries = models.PositiveSmallIntegerField(default=0, help_text="numbers the office refused")
    exempt_won = models.PositiveIntegerField(default=0)
    supply_won = models.PositiveIntegerField(default=0)
    vat_won = models.PositiveIntegerField(default=0)
    approval_number = models.CharField(max_length=32, blank=True)
    refused_code = models.CharField(max_length=40, blank=True)
    asked_at = models.DateTimeField()
    issued_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status="issued", issued_at__isnull=False)
                | Q(issued_at__isnull=True) & ~Q(status="issued"),
                name="cash_receipt_issued_at_some_time",
            ),
        ]
        indexes = [
            models.Index(
                fields=["asked_at"], condition=Q(status="asked"), name="cash_receipts_asked"
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def total_won(self) -> int:
        return self.exempt_won + self.supply_won + self.vat_won

    @property
    def masked(self) -> str:
        """The last four digits alone, for screens."""
        return "•" * (len(self.identifier) - 4) + self.identifier[-4:]
