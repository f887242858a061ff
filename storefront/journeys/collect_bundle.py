"""A family asks for its books to be fetched."""

from datetime import datetime

from django.db import transaction

from commerce.books import actions as books
from commerce.books.models import Loan
from commerce.customers.models import Address, Customer
from logistics.delivery_windows import actions as windows
from logistics.delivery_windows.models import DeliveryWindow
from storefront.journeys.request_moves import request_collection
from storefront.refusals import NotFound


@transaction.atomic
def book_collection(
    *,
    loan_reference: str,
    guardian: Customer,
    address_reference: str,
    window_reference: str,
    now: datetime,
) -> Loan:
    """Books the van for the family's own loan; a repeat is the same booking. WINDOW_FULL."""
    address = Address.objects.filter(reference=address_reference, customer=guardian).first()
    if address is None:
        raise NotFound("address")
    window = DeliveryWindow.objects.select_related("depot").filter(reference=window_reference)
    chosen = window.first()
    if chosen is None:
        raise NotFound("window")
    loan = books.book_collection(loan_reference=loan_reference, guardian=guardian, now=now)
    windows.take(window_reference=window_reference, key=f"collect:{loan.reference}", now=now)
    request_collection(loan=loan, address=address, window=chosen, now=now)
    return loan
