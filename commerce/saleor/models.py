"""What a Saleor calls our things, and what each key of ours was used for."""

from django.db import models


class SaleorId(models.Model):
    """Learnt from the Saleor at ``api_url``. An id spares a look-up, so its row may be lost; a key
    tells at once that it was used for another order."""

    class Kind(models.TextChoices):
        VARIANT = "variant"
        WAREHOUSE = "warehouse"  # its reference is the merchant's
        SHIPPING_METHOD = "shipping_method"  # its reference is the channel and its price in won
        # Keys: the id is the order's.
        PAYMENT = "payment"
        REFUND = "refund"
        FULFILMENT = "fulfilment"
        SHORTAGE = "shortage"

    api_url = models.CharField(max_length=200)
    kind = models.CharField(max_length=16, choices=Kind)
    reference = models.CharField(max_length=64)
    saleor_id = models.CharField(max_length=100)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["api_url", "kind", "reference"], name="one_saleor_id_per_reference"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.reference}"
