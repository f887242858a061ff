"""What can be asked about things given back."""

from django.db.models import Prefetch, QuerySet

from commerce.customers.models import Customer
from commerce.errors import NotFound
from commerce.orders.models import Order
from commerce.returns.models import ReturnPhoto, ReturnRequest
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


def photo_of(
    reference: str,
    number: int,
    *,
    merchant_reference: str | None = None,
    customer: Customer | None = None,
) -> bytes:
    """A WebP file. NotFound where there is none, or it is not theirs: ``merchant_reference`` or
    ``customer``, where the asker is one."""
    found = ReturnPhoto.objects.filter(request__reference=reference, number=number)
    if merchant_reference is not None:
        found = found.filter(request__line__merchant_reference=merchant_reference)
    if customer is not None:
        found = found.filter(request__line__fulfilment__order__customer=customer)
    webp = found.values_list("webp", flat=True).first()
    if webp is None:
        raise NotFound("photo")
    return bytes(webp)


def _of(merchant_reference: str) -> QuerySet[ReturnRequest]:
    asked = _whole()
    return (
        asked.filter(line__merchant_reference=merchant_reference) if merchant_reference else asked
    )


def _whole() -> QuerySet[ReturnRequest]:
    # The lists only say which photos there are.
    photos = Prefetch("photos", ReturnPhoto.objects.defer("webp"))
    return ReturnRequest.objects.select_related("line__fulfilment__order").prefetch_related(photos)
