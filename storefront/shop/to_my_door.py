"""Whether and when something can be brought to the shopper's own door."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from commerce.business_days import business_date
from commerce.catalogue.models import Product
from commerce.customers.models import Address, Customer
from commerce.merchants.parcel_terms import ParcelTerms
from commerce.merchants.queries import openings_of, parcel_terms
from commerce.orders.parcel_days import ParcelDays, parcel_days
from logistics.delivery_windows.models import DeliveryWindow
from logistics.delivery_windows.queries import open_windows
from logistics.network.queries import depot_for


@dataclass(frozen=True)
class ParcelOffer:
    """What a merchant asks for a parcel and when one ordered now would come; ``far`` where the
    shopper's own door is one that couriers ask more for. ``days`` is None while the merchant is
    away for long."""

    terms: ParcelTerms
    days: ParcelDays | None
    far: bool

    @property
    def won(self) -> int:
        """Before anything is so dear that it travels free."""
        return self.terms.won + (self.terms.far_won if self.far else 0)


@dataclass(frozen=True)
class Door:
    """The address asked for, whether a depot serves it, the first window with room there, and on
    how many of the next seven days there is one."""

    address: Address
    served: bool
    first: DeliveryWindow | None
    days: int


def to_my_door(customer: Customer, now: datetime) -> Door | None:
    """For the default address; None for somebody without one."""
    address = customer.addresses.first()
    if address is None:
        return None
    depot = depot_for(address.lat, address.lon)
    free = [w for w in open_windows(depot, now) if w.left] if depot else []
    free.sort(key=lambda window: window.starts_at)
    days = {timezone.localdate(window.starts_at) for window in free}
    return Door(address, depot is not None, free[0] if free else None, len(days))


def parcel_to_my_door(product: Product, customer: Customer | None, now: datetime) -> ParcelOffer:
    """To the default address; to any door near by, for somebody without one."""
    merchant, cut_off = product.merchant, product.own_cut_off
    address = customer.addresses.first() if customer else None
    far = address is not None and address.is_far
    opening = openings_of([merchant], business_date(now))[merchant.reference]

    def may_be_sent(on: date) -> bool:
        return opening.is_open(on) and (cut_off is None or cut_off.takes(on, now))

    return ParcelOffer(
        terms=parcel_terms(merchant),
        days=parcel_days(may_be_sent, far=far, ordered_at=now),
        far=far,
    )
