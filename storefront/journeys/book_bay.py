"""A bay at a screening as a part of an order: taxable, its site's, and its ticket's while it is."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from commerce.catalogue.models import TaxClass, Way
from commerce.customers.models import Customer
from commerce.orders import actions as orders
from commerce.orders.actions import NewFulfilment, NewLine
from commerce.orders.models import Fulfilment, FulfilmentStatus, Order
from commerce.payments import actions as payments
from commerce.payments.models import Payment, PaymentMethod, PaymentStatus
from drivethrough.screenings import actions as screenings
from drivethrough.screenings.models import Ticket
from storefront.journeys.confirm_payment import confirm

UNIT = "차 한 대"


def ticket_part(ticket: Ticket) -> NewFulfilment:
    """``ticket`` with its screening and site."""
    screening = ticket.screening
    return NewFulfilment(
        way=Way.DRIVE_THROUGH,
        hands_over=screening.site.reference,
        hands_over_name=screening.site.name,
        hands_over_name_en=screening.site.name_en,
        place_name=screening.site.name,
        promised_from=screening.starts_at,
        promised_until=screening.starts_at,
        delivery_won=0,
        ticket_reference=ticket.reference,
        lines=[
            NewLine(
                merchant_reference="",
                variant=None,
                bundle_reference="",
                name=screening.title,
                name_en=screening.title_en,
                unit=UNIT,
                quantity=1,
                unit_price_won=screening.price_won,
                tax_class=TaxClass.TAXABLE,
            )
        ],
    )


@transaction.atomic
def book_bay(
    *,
    customer: Customer,
    screening_reference: str,
    bay: int,
    plate: str,
    phone_last4: str,
    key: str,
    now: datetime,
) -> Ticket:
    """A bay that is paid at the gate: ticket and order at once; the same key gets the same ticket.

    What ``screenings.buy`` raises. Nobody else knows the order yet, so the screening goes first.
    """
    ticket = screenings.buy(
        screening_reference=screening_reference,
        bay=bay,
        owner_reference=customer.user_reference,
        plate=plate,
        phone_last4=phone_last4,
        key=key,
        now=now,
    )
    order, created = orders.open_order(
        key=ticket.reference,
        basket_reference=None,
        customer=customer,
        contact_name=customer.full_name,
        contact_phone=customer.phone,
        parts=[ticket_part(ticket)],
        now=now,
    )
    if not created:
        return ticket
    if order.total_won:
        payments.open_payment(order=order, method=PaymentMethod.ON_SITE, now=now)
    confirm(order=order, now=now)
    return ticket


def part_of_ticket(ticket_reference: str) -> Fulfilment | None:
    """The part that this ticket is for, its order locked: always before the screening's row."""
    part = Fulfilment.objects.filter(ticket_reference=ticket_reference).first()
    if part is None:
        return None
    order = Order.objects.locked().get(pk=part.order_id)
    part = Fulfilment.objects.get(pk=part.pk)
    part.order = order
    return part


def gate_won(tickets: Sequence[Ticket]) -> dict[str, int]:
    """What is to be taken at the gate, or was taken there, by ticket; 0 where a card has paid."""
    references = [ticket.reference for ticket in tickets]
    due = Payment.objects.filter(
        fulfilment__ticket_reference__in=references,
        method=PaymentMethod.ON_SITE,
        status__in=[PaymentStatus.OPEN, PaymentStatus.PAID],
    )
    return dict.fromkeys(references, 0) | dict(
        due.values_list("fulfilment__ticket_reference", "amount_won")
    )


def is_unpaid(ticket: Ticket) -> bool:
    """Ordered with a card that has not been charged: nobody is let in with it yet."""
    parts = Fulfilment.objects.filter(ticket_reference=ticket.reference)
    return parts.filter(status=FulfilmentStatus.PLACED).exists()
