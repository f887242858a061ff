"""A site with cars booked for today, as its tablet shows them."""

from dataclasses import dataclass
from datetime import time, timedelta
from itertools import count
from uuid import uuid4

from django.test import Client
from django.utils import timezone

from commerce.orders.models import Fulfilment
from commerce.payments import actions as payments
from commerce.payments.models import PaymentMethod
from drivethrough.queue import actions as queue
from drivethrough.sites.models import Lane, Site
from drivethrough.slots.models import Booking, Slot
from storefront.accounts.models import Role
from storefront.journeys.confirm_payment import charge_and_confirm, confirm
from tests.builders import commerce
from tests.builders.drivethrough import a_booking, a_site, a_slot
from tests.builders.mall import a_client, a_user
from tests.builders.orders import PAYS, a_gate_part, an_order, some_goods

_numbers = count(1)


@dataclass(frozen=True)
class Gate:
    site: Site
    slot: Slot
    farmer: Client
    merchant_reference: str

    @property
    def lane(self) -> Lane:
        return self.site.lanes.get(number=1)


def a_gate(*, cars: int = 8, days_ahead: int = 0) -> Gate:
    """Two lanes, one slot today at noon whose booking has ended, and a farmer signed in."""
    site = a_site()
    on_date = timezone.localdate() + timedelta(days=days_ahead)
    slot = a_slot(site=site, on_date=on_date, start=time(12), cars=cars)
    user = a_user(f"farmer{next(_numbers)}@jangteo.test", (Role.FARMER, site.reference))
    farm = commerce.a_merchant(name="한결농장", site_reference=site.reference)
    return Gate(site, slot, a_client(user), farm.reference)


def a_car(
    gate: Gate,
    *,
    plate: str = "12가3456",
    phone_last4: str = "5678",
    slot: Slot | None = None,
    on_site: bool = False,
    quantity: int = 2,
) -> Booking:
    """Booked and paid (or to be paid here) for strawberries of 8,000 won each."""
    slot = slot or gate.slot
    booked_at = min(slot.cut_off_at - timedelta(hours=1), timezone.now() - timedelta(minutes=1))
    goods = some_goods(
        merchant_reference=gate.merchant_reference,
        name="딸기",
        name_en="Strawberries",
        unit="1kg",
        quantity=quantity,
        unit_price_won=8_000,
    )
    booking = a_booking(slot=slot, plate=plate, phone_last4=phone_last4, now=booked_at)
    part = a_gate_part(
        hands_over=gate.site.reference,
        booking_reference=booking.reference,
        promised_from=slot.starts_at,
        promised_until=slot.ends_at,
        lines=[goods],
    )
    order = an_order(parts=[part], key=str(uuid4()), now=booked_at)
    booking.owner_reference = order.fulfilments.get().reference
    booking.save(update_fields=["owner_reference"])
    if on_site:
        payments.open_payment(order=order, method=PaymentMethod.ON_SITE, now=booked_at)
        confirm(order=order, now=booked_at)
    else:
        (payment,) = payments.open_payment(
            order=order, method=PaymentMethod.CARD, card_token=PAYS, now=booked_at
        )
        charge_and_confirm(payment_reference=payment.reference, now=booked_at)
    return booking


def an_arrived_car(gate: Gate, **car: object) -> Booking:
    booking = a_car(gate, **car)  # type: ignore[arg-type]
    queue.arrive(key=str(uuid4()), booking_reference=booking.reference, now=timezone.now())
    return booking


def the_part(booking: Booking) -> Fulfilment:
    return Fulfilment.objects.get(booking_reference=booking.reference)
