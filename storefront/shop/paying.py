"""What a shopper still has to do before an order is paid."""

from dataclasses import dataclass

from commerce.orders.models import Order, OrderStatus
from commerce.payments.charging import action_needed
from commerce.payments.models import Payment, PaymentMethod, PaymentStatus
from commerce.payments.queries import payment as payment_by_reference


@dataclass(frozen=True)
class StillToDo:
    """``at_bank``: the shopper's bank wants to hear from the shopper, ``client_secret`` lets the
    browser go on. ``in_window``: the card is to be picked in the gateway's window."""

    at_bank: Payment | None = None
    client_secret: str = ""
    in_window: Payment | None = None


def still_to_do(order: Order) -> StillToDo:
    """Asks the gateway where a charge is under way. Must not be called inside a transaction."""
    if order.status != OrderStatus.PLACED:
        return StillToDo()
    by_card = [p for p in order.payments.all() if p.method == PaymentMethod.CARD]
    for payment in by_card:
        if payment.status == PaymentStatus.OPEN and not payment.card_token:
            return StillToDo(in_window=payment)
        if payment.status == PaymentStatus.CHARGING:
            needed = action_needed(payment_reference=payment.reference)
            if needed is not None:
                return StillToDo(at_bank=payment, client_secret=needed.client_secret)
    return StillToDo()


def payment_of(order: Order, reference: str) -> Payment | None:
    """The order's own card payment of that reference."""
    found = payment_by_reference(reference)
    if found is None or found.order_id != order.pk or found.method != PaymentMethod.CARD:
        return None
    return found
