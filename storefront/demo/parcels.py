"""Parcels as families have them sent: to themselves, and now and then to grandparents far away."""

from collections.abc import Sequence
from datetime import datetime, time
from random import Random

from commerce.basket import actions as baskets
from commerce.business_days import business_date, instant
from commerce.catalogue.models import Variant, Way
from commerce.customers import actions as customers
from commerce.customers.models import Address, Customer
from commerce.orders.models import Fulfilment, FulfilmentStatus, Order
from commerce.parcels.couriers import DIGITS, Courier
from commerce.payments.models import PaymentMethod
from storefront.demo.boxes import CARD
from storefront.demo.orders import Day
from storefront.journeys.confirm_payment import charge_and_confirm
from storefront.journeys.place_order import Checkout, place_order
from storefront.journeys.plan_checkout import plan_checkout
from storefront.journeys.send_parcel import say_it_came, send_parcel

COURIERS_COME = time(17)
BROUGHT = time(20)
SENT_BY = "demo"
MERCHANT = "못골 할머니반찬"  # where the demo's merchant works


def grandparents_door(parent: Customer) -> Address:
    """On Jeju, where parcels alone go; once."""
    there = parent.addresses.filter(province="제주특별자치도").first()
    return there or customers.add_address(
        customer=parent,
        label="부모님 댁",
        province="제주특별자치도",
        city="제주시",
        locality="연동",
        street="연북로 1",
        detail="",
        postcode="63122",
        lat=None,
        lon=None,
        door_note="돌담 옆 초록 대문이에요",
    )


def order_past_parcel(families: Sequence[Customer], day: Day) -> None:
    """One family has something sent, the afternoon before it is."""
    chance = Random(f"parcel {day.on}")  # noqa: S311 - a demo, not a secret
    customer = chance.choice(families)
    address = Address.objects.get(customer=customer, is_default=True)
    _order(customer, address, chance.sample(_sent_goods(day), 2), day)


def order_todays_parcels(parent: Customer, families: Sequence[Customer], day: Day) -> None:
    """The demo's merchant has some to send today, one of them to Jeju."""
    own = [v for v in _sent_goods(day) if v.product.merchant.name == MERCHANT]
    others = [v for v in _sent_goods(day) if v not in own]
    if not own or not others:
        return
    _order(parent, grandparents_door(parent), [own[0], others[0]], day)
    for customer, variant in zip(families, own[1:], strict=False):
        _order(customer, Address.objects.get(customer=customer, is_default=True), [variant], day)


def _sent_goods(day: Day) -> list[Variant]:
    return [variant for variant in day.shelf if Way.PARCEL in variant.product.ways]


def _order(customer: Customer, address: Address, goods: Sequence[Variant], day: Day) -> None:
    """By card: nobody pays a courier."""
    key = f"{day.key}-parcel-{customer.reference}"
    if Order.objects.filter(key=key).exists():
        return
    basket = baskets.open_basket(customer=customer, now=day.placed_at)
    for variant in goods:
        baskets.add_goods(basket=basket, variant=variant, quantity=1, way=Way.PARCEL)
    plan = plan_checkout(basket=basket, address=address, now=day.placed_at)
    if any(part.days is None for part in plan.parts):
        return
    checkout = Checkout(
        basket_reference=basket.reference,
        address_reference=address.reference,
        contact_name=customer.full_name,
        contact_phone=customer.phone,
        windows={},
        plate="",
        method=PaymentMethod.CARD,
        card_token=CARD,
    )
    placed = place_order(checkout=checkout, customer=customer, key=key, now=day.placed_at)
    for payment in placed.payments:
        charge_and_confirm(payment_reference=payment.reference, now=day.placed_at)


def live_with_parcels(day: Day) -> None:
    """Couriers take what was promised for the day, and what they had is at its doors in time."""
    chance = Random(f"couriers {day.on}")  # noqa: S311 - a demo, not a secret
    by_parcel = Fulfilment.objects.filter(way=Way.PARCEL).order_by("pk")
    waiting = by_parcel.filter(status__in=[FulfilmentStatus.CONFIRMED, FulfilmentStatus.READY])
    for part in waiting.filter(promised_from__lte=instant(day.on, COURIERS_COME)):
        _send(part, chance, instant(day.on, COURIERS_COME))
    for part in by_parcel.filter(status=FulfilmentStatus.OUT):
        if business_date(part.promised_until) <= day.on:
            say_it_came(
                fulfilment_reference=part.reference,
                merchant_reference=part.hands_over,
                now=instant(day.on, BROUGHT),
            )


def _send(part: Fulfilment, chance: Random, now: datetime) -> None:
    courier = chance.choice(list(Courier))
    digits = DIGITS[courier][-1]
    send_parcel(
        key=f"demo:{part.reference}",
        fulfilment_reference=part.reference,
        merchant_reference=part.hands_over,
        courier=courier,
        number=f"{chance.randrange(10**digits):0{digits}}",
        by=SENT_BY,
        now=now,
    )
