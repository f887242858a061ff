"""A customer's door: what was typed, and the point of the dong or ri that was named."""

from commerce.customers import actions as customers
from commerce.customers.models import Address, Customer
from commerce.customers.provinces import GYEONGGI, SEJONG, begins_with
from logistics.network.queries import locate
from storefront.refusals import StorefrontError


class LocalityUnknown(StorefrontError):
    """No such dong or ri in that city of Gyeonggi, or none is named."""

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
    """``place`` is ``수원시 팔달구 · 지동``; outside Gyeonggi it begins with the province, has no
    point and is for parcels: ``제주특별자치도 제주시 · 연동``. LOCALITY_UNKNOWN; otherwise as
    ``add_address``."""
    province, rest = begins_with(place)
    city, locality = _split(rest)
    if not locality or not (city or province == SEJONG):
        raise LocalityUnknown("place")
    lat, lon = _point(city, locality) if province == GYEONGGI else (None, None)
    return customers.add_address(
        customer=customer,
        label=label or "집",
        province=province,
        city=city,
        locality=locality,
        street=street,
        detail=detail,
        postcode=postcode,
        lat=lat,
        lon=lon,
        door_note=door_note,
        is_default=is_default,
    )


def _split(place: str) -> tuple[str, str]:
    """City and locality; without the dot between them the last word is the locality."""
    city, dot, locality = place.partition("·")
    if not dot:
        city, _space, locality = place.rpartition(" ")
    return city.strip(), locality.strip()


def _point(city: str, locality: str) -> tuple[float, float]:
    found = locate(city=city, locality=locality)
    if found is None:
        raise LocalityUnknown("place")
    return found
