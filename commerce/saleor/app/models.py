"""The Saleors our app is installed in, and what they have told us."""

from functools import partial

from django.db import models
from django.db.models import Q

from commerce.references import new


class Installation(models.Model):
    """One Saleor. ``api_url`` is normalised; ``token`` is ours for asking it and never shown."""

    api_url = models.CharField(max_length=200, unique=True)
    app_id = models.CharField(max_length=100, help_text="the Saleor's own id of our app")
    identifier = models.CharField(max_length=100, help_text="the manifest's id")
    token = models.CharField(max_length=256)
    jwks = models.JSONField(help_text="the public keys it signs with")
    jwks_fetched_at = models.DateTimeField(help_text="when it was last asked for them")
    installed_at = models.DateTimeField()
    orders_read_until = models.DateTimeField(
        null=True, help_text="orders changed before this were looked at, heard of or not"
    )

    def __str__(self) -> str:
        return self.api_url


class Delivery(models.Model):
    """A signed event as it came. ``due_at`` says when to work it off: null once it is done, and
    also, with ``done_at`` null, once it was given up."""

    installation = models.ForeignKey(
        Installation, on_delete=models.PROTECT, related_name="deliveries"
    )
    event = models.CharField(max_length=64, help_text="e.g. order_created")
    digest = models.CharField(max_length=64, help_text="sha256 of event and body; a repeat's too")
    body = models.BinaryField()
    issued_at = models.DateTimeField(null=True, help_text="when it happened, if the body says so")
    own_echo = models.BooleanField(help_text="our own app did it: nothing to learn")
    received_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["installation", "digest"], name="one_row_per_delivery"),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True) | Q(due_at__isnull=True),
                name="delivery_done_is_not_due",
            ),
        ]
        indexes = [
            # What the sweep looks for, among all deliveries there ever were.
            models.Index(
                fields=["due_at", "id"], condition=Q(due_at__isnull=False), name="deliveries_due"
            ),
            models.Index(
                fields=["received_at"],
                condition=Q(due_at__isnull=True, done_at__isnull=True),
                name="deliveries_given_up",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.digest[:12]}"


class ForeignOrder(models.Model):
    """An order that was born in a Saleor, and what became of it here.

    ``order_reference`` is our order's once it was taken in. ``problem`` is the code of what a
    person has to see to, until the order is read again and it is gone.
    """

    installation = models.ForeignKey(Installation, on_delete=models.PROTECT, related_name="orders")
    order_id = models.CharField(max_length=100, help_text="the Saleor's own")
    number = models.CharField(max_length=32, blank=True)
    order_reference = models.CharField(max_length=32, blank=True, db_index=True)
    problem = models.CharField(max_length=40, blank=True)
    problem_data = models.JSONField(default=dict)
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["installation", "order_id"], name="one_foreign_order"),
        ]
        indexes = [
            models.Index(
                fields=["read_at"], condition=~Q(problem=""), name="foreign_orders_with_problem"
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.number}" if self.number else self.order_id


class ChargeStatus(models.TextChoices):
    OPEN = "open"  # a card is still to come
    ASKED = "asked"  # the gateway was or is being asked, or waits for the shopper's bank
    AUTHORISED = "authorised"
    PAID = "paid"
    DECLINED = "declined"
    VOIDED = "voided"


class AppCharge(models.Model):
    """A payment that a Saleor's storefront makes through our gateway. ``key`` is ours for both: the
    gateway's idempotency key, and the reference by which the Saleor knows it."""

    installation = models.ForeignKey(Installation, on_delete=models.PROTECT, related_name="charges")
    transaction_id = models.CharField(max_length=100, help_text="the Saleor's own")
    key = models.CharField(max_length=32, unique=True, default=partial(new, "SCH"))
    holds = models.BooleanField(help_text="only authorised, to be captured later")
    amount_won = models.PositiveIntegerField()
    status = models.CharField(max_length=10, choices=ChargeStatus, default=ChargeStatus.OPEN)
    card_token = models.CharField(max_length=255, blank=True)
    gateway_reference = models.CharField(max_length=255, blank=True)
    decline_code = models.CharField(max_length=40, blank=True)
    tax_free_won = models.PositiveIntegerField(
        null=True, help_text="of the amount, as the order there said when some went back"
    )
    opened_at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True, help_text="the Saleor has our report of how it ended")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["installation", "transaction_id"], name="one_charge_per_transaction"
            ),
        ]
        indexes = [
            models.Index(
                fields=["asked_at"],
                condition=Q(told_at=None, asked_at__isnull=False),
                name="app_charges_untold",
            ),
        ]

    def __str__(self) -> str:
        return self.key


class RequestKind(models.TextChoices):
    CHARGE = "charge"  # capture what is authorised
    REFUND = "refund"
    CANCEL = "cancel"


class AppRequest(models.Model):
    """What a Saleor's staff ask of a charge. One row for each time they do, however often it is
    sent: ``digest`` is of the signed body, and the first answer is the answer.

    ``by_us``: what we gave back by ourselves and told the Saleor of; ``key`` is then our refund's.
    """

    charge = models.ForeignKey(AppCharge, on_delete=models.PROTECT, related_name="requests")
    digest = models.CharField(max_length=64, unique=True)
    key = models.CharField(max_length=32, unique=True, default=partial(new, "SRQ"))
    kind = models.CharField(max_length=6, choices=RequestKind)
    amount_won = models.PositiveIntegerField()
    tax_free_won = models.PositiveIntegerField(
        null=True,
        help_text="of the amount; while the order is not ours yet",
    )
    by_us = models.BooleanField(default=False)
    succeeded = models.BooleanField(null=True, help_text="unknown until the gateway answered")
    decline_code = models.CharField(max_length=40, blank=True)
    opened_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(
                fields=["opened_at"], condition=Q(succeeded=None), name="app_requests_open"
            ),
        ]

    def __str__(self) -> str:
        return self.key
