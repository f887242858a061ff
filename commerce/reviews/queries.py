"""What can be asked about reviews."""

from dataclasses import dataclass

from django.db.models import Avg, Count, QuerySet

from commerce.catalogue.models import Product
from commerce.customers.models import Customer
from commerce.orders.models import FulfilmentStatus, OrderLine
from commerce.reviews.models import Review


@dataclass(frozen=True)
class Rating:
    """``tenths``: the mean of 1 to 5 in tenths, 0 when nobody has said anything."""

    count: int
    tenths: int

    @property
    def shown(self) -> str:
        return f"{self.tenths // 10}.{self.tenths % 10}"


def has_received(customer: Customer, product: Product) -> bool:
    """Whether this customer was handed over some of it."""
    return OrderLine.objects.filter(
        variant__product=product,
        quantity__gte=1,
        fulfilment__order__customer=customer,
        fulfilment__status=FulfilmentStatus.HANDED_OVER,
    ).exists()


def rating_of(product: Product) -> Rating:
    """Of what is shown."""
    found = _shown(product).aggregate(count=Count("pk"), mean=Avg("rating"))
    return Rating(found["count"], round(float(found["mean"] or 0) * 10))


def reviews_of(product: Product) -> QuerySet[Review]:
    """What shoppers see, newest first, with its author."""
    return _shown(product).select_related("customer")


def own_review(customer: Customer, product: Product) -> Review | None:
    """Hidden or not."""
    return Review.objects.filter(customer=customer, product=product).first()


def reviews_for_desk(merchant_reference: str = "") -> QuerySet[Review]:
    """Of one merchant's products, or of all; hidden ones too."""
    found = Review.objects.select_related("product__merchant", "customer")
    if merchant_reference:
        found = found.filter(product__merchant__reference=merchant_reference)
    return found


def _shown(product: Product) -> QuerySet[Review]:
    return Review.objects.filter(product=product, hidden_reason="")
