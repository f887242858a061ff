"""Whether and when something can be brought to the shopper's own door."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

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
    """The address asked for, whether a depot serves it, the first window with room there in which
    the product can be had, and on how many of the next seven days there is one."""

    address: Address
    served: bool
    first: DeliveryWindow | None
    days: int


def to_my_door(product: Product, customer: Customer, now: datetime) -> Door | None:
    """For the default address; None for somebody without one."""
    address = customer.addresses.first()
    if address is None:
        return None
    depot = depot_for(address.lat, address.lon)
    can_be = _days_of(product, now)
    free = [
        window
        for window in (open_windows(depot, now) if depot else [])
        if window.left and can_be(business_date(window.starts_at))
    ]
    free.sort(key=lambda window: window.starts_at)
    days = {business_date(window.starts_at) for window in free}
    return Door(address, depot is not None, free[0] if free else None, len(days))


def parcel_to_my_door(product: Product, customer: Customer | None, now: datetime) -> ParcelOffer:
    """To the default address; to any door near by, for somebody without one."""
    address = customer.addresses.first() if customer else None
    far = address is not None and address.is_far
    return ParcelOffer(
        terms=parcel_terms(product.merchant),
        days=parcel_days(_days_of(product, now), far=far, ordered_at=now),
        far=far,
    )


def _days_of(product: Product, now: datetime) -> Callable[[date], bool]:
    """Whether its merchant is there on a day, and it can still be ordered for it."""
    merchant, cut_off = product.merchant, product.own_cut_off
    opening = openings_of([merchant], business_date(now))[merchant.reference]
    return lambda on: opening.is_open(on) and (cut_off is None or cut_off.takes(on, now))
