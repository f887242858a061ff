"""An order that a voucher and a card pay together, and one on the telephone whose bank transfer is
waited for."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from commerce.basket import actions as baskets
from commerce.basket.models import Basket
from commerce.business_days import business_date
from commerce.catalogue.models import Variant, Way
from commerce.customers import actions as customers
from commerce.customers.models import Address, Customer
from commerce.orders.models import Order
from commerce.payments.models import PaymentMethod
from commerce.payments.transfers import is_offered
from commerce.vouchers.models import Voucher
from commerce.vouchers.queries import spendable
from logistics.delivery_windows.models import DeliveryWindow
from logistics.delivery_windows.queries import open_windows
from logistics.network.queries import depot_for
from storefront.accounts import guests
from storefront.demo.boxes import CARD
from storefront.demo.files import rows
from storefront.demo.orders import PLENTY
from storefront.journeys.confirm_payment import charge_and_confirm
from storefront.journeys.place_order import Checkout, Placed, place_order
from storefront.journeys.plan_checkout import plan_checkout
from storefront.journeys.plan_vouchers import plan_vouchers

BY_VOUCHER, BY_TRANSFER = "paid-by-voucher", "paid-by-transfer"
# A bank is given some hours, and no window takes orders in its last ones.
ENOUGH_FOR_A_BANK = timedelta(hours=2)
CALLER = ("홍순자", "010-0000-4901")
THINGS = 2


def order_by_voucher(parent: Customer, now: datetime) -> None:
    """Once: the first of the parent's vouchers pays what it can, the card the rest."""
    own = spendable(parent, now)[:1]
    if not own or Order.objects.filter(key=BY_VOUCHER).exists():
        return
    address = Address.objects.get(customer=parent, is_default=True)
    placed = _order(parent, address, BY_VOUCHER, PaymentMethod.CARD, own, now)
    for payment in placed.payments if placed else ():
        charge_and_confirm(payment_reference=payment.reference, now=now)


def order_by_transfer(now: datetime) -> None:
    """Once, where there is an account to pay to: taken by a market's helper for somebody who rang
    up."""
    if not is_offered() or Order.objects.filter(key=BY_TRANSFER).exists():
        return
    with transaction.atomic():
        caller = customers.customer_for(user_reference=guests.new_reference(), now=now)
        full_name, phone = CALLER
        customers.rename(customer=caller, full_name=full_name, phone=phone)
        door = rows("doors")[0]
        address = customers.add_address(
            customer=caller,
            label="집",
            city=door["city"],
            locality=door["locality"],
            street=door["street"],
            detail="1층",
            postcode="16500",
            door_note="초인종을 눌러 주세요",
            lat=float(door["lat"]),
            lon=float(door["lon"]),
        )
        _order(caller, address, BY_TRANSFER, PaymentMethod.TRANSFER, [], now)


def _order(
    customer: Customer,
    address: Address,
    key: str,
    method: PaymentMethod,
    own: Sequence[Voucher],
    now: datetime,
) -> Placed | None:
    """Some things of one stall, for a day whose routes are not planned yet."""
    window = _window(address, now)
    if window is None:
        return None
    basket = _filled(customer, now)
    plan = plan_checkout(basket=basket, address=address, now=now)
    checkout = Checkout(
        basket_reference=basket.reference,
        address_reference=address.reference,
        contact_name=customer.full_name,
        contact_phone=customer.phone,
        windows={part.key: window.reference for part in plan.parts},
        plate="",
        method=method,
        card_token=CARD if method == PaymentMethod.CARD else "",
        vouchers=[voucher.reference for voucher in own],
        voucher_won=plan_vouchers(plan=plan, vouchers=own).covered_won,
    )
    return place_order(checkout=checkout, customer=customer, key=key, now=now)


def _window(address: Address, now: datetime) -> DeliveryWindow | None:
    depot = depot_for(address.lat, address.lon)
    later = [
        window
        for window in (open_windows(depot, now) if depot else [])
        if window.on_date > business_date(now)
        and window.left
        and window.cut_off_at > now + ENOUGH_FOR_A_BANK
    ]
    return later[0] if later else None


def _filled(customer: Customer, now: datetime) -> Basket:
    basket = baskets.open_basket(customer=customer, now=now)
    goods = Variant.objects.filter(
        product__merchant__name="못골 할머니반찬",
        product__status="published",
        stock__on_hand__gte=PLENTY,
    )
    for variant in goods.order_by("pk")[:THINGS]:
        baskets.add_goods(basket=basket, variant=variant, quantity=1, way=Way.DELIVERY)
    return basket
