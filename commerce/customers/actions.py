"""Customers and their addresses."""

import re
from datetime import datetime

from django.db import transaction

from commerce import phone as telephone
from commerce import text
from commerce.customers.models import Address, Customer
from commerce.errors import CommerceError

# Post offices of Gyeonggi have the numbers from 10 to 18.
POSTCODE = re.compile(r"1[0-8][0-9]{3}")
# A frame around the province; whether a van comes to a door is for the depots to say.
SOUTH, NORTH, WEST, EAST = 36.8, 38.4, 126.2, 128.0


class PostcodeFormat(CommerceError):
    code = "POSTCODE_FORMAT"


class OutsideProvince(CommerceError):
    code = "OUTSIDE_PROVINCE"


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
    lat: float,
    lon: float,
    door_note: str = "",
    is_default: bool = False,
) -> Address:
    """Remember a door in Gyeonggi; the first one is the default until another is.

    Raises PostcodeFormat, OutsideProvince, TextRequired, TextTooLong.
    """
    if not POSTCODE.fullmatch(postcode):
        raise PostcodeFormat("postcode")
    if not (SOUTH <= lat <= NORTH and WEST <= lon <= EAST):
        raise OutsideProvince("street")
    address = Address(
        customer=customer,
        label=text.line("label", label, longest=20),
        city=text.line("city", city, longest=20),
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


@transaction.atomic
def forget(*, customer: Customer) -> None:
    """Neither who it was nor where they lived; the rows stay, because orders point at them."""
    customer.full_name = customer.phone = ""
    customer.save(update_fields=["full_name", "phone"])
    customer.addresses.update(
        label="-", locality="-", street="-", detail="", postcode="", lat=0, lon=0, door_note=""
    )
