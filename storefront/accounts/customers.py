"""The customer behind a sign-in."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from commerce.customers.actions import customer_for
from commerce.customers.models import Customer
from storefront.accounts import guests


def customer_of(user: Any) -> Customer | None:
    """The signed-in person's customer record, made at first need; None for visitors."""
    return _customer(user) if user.is_authenticated else None


def shopper(request: HttpRequest) -> Customer:
    """The same, for pages that only signed-in people and guests reach."""
    guest = guests.reference_of(request)
    return (
        customer_for(user_reference=guest, now=timezone.now()) if guest else _customer(request.user)
    )


def _customer(user: Any) -> Customer:
    return customer_for(user_reference=user.reference, full_name=user.full_name, now=timezone.now())
