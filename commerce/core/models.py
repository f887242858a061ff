"""What the embedded core knows of each fulfilment, and what any other is still to be told."""

from functools import partial

from django.db import models
from django.db.models import F, Q

from commerce.catalogue.models import Product, Variant
from commerce.core.port import CoreStatus
from commerce.references import new


class CoreProduct(models.Model):
    """That a product was given to the core, and as what. The product itself is the record."""

    product = models.OneToOneField(Product, on_delete=models.CASCADE, related_name="in_core")
    facts = models.JSONField(help_text="as given last")
    changed_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return str(self.product_id)


class CoreOrderQuerySet(models.QuerySet["CoreOrder"]):
    def locked(self) -> "CoreOrderQuerySet":
        return self.order_by("pk").select_for_update(of=("self",), no_key=True)


class CoreOrder(models.Model):
    reference = models.CharField(max_length=32, unique=True, help_text="the fulfilment's")
    group = models.CharField(max_length=32, help_text="the order's reference")
    status = models.CharField(
        max_length=16,
        choices=[(status.value, status.value) for status in CoreStatus],
        default=CoreStatus.PLACED.value,
    )
    delivery_won = models.PositiveIntegerField()
    total_won = models.PositiveIntegerField(help_text="lines and delivery, VAT included")
    charged_won = models.PositiveIntegerField(default=0, help_text="refunds not taken off")
    refunded_won = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField(db_index=True)

    objects = CoreOrderQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(charged_won__lte=F("total_won")), name="core_never_overpaid"
            ),
            models.CheckConstraint(
                condition=Q(refunded_won__lte=F("charged_won")), name="core_never_over_refunded"
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class CoreLine(models.Model):
    order = models.ForeignKey(CoreOrder, on_delete=models.CASCADE, related_name="lines")
    reference = models.CharField(max_length=32, unique=True, help_text="the order line's")
    variant = models.ForeignKey(Variant, on_delete=models.PROTECT)
    quantity = models.PositiveIntegerField()
    unit_price_won = models.PositiveIntegerField(help_text="as agreed")
    taxable = models.BooleanField(help_text="as it was when placed")
    fulfilled = models.PositiveIntegerField(default=0)
    short = models.PositiveIntegerField(default=0, help_text="of them, will never leave")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gte=1), name="core_line_of_something"),
            models.CheckConstraint(
                condition=Q(fulfilled__lte=F("quantity") - F("short")),
                name="core_never_over_fulfilled",
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class EntryKind(models.TextChoices):
    PAYMENT = "payment"
    REFUND = "refund"
    FULFILMENT = "fulfilment"
    SHORTAGE = "shortage"


class CoreEntry(models.Model):
    """Something that happened to an order once, by its key: a repeat is compared with it."""

    order = models.ForeignKey(CoreOrder, on_delete=models.CASCADE, related_name="entries")
    kind = models.CharField(max_length=10, choices=EntryKind)
    key = models.CharField(max_length=64)
    amount_won = models.PositiveIntegerField(default=0)
    lines = models.JSONField(default=dict, help_text="line → how many left, or never will")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "key"], name="core_key_used_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class Operation(models.TextChoices):
    PLACE = "place"
    CONFIRM = "confirm"
    PAY = "pay"
    REFUND = "refund"
    FULFIL = "fulfil"
    SHORTEN = "shorten"
    CANCEL = "cancel"
    EXPIRE = "expire"
    SHELF = "shelf"
    HIDE = "hide"
    BORN = "born"  # in a shop elsewhere; never told, what follows is


class CoreStep(models.Model):
    """Something a core has to be told. ``due_at`` says when: null once it is done, and also, with
    ``done_at`` null, once a person has to look. ``refused``: the core's code for its no."""

    subject = models.CharField(
        max_length=32,
        help_text="a fulfilment's or product's reference, or the core's id of a product",
    )
    operation = models.CharField(max_length=8, choices=Operation)
    there = models.BooleanField(
        default=False, help_text="told to the shop in which the order was born, not to the core"
    )
    key = models.CharField(max_length=96, unique=True, help_text="written twice, told once")
    facts = models.JSONField(default=dict)
    written_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=60, blank=True)
    refused = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(done_at__isnull=True) | Q(due_at__isnull=True),
                name="core_step_done_is_not_due",
            ),
        ]
        indexes = [
            models.Index(fields=["subject", "id"], name="core_steps_in_order"),
            # What the sweep and the watch look for, among all steps there ever were.
            models.Index(
                fields=["due_at", "id"], condition=Q(due_at__isnull=False), name="core_steps_due"
            ),
            models.Index(
                fields=["written_at"],
                condition=Q(due_at__isnull=True, done_at__isnull=True),
                name="core_steps_stopped",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.operation} {self.subject}{' there' if self.there else ''}"


class Trait(models.TextChoices):
    """What of the shelf may be otherwise in the core."""

    NAME = "name"
    PUBLISHED = "published"  # "yes", "no"
    PRICE = "price"  # in won
    STOCK = "stock"  # how many are there
    MISSING_THERE = "missing_there"
    MISSING_HERE = "missing_here"  # for sale there, and none of ours


class Side(models.TextChoices):
    OURS = "ours"
    THEIRS = "theirs"


class CoreDifference(models.Model):
    """Something that the mall and its core do not agree on, until ``settled_at``. What differs once
    more later is the same row again."""

    reference = models.CharField(max_length=32, unique=True, default=partial(new, "DIF"))
    subject = models.CharField(
        max_length=100, help_text="reference of the product or variant, or the core's own id"
    )
    trait = models.CharField(max_length=16, choices=Trait)
    product = models.CharField(max_length=32, blank=True, help_text="its reference")
    title = models.CharField(max_length=250, help_text="what people call it")
    ours = models.CharField(max_length=250, blank=True)
    theirs = models.CharField(max_length=250, blank=True)
    found_at = models.DateTimeField(help_text="for the first time")
    seen_at = models.DateTimeField(help_text="last")
    settled_at = models.DateTimeField(null=True)
    settled_as = models.CharField(
        max_length=8, choices=Side, blank=True, help_text="blank when it went away by itself"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subject", "trait"], name="one_difference_of_a_trait"),
        ]
        indexes = [
            models.Index(
                fields=["found_at"],
                condition=Q(settled_at__isnull=True),
                name="core_differences_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.trait} of {self.subject}"


class CoreCursor(models.Model):
    """How far a core elsewhere was asked what has changed in it, by the core's own clock."""

    core = models.CharField(max_length=100, unique=True, help_text="the setting COMMERCE_CORE")
    read_until = models.DateTimeField()

    def __str__(self) -> str:
        return self.core
