"""What can be asked about things given back."""

from django.db.models import QuerySet

from commerce.orders.models import Order
from commerce.returns.models import ReturnRequest
from commerce.returns.transitions import OPEN


def returns_of(order: Order) -> dict[int, list[ReturnRequest]]:
    """The order's requests by the row of their part, oldest first."""
    found: dict[int, list[ReturnRequest]] = {}
    for asked in _whole().filter(line__fulfilment__order=order):
        found.setdefault(asked.line.fulfilment_id, []).append(asked)
    return found


def open_returns(merchant_reference: str = "") -> QuerySet[ReturnRequest]:
    """Those to be answered or received, the longest waiting first; of one merchant, or all."""
    return _of(merchant_reference).filter(status__in=OPEN)


def answered_returns(merchant_reference: str = "") -> QuerySet[ReturnRequest]:
    """The last fifty that ended."""
    return _of(merchant_reference).exclude(status__in=OPEN).order_by("-asked_at", "-pk")[:50]


def _of(merchant_reference: str) -> QuerySet[ReturnRequest]:
    asked = _whole()
    return (
        asked.filter(line__merchant_reference=merchant_reference) if merchant_reference else asked
    )


def _whole() -> QuerySet[ReturnRequest]:
    return ReturnRequest.objects.select_related("line__fulfilment__order")
