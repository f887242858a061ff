"""Small makers of orders and payments, by way of the real actions."""

from datetime import datetime, timedelta
from itertools import count
from typing import Any

from commerce.catalogue.models import TaxClass, Way
from commerce.customers.models import Customer
from commerce.orders import actions as orders
from commerce.orders.actions import NewFulfilment, NewLine
from commerce.orders.models import Fulfilment, Order
from commerce.payments import actions as payments
from commerce.payments import charging
from commerce.payments.models import Payment, PaymentMethod
from tests.builders.commerce import NOW, a_customer

PAYS = "tok_4242"

_numbers = count(1)


def some_goods(**fields: Any) -> NewLine:
    """Two bundles of spinach of 2,500 won from merchant MER-GREENS."""
    defaults = {
        "merchant_reference": "MER-GREENS",
        "variant": None,
        "bundle_reference": "",
        "name": "시금치",
        "name_en": "Spinach",
        "unit": "1단",
        "quantity": 2,
        "unit_price_won": 2_500,
        "tax_class": TaxClass.EXEMPT,
    }
    return NewLine(**defaults | fields)


def a_bundle_line(**fields: Any) -> NewLine:
    """A book bundle: free, and nobody's but its library's."""
    defaults = {
        "merchant_reference": "",
        "bundle_reference": "BUN-BATH",
        "name": "목욕 놀이",
        "name_en": "Bath time",
        "unit": "책 묶음",
        "quantity": 1,
        "unit_price_won": 0,
    }
    return some_goods(**defaults | fields)


def a_part(**fields: Any) -> NewFulfilment:
    """5,000 won of goods and 4,000 won of delivery, tomorrow at nine, from a market."""
    defaults = {
        "way": Way.DELIVERY,
        "hands_over": "MKT-MOTGOL",
        "hands_over_name": "못골시장",
        "place_name": "경기도 수원시 팔달구 인계로 123 101동 1502호",
        "promised_from": NOW + timedelta(hours=23),
        "promised_until": NOW + timedelta(hours=25),
        "delivery_won": 4_000,
        "lines": [some_goods()],
    }
    return NewFulfilment(**defaults | fields)


def a_gate_part(**fields: Any) -> NewFulfilment:
    """5,000 won of goods handed over at a drive-through site."""
    defaults = {
        "way": Way.DRIVE_THROUGH,
        "hands_over": "SIT-NORTH",
        "hands_over_name": "북문",
        "place_name": "북문 드라이브스루",
        "delivery_won": 0,
        "booking_reference": "BKG-1",
    }
    return a_part(**defaults | fields)


def an_order(
    *,
    parts: list[NewFulfilment] | None = None,
    customer: Customer | None = None,
    key: str = "",
    basket_reference: str | None = None,
    confirmed: bool = False,
    now: datetime = NOW,
) -> Order:
    """A placed order of one part, for 9,000 won; ``confirmed=True`` takes it one step further."""
    order, _created = orders.open_order(
        key=key or f"order-{next(_numbers)}",
        basket_reference=basket_reference,
        customer=customer or a_customer(),
        contact_name="김영희",
        contact_phone="+821012345678",
        parts=[a_part()] if parts is None else parts,
        now=now,
    )
    return orders.confirm(order=order, now=now) if confirmed else order


def the_part(order: Order) -> Fulfilment:
    """The only fulfilment of ``order``, as it is in the database now."""
    return order.fulfilments.get()


def a_card_payment(
    *,
    order: Order | None = None,
    card_token: str = PAYS,
    off_session: bool = False,
    now: datetime = NOW,
) -> Payment:
    """An open payment for the whole of ``order`` (9,000 won by default)."""
    (payment,) = payments.open_payment(
        order=order or an_order(),
        method=PaymentMethod.CARD,
        card_token=card_token,
        off_session=off_session,
        now=now,
    )
    return payment


def a_paid_payment(*, order: Order | None = None, now: datetime = NOW) -> Payment:
    opened = a_card_payment(order=order, now=now)
    return charging.charge(payment_reference=opened.reference, now=now)


def an_on_site_payment(*, order: Order | None = None, now: datetime = NOW) -> Payment:
    """An open payment of one part, to be taken where it is handed over."""
    return payments.open_payment(order=order or an_order(), method=PaymentMethod.ON_SITE, now=now)[
        0
    ]
