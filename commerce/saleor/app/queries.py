"""What can be asked about the Saleors' deliveries."""

from django.db.models import QuerySet

from commerce.saleor.app.models import Delivery


def given_up() -> QuerySet[Delivery]:
    """Deliveries nobody could work off, oldest first, without their bodies."""
    return (
        Delivery.objects.filter(due_at=None, done_at=None)
        .select_related("installation")
        .defer("body")
        .order_by("received_at", "pk")
    )
