"""What a shopper means to buy or borrow."""

from functools import partial

from django.db import models
from django.db.models import Q

from commerce.catalogue.models import Variant, Way
from commerce.customers.models import Customer
from commerce.references import new


class BasketStatus(models.TextChoices):
    OPEN = "open"
    ORDERED = "ordered"


class BasketQuerySet(models.QuerySet["Basket"]):
    def locked(self) -> "BasketQuerySet":
        """A basket's row is locked before its lines change, so two tabs take turns."""
        return self.order_by("pk").select_for_update(of=("self",), no_key=True)


class Basket(models.Model):
    reference = models.CharField(max_length=32, unique=True, default=partial(new, "BKT"))
    customer = models.ForeignKey(
        Customer, null=True, blank=True, on_delete=models.CASCADE, related_name="baskets"
    )
    status = models.CharField(max_length=8, choices=BasketStatus, default=BasketStatus.OPEN)
    created_at = models.DateTimeField()

    objects = BasketQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer"],
                condition=Q(status="open", customer__isnull=False),
                name="one_open_basket_per_customer",
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class BasketLine(models.Model):
    """Goods (a variant), the first of a regular box (its variant too), a book bundle to borrow for
    one child, or a ticket that is held for this basket elsewhere: then its name and price are those
    it was put in with."""

    reference = models.CharField(max_length=32, unique=True, default=partial(new, "BLN"))
    basket = models.ForeignKey(Basket, on_delete=models.CASCADE, related_name="lines")
    variant = models.ForeignKey(Variant, null=True, blank=True, on_delete=models.CASCADE)
    box_reference = models.CharField(max_length=32, blank=True)
    bundle_reference = models.CharField(max_length=32, blank=True)
    child_reference = models.CharField(max_length=32, blank=True)
    ticket_reference = models.CharField(max_length=32, blank=True)
    name = models.CharField(max_length=80, blank=True, help_text="a ticket's; others have theirs")
    name_en = models.CharField(max_length=80, blank=True)
    quantity = models.PositiveIntegerField(default=1)
    way = models.CharField(max_length=16, choices=Way)
    price_seen_won = models.PositiveIntegerField(
        default=0, help_text="unit price when added; another price at checkout needs a fresh yes"
    )

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(variant__isnull=False, bundle_reference="", ticket_reference="")
                | (Q(variant=None, box_reference="", ticket_reference="") & ~Q(bundle_reference=""))
                | (
                    Q(variant=None, box_reference="", bundle_reference="") & ~Q(ticket_reference="")
                ),
                name="basket_line_is_of_one_kind",
            ),
            models.CheckConstraint(
                condition=Q(quantity__gte=1, quantity__lte=99), name="basket_quantity_1_to_99"
            ),
            models.UniqueConstraint(
                fields=["basket", "variant", "way", "box_reference"],
                name="one_basket_line_per_variant_and_way",
            ),
            models.UniqueConstraint(
                fields=["basket", "bundle_reference"],
                condition=~Q(bundle_reference=""),
                name="one_basket_line_per_bundle",
            ),
            models.UniqueConstraint(
                fields=["ticket_reference"],
                condition=~Q(ticket_reference=""),
                name="one_basket_line_per_ticket",
            ),
        ]

    def __str__(self) -> str:
        return self.reference
