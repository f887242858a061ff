"""A harvest that came short, and what each order's line gets of it.

Lock order: harvest, share, then as an order that falls short: order, stock.
"""

from __future__ import annotations

from functools import partial

from django.db import models
from django.db.models import F, Q

from commerce.catalogue.models import Variant
from commerce.orders.models import OrderLine
from commerce.references import new


class Harvest(models.Model):
    """So much was picked for all that is handed over at a site on one business day."""

    reference = models.CharField(max_length=32, unique=True, default=partial(new, "HRV"))
    key = models.CharField(max_length=64, unique=True, help_text="made with the form; a repeat")
    site_reference = models.CharField(max_length=32)
    variant = models.ForeignKey(Variant, on_delete=models.PROTECT, related_name="harvests")
    on_date = models.DateField()
    ordered = models.PositiveIntegerField()
    picked = models.PositiveIntegerField()
    instead = models.ForeignKey(
        Variant,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="offered to whoever gets nothing and wants something else",
    )
    declared_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-declared_at", "-pk"]
        indexes = [
            models.Index(
                fields=["declared_at"], condition=Q(finished_at=None), name="harvests_unfinished"
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["site_reference", "variant", "on_date"],
                condition=Q(finished_at=None),
                name="one_cut_at_a_time",
            ),
            models.CheckConstraint(condition=Q(picked__lt=F("ordered")), name="harvest_came_short"),
        ]

    def __str__(self) -> str:
        return self.reference


class ShareQuerySet(models.QuerySet["HarvestShare"]):
    def locked(self) -> ShareQuerySet:
        return self.order_by("pk").select_for_update(of=("self",), no_key=True)


class HarvestShare(models.Model):
    """``done_at``: its order costs less from then on, and its shopper has been told. Until then
    ``refused`` is the code of what came in between, ``tries`` how often."""

    harvest = models.ForeignKey(Harvest, on_delete=models.PROTECT, related_name="shares")
    line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="harvest_shares")
    ordered = models.PositiveIntegerField()
    gets = models.PositiveIntegerField()
    tries = models.PositiveSmallIntegerField(default=0)
    refused = models.CharField(max_length=40, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    objects = ShareQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["harvest", "line"], name="one_share_per_line"),
            models.CheckConstraint(condition=Q(gets__lte=F("ordered")), name="share_of_the_order"),
        ]

    def __str__(self) -> str:
        return f"{self.harvest} {self.line}"
