"""The customer behind a sign-in."""

from typing import Any

from django.utils import timezone

from commerce.customers.actions import customer_for
from commerce.customers.models import Customer


def customer_of(user: Any) -> Customer | None:
    """The signed-in person's customer record, made at first need; None for visitors."""
    if not user.is_authenticated:
        return None
    return customer_for(
        user_reference=user.reference, full_name=user.full_name, now=timezone.now()
    )

