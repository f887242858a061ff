"""Money asked from, and given back to, a customer for one order."""

from functools import partial

from django.db import models
from django.db.models import F, Q

from commerce.orders.models import Fulfilment, Order
from commerce.references import new


class PaymentMethod(models.TextChoices):
    CARD = "card"
    ON_SITE = "on_site"


class PaymentStatus(models.TextChoices):
    OPEN = "open"
    # The gateway was or is being asked, or waits for the shopper's bank; a sweep finds out.
    CHARGING = "charging"
    PAID = "paid"
    DECLINED = "declined"
    CANCELLED = "cancelled"


ACTIVE_PAYMENTS = [PaymentStatus.OPEN, PaymentStatus.CHARGING, PaymentStatus.PAID]


class PaymentQuerySet(models.QuerySet["Payment"]):
    def locked(self) -> "PaymentQuerySet":
        return self.order_by("pk").select_for_update(of=("self",), no_key=True)


class Payment(models.Model):
    """By card: one for the whole order. On site: one for each fulfilment that costs something,
    taken by whoever hands it over."""

    reference = models.CharField(max_length=32, unique=True, default=partial(new, "PAY"))
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="payments")
    fulfilment = models.ForeignKey(
        Fulfilment, null=True, blank=True, on_delete=models.PROTECT, related_name="payments"
    )
    method = models.CharField(max_length=8, choices=PaymentMethod)
    status = models.CharField(max_length=10, choices=PaymentStatus, default=PaymentStatus.OPEN)
    amount_won = models.PositiveIntegerField()
    tax_free_won = models.PositiveIntegerField(default=0, help_text="of the amount, free of VAT")
    refunded_won = models.PositiveIntegerField(default=0)
    tax_free_refunded_won = models.PositiveIntegerField(default=0)
    card_token = models.CharField(max_length=255, blank=True)
    off_session = models.BooleanField(
        default=False, help_text="a stored card, charged while nobody is there"
    )
    gateway_reference = models.CharField(max_length=255, blank=True)
    decline_code = models.CharField(max_length=40, blank=True)
    taken_by = models.CharField(max_length=32, blank=True, help_text="who took it on site")
    opened_at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True, blank=True)
    paid_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)

    objects = PaymentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(refunded_won__lte=F("amount_won")), name="refunded_at_most_paid"
            ),
            models.CheckConstraint(
                condition=Q(tax_free_refunded_won__lte=F("tax_free_won")),
                name="tax_free_refunded_at_most_paid",
            ),
            models.UniqueConstraint(
                fields=["order", "fulfilment"],
                condition=Q(status__in=["open", "charging", "paid"]),
                nulls_distinct=False,
                name="one_active_payment",
            ),
        ]
        # What the sweeps look for every half minute, among all payments there ever were.
        indexes = [
            models.Index(fields=["opened_at"], condition=Q(status="open"), name="payments_open"),
            models.Index(
                fields=["asked_at"], condition=Q(status="charging"), name="payments_charging"
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class RefundStatus(models.TextChoices):
    OPEN = "open"
    DONE = "done"
    REFUSED = "refused"


class Refund(models.Model):
    reference = models.CharField(max_length=32, unique=True, default=partial(new, "REF"))
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="refunds")
    key = models.CharField(max_length=64, unique=True)
    amount_won = models.PositiveIntegerField()
    tax_free_won = models.PositiveIntegerField(default=0, help_text="of the amount, free of VAT")
    reason = models.CharField(max_length=40)
    status = models.CharField(max_length=8, choices=RefundStatus, default=RefundStatus.OPEN)
    gateway_reference = models.CharField(max_length=64, blank=True)
    opened_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount_won__gte=1), name="refund_of_something"),
        ]
        indexes = [
            models.Index(fields=["opened_at"], condition=Q(status="open"), name="refunds_open"),
        ]

    def __str__(self) -> str:
        return self.reference
