"""From asking to sell here to a desk of one's own."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from commerce.catalogue.models import ProductStatus
from commerce.core import shelf
from commerce.merchants import actions as merchants
from commerce.merchants.models import Merchant
from storefront.accounts.actions import grant
from storefront.accounts.models import Application, GrantChange, Role, User
from storefront.notices.actions import queue


@transaction.atomic
def apply_to_sell(*, user: User, now: datetime, **facts: Any) -> Merchant:
    """Register a merchant and remember who asked. ``facts`` and refusals: register_merchant's."""
    merchant = merchants.register_merchant(**facts, now=now)
    Application.objects.create(user=user, merchant_reference=merchant.reference)
    return merchant


@transaction.atomic
def admit(*, merchant_reference: str, by: User, now: datetime) -> Merchant:
    """Approve a merchant and give whoever applied its desk; a repeat changes nothing.

    Raises NotFound, MerchantClosed, NotAllowed.
    """
    merchant = merchants.approve(merchant_reference=merchant_reference, now=now)
    for user in _waiting_for_the_desk(merchant_reference):
        grant(user=user, role=Role.MERCHANT, scope_reference=merchant_reference, by=by, now=now)
        queue(
            key=f"merchant_approved:{merchant_reference}",
            user_reference=user.reference,
            kind="merchant_approved",
            facts={"merchant": merchant.name},
            now=now,
        )
    _tell_core(merchant, now)
    return merchant


@transaction.atomic
def suspend(*, merchant_reference: str, now: datetime) -> Merchant:
    """Nothing of the merchant's is sold any more. Raises what merchants.suspend raises."""
    merchant = merchants.suspend(merchant_reference=merchant_reference, now=now)
    _tell_core(merchant, now)
    return merchant


def _tell_core(merchant: Merchant, now: datetime) -> None:
    offered = merchant.products.filter(status=ProductStatus.PUBLISHED)
    shelf.changed(offered.order_by("pk").values_list("reference", flat=True), now=now)


def _waiting_for_the_desk(merchant_reference: str) -> QuerySet[User]:
    """Who applied and never had it: a desk taken away does not come back with a later approval."""
    had_it = GrantChange.objects.filter(role=Role.MERCHANT, scope_reference=merchant_reference)
    asked = User.objects.filter(applications__merchant_reference=merchant_reference)
    return asked.exclude(pk__in=had_it.values("user"))
