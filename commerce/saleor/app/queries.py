"""What can be asked about the Saleors' deliveries."""

from django.conf import settings
from django.db.models import QuerySet

from commerce.core.port import core
from commerce.saleor.app.api_url import normalised
from commerce.saleor.app.models import Delivery, ForeignOrder


def given_up() -> QuerySet[Delivery]:
    """Deliveries nobody could work off, oldest first, without their bodies."""
    return (
        Delivery.objects.filter(due_at=None, done_at=None)
        .select_related("installation")
        .defer("body")
        .order_by("received_at", "pk")
    )


def orders_to_see_to() -> QuerySet[ForeignOrder]:
    """Orders of a Saleor that could not be followed, oldest first."""
    return (
        ForeignOrder.objects.exclude(problem="")
        .select_related("installation")
        .order_by("read_at", "pk")
    )


def order_to_see_to(pk: int) -> ForeignOrder | None:
    return orders_to_see_to().filter(pk=pk).first()


def our_order(api_url: str, order_id: str) -> str:
    """The reference of what became of that Saleor's order here, "" for nothing."""
    taken = ForeignOrder.objects.filter(installation__api_url=api_url, order_id=order_id)
    return taken.values_list("order_reference", flat=True).first() or ""


def is_the_core(api_url: str) -> bool:
    """Whether that Saleor is the commerce core as well: it then holds each order's goods itself."""
    return not core().immediate and normalised(settings.SALEOR_API_URL) == api_url
