"""Whether and when something can be brought to the shopper's own door."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from commerce.customers.models import Address, Customer
from logistics.delivery_windows.models import DeliveryWindow
from logistics.delivery_windows.queries import open_windows
from logistics.network.queries import depot_for


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
