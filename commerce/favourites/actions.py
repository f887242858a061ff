"""Keeping a product on one's list, or no longer. A repeat changes nothing."""

from datetime import datetime

from commerce.catalogue.models import Product
from commerce.customers.models import Customer
from commerce.favourites.models import Favourite


def keep(*, customer: Customer, product: Product, now: datetime) -> None:
    # unique(customer, product) decides between two tabs.
    Favourite.objects.get_or_create(customer=customer, product=product, defaults={"since": now})


def drop(*, customer: Customer, product: Product) -> None:
    Favourite.objects.filter(customer=customer, product=product).delete()
