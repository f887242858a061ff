"""From asking to sell here to a desk of one's own."""

from datetime import datetime
from typing import Any

from django.db import transaction

from commerce.merchants import actions as merchants
from commerce.merchants.models import Merchant
from storefront.accounts.models import Application, Grant, Role, User
from storefront.notices.actions import queue


@transaction.atomic
def apply_to_sell(*, user: User, now: datetime, **facts: Any) -> Merchant:
    """Register a merchant and remember who asked. ``facts`` and refusals: register_merchant's."""
    merchant = merchants.register_merchant(**facts, now=now)
    Application.objects.create(user=user, merchant_reference=merchant.reference)
    return merchant


@transaction.atomic
def admit(*, merchant_reference: str, now: datetime) -> Merchant:
    """Approve a merchant and give whoever applied its desk; a repeat changes nothing.

    Raises NotFound, MerchantClosed.
    """
    merchant = merchants.approve(merchant_reference=merchant_reference, now=now)
    for application in Application.objects.filter(
        merchant_reference=merchant_reference
    ).select_related("user"):
        _grant, is_new = Grant.objects.get_or_create(
            user=application.user, role=Role.MERCHANT, scope_reference=merchant_reference
        )
        if is_new:
            queue(
                key=f"merchant_approved:{merchant_reference}",
                user_reference=application.user.reference,
                kind="merchant_approved",
                facts={"merchant": merchant.name},
                now=now,
            )
    return merchant
