"""Customers and their addresses."""

import re
from datetime import datetime

from django.db import transaction

from commerce import phone as telephone
from commerce import text
from commerce.customers.models import Address, Customer
from commerce.customers.provinces import GYEONGGI, PROVINCES, SEJONG, has_postcode
from commerce.errors import CommerceError

POSTCODE = re.compile(r"[0-9]{5}")
# A frame around the province; whether a van comes to a door is for the depots to say.
SOUTH, NORTH, WEST, EAST = 36.8, 38.4, 126.2, 128.0


class PostcodeFormat(CommerceError):
    """Not five digits, or of another province. ``data``: ``province``."""

    code = "POSTCODE_FORMAT"


class OutsideProvince(CommerceError):
    code = "OUTSIDE_PROVINCE"


class ProvinceUnknown(CommerceError):
    code = "PROVINCE_UNKNOWN"


def customer_for(
    *, user_reference: str, full_name: str = "", phone: str = "", now: datetime
) -> Customer:
    """The one customer of this sign-in, made on first need; an existing one is left as it is.

    Raises PhoneFormat, TextTooLong.
    """
    # unique(user_reference) decides between two tabs; the loser reads the winner's row.
    customer, _created = Customer.objects.get_or_create(
        user_reference=user_reference,
        defaults={
            "full_name": text.line("full_name", full_name, longest=60, required=False),
            "phone": telephone.to_e164(phone) if phone else "",
            "created_at": now,
        },
    )
    return customer


@transaction.atomic
def rename(*, customer: Customer, full_name: str, phone: str) -> Customer:
    """Set the name and telephone number. Raises PhoneFormat, TextRequired, TextTooLong."""
    customer.full_name = text.line("full_name", full_name, longest=60)
    customer.phone = telephone.to_e164(phone)
    customer.save(update_fields=["full_name", "phone"])
    return customer


@transaction.atomic
def add_address(
    *,
    customer: Customer,
    label: str,
    city: str,
    locality: str,
    street: str,
    detail: str,
    postcode: str,
    lat: float | None,
    lon: float | None,
    province: str = GYEONGGI,
    door_note: str = "",
    is_default: bool = False,
) -> Address:
    """Remember a door; the first one is the default until another is. One in Gyeonggi has a point
    on the map (degrees), one elsewhere has none: only parcels go there.

    Raises PostcodeFormat, OutsideProvince, ProvinceUnknown, TextRequired, TextTooLong.
    """
    if province not in PROVINCES:
        raise ProvinceUnknown("province")
    if not POSTCODE.fullmatch(postcode) or not has_postcode(province, postcode):
        raise PostcodeFormat("postcode", province=province)
    if province == GYEONGGI and not _on_the_map(lat, lon):
        raise OutsideProvince("street")
    address = Address(
        customer=customer,
        label=text.line("label", label, longest=20),
        province=province,
        city=text.line("city", city, longest=20, required=province != SEJONG),
        locality=text.line("locality", locality, longest=30),
        street=text.line("street", street, longest=120),
        detail=text.line("detail", detail, longest=60, required=False),
        postcode=postcode,
        lat=lat,
        lon=lon,
        door_note=text.line("door_note", door_note, longest=100, required=False),
    )
    # The customer's row makes two tabs take turns at being the default.
    Customer.objects.locked().get(pk=customer.pk)
    others = Address.objects.filter(customer=customer)
    address.is_default = is_default or not others.exists()
    if address.is_default:
        others.filter(is_default=True).update(is_default=False)
    address.save(force_insert=True)
    return address


def _on_the_map(lat: float | None, lon: float | None) -> bool:
    if lat is None or lon is None:
        return False
    return SOUTH <= lat <= NORTH and WEST <= lon <= EAST


@transaction.atomic
def forget(*, customer: Customer) -> None:
    """Neither who it was nor where they lived; the rows stay, because orders point at them."""
    customer.full_name = customer.phone = ""
    customer.save(update_fields=["full_name", "phone"])
    customer.addresses.update(
        label="-", locality="-", street="-", detail="", postcode="", lat=0, lon=0, door_note=""
    )
