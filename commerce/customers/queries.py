"""What can be asked about customers."""

from django.db.models import QuerySet

from commerce.customers.models import Address, Customer
from commerce.errors import NotFound


def customer(reference: str) -> Customer:
    """Raises NotFound."""
    found = Customer.objects.filter(reference=reference).first()
    if found is None:
        raise NotFound("customer", reference=reference)
    return found


def addresses(customer: Customer) -> QuerySet[Address]:
    """The customer's doors, the default one first."""
    return Address.objects.filter(customer=customer)


def address(*, customer: Customer, reference: str) -> Address:
    """One of the customer's own doors. Raises NotFound, also for somebody else's."""
    found = Address.objects.filter(customer=customer, reference=reference).first()
    if found is None:
        raise NotFound("address", reference=reference)
    return found
