"""What can be asked about markets and merchants."""

from django.db.models import QuerySet

from commerce.errors import NotFound
from commerce.merchants.models import Market, Merchant, MerchantStatus


def markets() -> QuerySet[Market]:
    """Every market, by name."""
    return Market.objects.all()


def market(reference: str) -> Market:
    """Raises NotFound."""
    found = Market.objects.filter(reference=reference).first()
    if found is None:
        raise NotFound("market", reference=reference)
    return found


def merchant(reference: str) -> Merchant:
    """With its market, whatever its status. Raises NotFound."""
    found = Merchant.objects.select_related("market").filter(reference=reference).first()
    if found is None:
        raise NotFound("merchant", reference=reference)
    return found


def merchants() -> QuerySet[Merchant]:
    """Those who may sell, with their markets, by name."""
    return Merchant.objects.select_related("market").filter(status=MerchantStatus.APPROVED)


def merchants_awaiting_approval() -> QuerySet[Merchant]:
    """Longest waiting first."""
    waiting = Merchant.objects.select_related("market").filter(status=MerchantStatus.SUBMITTED)
    return waiting.order_by("created_at", "pk")
