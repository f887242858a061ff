"""Who buys: customers and the doors their goods go to."""

from functools import partial

from django.db import models
from django.db.models import Q

from commerce.customers.far_doors import is_far
from commerce.customers.provinces import GYEONGGI
from commerce.references import new


class CustomerQuerySet(models.QuerySet["Customer"]):
    def locked(self) -> "CustomerQuerySet":
        return self.order_by("pk").select_for_update(of=("self",), no_key=True)


class Customer(models.Model):
    reference = models.CharField(max_length=32, unique=True, default=partial(new, "CUS"))
    user_reference = models.CharField(
        max_length=32, unique=True, help_text="the sign-in this customer belongs to"
    )
    full_name = models.CharField(max_length=60, blank=True)
    phone = models.CharField(max_length=16, blank=True, help_text="E.164, e.g. +821012345678")
    created_at = models.DateTimeField()

    objects = CustomerQuerySet.as_manager()

    def __str__(self) -> str:
        return self.reference


class Address(models.Model):
    reference = models.CharField(max_length=32, unique=True, default=partial(new, "ADR"))
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="addresses")
    label = models.CharField(max_length=20, default="집")
    province = models.CharField(max_length=10, default=GYEONGGI, help_text="시/도 in full")
    city = models.CharField(
        max_length=20, blank=True, help_text="시/군, e.g. 수원시 팔달구; 세종 has none"
    )
    locality = models.CharField(max_length=30, help_text="법정동 or 리")
    street = models.CharField(max_length=120, help_text="도로명 and number")
    detail = models.CharField(max_length=60, blank=True, help_text="동/호")
    postcode = models.CharField(max_length=5)
    lat = models.FloatField(null=True, blank=True, help_text="empty outside Gyeonggi")
    lon = models.FloatField(null=True, blank=True)
    door_note = models.CharField(max_length=100, blank=True)
    is_default = models.BooleanField(default=False)

    class Meta:
        ordering = ["-is_default", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["customer"],
                condition=Q(is_default=True),
                name="one_default_address_per_customer",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def one_line(self) -> str:
        return " ".join(p for p in (self.province, self.city, self.street, self.detail) if p)

    @property
    def is_far(self) -> bool:
        """Couriers ask more for it."""
        return is_far(self.postcode)
