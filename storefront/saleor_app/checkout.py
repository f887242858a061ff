"""A Saleor's checkout as our subscription asks for it, and our offers as a Saleor takes them."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from commerce.saleor.app.verifying import BodyMalformed
from storefront.journeys.offer_ways import Area, Offer
from storefront.templatetags.words import clock, day, local_name

CURRENCY = "KRW"
PROVINCE = ("경기도", "경기")


@dataclass(frozen=True)
class Checkout:
    """``goods``: variant reference → quantity; "" stands for what has no reference of ours.

    ``area`` is None for an address outside Gyeonggi, or none at all.
    """

    language: str
    currency: str
    goods: Mapping[str, int]
    area: Area | None


def read(body: Mapping[str, Any]) -> Checkout:
    """SALEOR_BODY_MALFORMED."""
    try:
        checkout = body["checkout"]
        return Checkout(
            language="en" if _text(checkout, "languageCode").startswith("EN") else "ko",
            currency=_text(checkout["channel"], "currencyCode"),
            goods=_goods(checkout["lines"]),
            area=_area(checkout["shippingAddress"]),
        )
    except (KeyError, TypeError, AttributeError):
        raise BodyMalformed("checkout") from None


def _goods(lines: list[dict[str, Any]]) -> dict[str, int]:
    goods: Counter[str] = Counter()
    for line in lines:
        if not isinstance(line["quantity"], int):
            raise BodyMalformed("quantity")
        goods[_text(line["variant"], "externalReference")] += line["quantity"]
    return dict(goods)


def _area(address: dict[str, Any] | None) -> Area | None:
    if address is None or address["country"]["code"] != "KR":
        return None
    if _text(address, "countryArea") not in PROVINCE:
        return None
    lines = (_text(address, name) for name in ("cityArea", "streetAddress1", "streetAddress2"))
    district, *street = lines
    return Area(city=f"{_text(address, 'city')} {district}".strip(), street=" ".join(street))


def _text(thing: Mapping[str, Any], name: str) -> str:
    """ "" for null. NUL, which no Saleor can store, is refused as our own database would."""
    value = thing[name]
    if value is None:
        return ""
    if not isinstance(value, str) or "\x00" in value:
        raise BodyMalformed(name)
    return value


def as_method(offer: Offer, language: str, now: datetime) -> dict[str, Any]:
    """An entry of the answer to SHIPPING_LIST_METHODS_FOR_CHECKOUT; days are counted in Seoul.

    ``metadata`` goes along to the order.
    """
    days = (timezone.localdate(offer.starts_at) - timezone.localdate(now)).days
    kind = "mall.window" if offer.site is None else "mall.slot"
    return {
        "id": offer.reference,
        "name": _name(offer, language),
        "amount": str(offer.amount_won),
        "currency": CURRENCY,
        "minimum_delivery_days": days,
        "maximum_delivery_days": days,
        "metadata": {kind: offer.reference},
    }


def _name(offer: Offer, language: str) -> str:
    with translation.override(language):
        when = f"{day(offer.starts_at)} {clock(offer.starts_at)}~{clock(offer.ends_at)}"
        if offer.site is None:
            return _("집으로 배송 · %(when)s") % {"when": when}
        place = local_name(offer.site)
        return _("드라이브스루 %(place)s · %(when)s") % {"place": place, "when": when}
