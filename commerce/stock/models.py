"""What is there and what of it is promised."""

from django.db import models
from django.db.models import F, Q

from commerce.catalogue.models import Variant


class StockRecordQuerySet(models.QuerySet["StockRecord"]):
    def locked(self) -> "StockRecordQuerySet":
        """Rows locked in one order, so two baskets with the same goods cannot deadlock."""
        return self.order_by("pk").select_for_update(of=("self",), no_key=True)


class StockKind(models.TextChoices):
    COUNTED = "counted"  # what is there, until it is counted anew
    DAILY = "daily"  # so many new ones every business day; what is left over is not sold on
    MADE_TO_ORDER = "made_to_order"  # nothing is there; so many orders a business day are taken


class StockRecord(models.Model):
    """For daily and made-to-order goods ``on_hand`` is what is promised already and what may still
    be promised on ``filled_on``; every business day begins with ``per_day`` to promise."""

    variant = models.OneToOneField(Variant, on_delete=models.CASCADE, related_name="stock")
    on_hand = models.PositiveIntegerField(default=0)
    allocated = models.PositiveIntegerField(default=0)
    kind = models.CharField(max_length=16, choices=StockKind, default=StockKind.COUNTED)
    per_day = models.PositiveIntegerField(default=0, help_text="0 for what is counted")
    filled_on = models.DateField(null=True, blank=True, help_text="business date in Seoul")
    counted_at = models.DateTimeField(help_text="when the merchant last said what is there")

    objects = StockRecordQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(allocated__lte=F("on_hand")), name="stock_never_oversold"
            ),
            models.CheckConstraint(
                condition=Q(kind="counted", per_day=0) | Q(~Q(kind="counted"), per_day__gte=1),
                name="per_day_unless_counted",
            ),
        ]
        indexes = [
            models.Index(
                fields=["filled_on"], condition=~Q(kind="counted"), name="stock_filled_daily"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.variant_id}: {self.allocated}/{self.on_hand}"

    @property
    def left(self) -> int:
        return self.on_hand - self.allocated


class AllocationStatus(models.TextChoices):
    ALLOCATED = "allocated"
    ISSUED = "issued"
    RELEASED = "released"


class StockHoldQuerySet(models.QuerySet["StockHold"]):
    def locked(self) -> "StockHoldQuerySet":
        return self.order_by("pk").select_for_update(of=("self",), no_key=True)


class StockHold(models.Model):
    """What is kept for a basket while its checkout goes on: its allocations, until they become an
    order's or are let go; then it is gone."""

    owner_reference = models.CharField(max_length=32, unique=True)
    held_until = models.DateTimeField(db_index=True)
    extended_at = models.DateTimeField(null=True, blank=True)

    objects = StockHoldQuerySet.as_manager()

    def __str__(self) -> str:
        return self.owner_reference


class Allocation(models.Model):
    """Stock promised to one order line; bought = allocated, handed over = issued. With a ``hold``
    it is no order's yet, and has a reference of its own."""

    record = models.ForeignKey(StockRecord, on_delete=models.PROTECT, related_name="allocations")
    line_reference = models.CharField(max_length=32, unique=True)
    quantity = models.PositiveIntegerField()
    issued = models.PositiveIntegerField(default=0, help_text="of them, handed over already")
    status = models.CharField(
        max_length=10, choices=AllocationStatus, default=AllocationStatus.ALLOCATED
    )
    instead = models.BooleanField(
        default=False, help_text="kept in place of the goods that were ordered"
    )
    hold = models.ForeignKey(
        StockHold,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="allocations",
        db_index=False,  # kept_once_a_hold is its index
    )
    allocated_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gte=1), name="allocation_of_something"),
            models.CheckConstraint(
                condition=Q(issued__lte=F("quantity")), name="issued_at_most_allocated"
            ),
            models.CheckConstraint(
                condition=Q(hold=None) | Q(status="allocated", issued=0), name="kept_is_allocated"
            ),
            models.UniqueConstraint(
                fields=["hold", "record"], condition=Q(hold__isnull=False), name="kept_once_a_hold"
            ),
        ]
        indexes = [
            models.Index(
                fields=["record"],
                condition=Q(instead=True, status="allocated"),
                name="allocations_kept_instead",
            ),
        ]

    def __str__(self) -> str:
        return self.line_reference

    @property
    def held(self) -> int:
        """Still to be handed over, while it is allocated."""
        return self.quantity - self.issued
