"""Small makers of boxes, their cycles, subscriptions and renewals."""

from datetime import datetime
from itertools import count
from typing import Any

from commerce.boxes import actions
from commerce.boxes.models import Box, Renewal, Subscription
from commerce.business_days import business_date
from commerce.catalogue.models import Variant
from commerce.customers.models import Customer
from tests.builders.commerce import NOW, a_customer, a_variant, an_address

_numbers = count(1)


def a_box(
    *, variant: Variant | None = None, weeks: int = 0, now: datetime = NOW, **fields: Any
) -> Box:
    """A box with cycles for so many Thursdays from ``now``."""
    defaults = {
        "name": "제철 꾸러미",
        "name_en": "Season's box",
        "contents": "달래\n냉이\n시금치",
        "contents_en": "wild chives\nshepherd's purse\nspinach",
        "serves": "2~3인",
    }
    box = actions.offer_box(variant=variant or a_variant(), **defaults | fields)
    actions.ensure_cycles(box=box, from_on=business_date(now), weeks=weeks, now=now)
    return box


def a_subscription(
    *,
    box: Box | None = None,
    customer: Customer | None = None,
    key: str = "",
    now: datetime = NOW,
    **fields: Any,
) -> Subscription:
    """Live, with a renewal for every cycle of the box that may still change."""
    customer = customer or a_customer()
    if "address" not in fields:
        fields["address"] = an_address(customer=customer)
    return actions.subscribe(
        key=key or f"subscription-{next(_numbers)}",
        box=box or a_box(weeks=4),
        customer=customer,
        now=now,
        **{"card_token": "tok_visa"} | fields,
    )


def a_renewal(**fields: Any) -> Renewal:
    """The first renewal of a subscription."""
    renewals = Renewal.objects.select_related("cycle", "subscription__customer")
    return renewals.filter(subscription=a_subscription(**fields)).order_by("pk")[0]
