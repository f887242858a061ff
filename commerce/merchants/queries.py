"""What can be asked about markets and merchants."""

from collections.abc import Collection, Iterable
from datetime import date

from django.conf import settings
from django.db.models import QuerySet

from commerce.errors import NotFound
from commerce.merchants.models import Market, Merchant, MerchantClosing, MerchantStatus
from commerce.merchants.opening import Opening
from commerce.merchants.parcel_terms import ParcelTerms


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


def openings(references: Collection[str], from_on: date) -> dict[str, Opening]:
    """When each merchant is there from that day on, by reference; two queries."""
    return openings_of(Merchant.objects.filter(reference__in=references), from_on)


def openings_of(merchants: Iterable[Merchant], from_on: date) -> dict[str, Opening]:
    """The same of merchants that were read already; one query."""
    found = {one.pk: one for one in merchants}
    closed: dict[int, set[date]] = {pk: set() for pk in found}
    ahead = MerchantClosing.objects.filter(merchant__in=found, on_date__gte=from_on)
    for merchant, on in ahead.values_list("merchant_id", "on_date"):
        closed[merchant].add(on)
    return {one.reference: opening_of(one, closed[pk]) for pk, one in found.items()}


def opening_of(merchant: Merchant, closed: Iterable[date]) -> Opening:
    """The same of one whose closed days are known."""
    return Opening(
        rest_weekdays=frozenset(merchant.rest_weekdays),
        market_day=merchant.market_day,
        closed=frozenset(closed),
    )


def closings(merchant_reference: str, from_on: date) -> list[MerchantClosing]:
    """The merchant's single closed days from then on, earliest first."""
    ahead = MerchantClosing.objects.filter(on_date__gte=from_on)
    return list(ahead.filter(merchant__reference=merchant_reference))


def away_on(references: Collection[str], on: date) -> list[Merchant]:
    """Those of them who are not there on that day, by name."""
    there = openings(references, on)
    away = [reference for reference, opening in there.items() if not opening.is_open(on)]
    return list(Merchant.objects.filter(reference__in=away))


def parcel_terms(merchant: Merchant) -> ParcelTerms:
    """What the merchant has set, and what the settings say of the rest."""
    own, far = merchant.parcel_won, merchant.parcel_far_won
    return ParcelTerms(
        won=settings.PARCEL_WON if own is None else own,
        far_won=settings.PARCEL_FAR_WON if far is None else far,
        free_from_won=merchant.parcel_free_from_won,
    )
