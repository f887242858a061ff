"""A product on a customer's list."""

from django.db import models

from commerce.catalogue.models import Product
from commerce.customers.models import Customer


class Favourite(models.Model):
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="favourites")
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="favourites")
    since = models.DateTimeField()

    class Meta:
        ordering = ["-since", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "product"], name="one_favourite_per_customer_and_product"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer} {self.product}"
