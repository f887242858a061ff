"""A customer's door: what was typed, and the point of the dong or ri that was named."""

from commerce.customers import actions as customers
from commerce.customers.models import Address, Customer
from commerce.customers.provinces import names_another_province
from logistics.network.queries import locate
from storefront.refusals import StorefrontError


class LocalityUnknown(StorefrontError):
    """No such dong or ri in that city."""

    code = "LOCALITY_UNKNOWN"


def add_door(
    *,
    customer: Customer,
    place: str,
    street: str,
    detail: str,
    postcode: str,
    label: str = "",
    door_note: str = "",
    is_default: bool = False,
) -> Address:
    """``place`` is ``수원시 팔달구 · 지동``. OUTSIDE_PROVINCE, LOCALITY_UNKNOWN; otherwise as
    ``add_address``."""
    if names_another_province(place):
        raise customers.OutsideProvince("place")
    city, _sep, locality = place.partition(" · ")
    point = locate(city=city, locality=locality)
    if point is None:
        raise LocalityUnknown("place")
    return customers.add_address(
        customer=customer,
        label=label or "집",
        city=city.strip(),
        locality=locality.strip(),
        street=street,
        detail=detail,
        postcode=postcode,
        lat=point[0],
        lon=point[1],
        door_note=door_note,
        is_default=is_default,
    )
