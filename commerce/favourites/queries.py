"""What can be asked about favourites."""

from django.db.models import QuerySet

from commerce.catalogue.models import Product
from commerce.catalogue.queries import published
from commerce.customers.models import Customer
from commerce.favourites.models import Favourite


def favourites_of(customer: Customer) -> QuerySet[Product]:
    """Those still on the shelf, as a listing shows them, the newest favourite first."""
    return published().filter(favourites__customer=customer).order_by("-favourites__since")


def is_favourite(customer: Customer, product: Product) -> bool:
    return Favourite.objects.filter(customer=customer, product=product).exists()
