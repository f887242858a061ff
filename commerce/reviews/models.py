"""One buyer's word on one product."""

from functools import partial

from django.db import models
from django.db.models import Q

from commerce.catalogue.models import Product
from commerce.customers.models import Customer
from commerce.references import new


class Review(models.Model):
    reference = models.CharField(max_length=32, unique=True, default=partial(new, "REV"))
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="reviews")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="reviews")
    rating = models.PositiveSmallIntegerField(help_text="1 to 5")
    words = models.CharField(max_length=1000)
    written_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True, blank=True)
    reply = models.CharField(max_length=500, blank=True, help_text="the merchant's")
    replied_at = models.DateTimeField(null=True, blank=True)
    hidden_reason = models.CharField(
        max_length=200, blank=True, help_text='why the mall hides it; "" when it is shown'
    )
    hidden_by = models.CharField(max_length=32, blank=True, help_text="an operator's reference")

    class Meta:
        ordering = ["-written_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["product", "customer"], name="one_review_per_product_and_customer"
            ),
            models.CheckConstraint(condition=Q(rating__range=(1, 5)), name="rating_of_1_to_5"),
        ]
        indexes = [
            models.Index(
                fields=["product", "-written_at"],
                condition=Q(hidden_reason=""),
                name="reviews_shown",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def author(self) -> str:
        """The family name alone: 김○○."""
        return f"{self.customer.full_name[:1] or '손'}○○"
