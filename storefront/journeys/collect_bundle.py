"""A family asks for its books to be fetched."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from commerce.books import actions as books
from commerce.books.models import Loan
from commerce.customers.models import Address, Customer
from logistics.consignments.models import Consignment, ConsignmentStatus
from logistics.delivery_windows import actions as windows
from logistics.delivery_windows.models import DeliveryWindow
from storefront.journeys.request_moves import request_collection, visit_reference
from storefront.refusals import NotFound, StorefrontError


class CollectionBooked(StorefrontError):
    """The van is coming at another time already."""

    code = "COLLECTION_BOOKED"


@transaction.atomic
def book_collection(
    *,
    loan_reference: str,
    guardian: Customer,
    address_reference: str,
    window_reference: str,
    now: datetime,
) -> Loan:
    """Books the van for the family's own loan; a repeat is the same booking.

    WINDOW_FULL, COLLECTION_BOOKED when another visit is still to come.
    """
    address = Address.objects.filter(reference=address_reference, customer=guardian).first()
    if address is None:
        raise NotFound("address")
    window = DeliveryWindow.objects.select_related("depot").filter(reference=window_reference)
    chosen = window.first()
    if chosen is None:
        raise NotFound("window")
    loan = books.book_collection(loan_reference=loan_reference, guardian=guardian, now=now)
    visit = visit_reference(loan.reference, window_reference)
    if _visits_to_come(loan).exclude(owner_reference=visit).exists():
        raise CollectionBooked("window")
    windows.take(window_reference=window_reference, key=f"collect:{visit}", now=now)
    request_collection(loan=loan, address=address, window=chosen, now=now)
    return loan


def _visits_to_come(loan: Loan) -> QuerySet[Consignment]:
    """Under the loan's lock, which ``book_collection`` of the books took."""
    ended = (ConsignmentStatus.MOVED, ConsignmentStatus.FAILED, ConsignmentStatus.CANCELLED)
    visits = Consignment.objects.filter(owner_reference__startswith=f"{loan.reference}:")
    return visits.exclude(status__in=ended)
