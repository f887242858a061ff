"""Produce boxes on regular delivery: a subscription renews into one order per cycle."""

from functools import partial

from django.db import models
from django.db.models import Q

from commerce.catalogue.models import Variant
from commerce.customers.models import Address, Customer
from commerce.references import new


class Box(models.Model):
    """A produce offer; what is ordered each cycle is its variant."""

    reference = models.CharField(max_length=32, unique=True, default=partial(new, "BOX"))
    variant = models.OneToOneField(Variant, on_delete=models.PROTECT, related_name="box")
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80)
    contents = models.TextField(help_text="what is in this season, one item a line")
    contents_en = models.TextField(blank=True)
    serves = models.CharField(max_length=20, help_text="e.g. 2~3인")

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.reference


class Cycle(models.Model):
    box = models.ForeignKey(Box, on_delete=models.CASCADE, related_name="cycles")
    cut_off_at = models.DateTimeField()
    hand_over_on = models.DateField()

    class Meta:
        ordering = ["hand_over_on"]
        constraints = [
            models.UniqueConstraint(fields=["box", "hand_over_on"], name="one_cycle_per_box_day"),
        ]

    def __str__(self) -> str:
        return f"{self.box_id} {self.hand_over_on}"


class SubscriptionStatus(models.TextChoices):
    ACTIVE = "active"
    PAUSED = "paused"
    ENDED = "ended"


class SubscriptionQuerySet(models.QuerySet["Subscription"]):
    def locked(self) -> "SubscriptionQuerySet":
        return self.order_by("pk").select_for_update(of=("self",), no_key=True)


class Subscription(models.Model):
    reference = models.CharField(max_length=32, unique=True, default=partial(new, "SUB"))
    key = models.CharField(max_length=64, unique=True)
    box = models.ForeignKey(Box, on_delete=models.PROTECT, related_name="subscriptions")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="subscriptions")
    address = models.ForeignKey(Address, on_delete=models.PROTECT)
    status = models.CharField(
        max_length=6, choices=SubscriptionStatus, default=SubscriptionStatus.ACTIVE
    )
    card_token = models.CharField(max_length=255)
    begun_with = models.CharField(
        max_length=32,
        blank=True,
        help_text="the order that paid for its first box with other goods",
    )
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        ordering = ["-started_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["box", "customer"],
                condition=~Q(status="ended"),
                name="one_live_subscription_per_box",
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class RenewalStatus(models.TextChoices):
    DUE = "due"
    SKIPPED = "skipped"
    PLACED = "placed"
    REFUSED = "refused"  # explained by refusal_code; never silently missing


class RenewalQuerySet(models.QuerySet["Renewal"]):
    def locked(self) -> "RenewalQuerySet":
        return self.order_by("pk").select_for_update(of=("self",), no_key=True)


class Renewal(models.Model):
    reference = models.CharField(max_length=32, unique=True, default=partial(new, "REN"))
    subscription = models.ForeignKey(
        Subscription, on_delete=models.CASCADE, related_name="renewals"
    )
    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="renewals")
    status = models.CharField(max_length=8, choices=RenewalStatus, default=RenewalStatus.DUE)
    order_reference = models.CharField(max_length=32, blank=True)
    refusal_code = models.CharField(max_length=40, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    objects = RenewalQuerySet.as_manager()

    class Meta:
        ordering = ["cycle__hand_over_on"]
        constraints = [
            models.UniqueConstraint(fields=["subscription", "cycle"], name="one_renewal_per_cycle"),
            models.CheckConstraint(
                condition=Q(status="placed") & ~Q(order_reference="")
                | ~Q(status="placed") & Q(order_reference=""),
                name="renewal_placed_iff_order",
            ),
        ]
        indexes = [models.Index(fields=["cycle"], condition=Q(status="due"), name="renewals_due")]

    def __str__(self) -> str:
        return self.reference
