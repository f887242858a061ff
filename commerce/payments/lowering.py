"""Less is to be taken where goods are handed over, since fewer of them are there."""

from django.db import transaction
from django.db.models import Q

from commerce.orders.models import Fulfilment
from commerce.payments.models import Payment, PaymentMethod, PaymentStatus


@transaction.atomic
def lower_open(*, fulfilment: Fulfilment, by_won: int, tax_free_won: int) -> Payment | None:
    """Takes ``by_won`` off what is still to be paid on site for this part, or by transfer for its
    order, ``tax_free_won`` of them free of VAT; None when nothing is. The caller sees that it
    happens once."""
    on_site = Q(fulfilment=fulfilment, method=PaymentMethod.ON_SITE)
    by_transfer = Q(order=fulfilment.order_id, method=PaymentMethod.TRANSFER)
    waiting = Payment.objects.filter(on_site | by_transfer, status=PaymentStatus.OPEN)
    payment = waiting.locked().first()
    if payment is None:
        return None
    payment.amount_won -= by_won
    payment.tax_free_won -= tax_free_won
    payment.save(update_fields=["amount_won", "tax_free_won"])
    return payment
