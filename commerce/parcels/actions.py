"""A merchant gives a part to a courier.

The order's row lock guards its parcels: a shopper who gives the part up and a merchant who sends it
see each other.
"""

from datetime import datetime

from django.db import transaction

from commerce.catalogue.models import Way
from commerce.errors import CommerceError
from commerce.orders import actions as orders
from commerce.orders.actions import IdempotencyMismatch, InvalidTransition
from commerce.orders.models import Fulfilment, FulfilmentStatus, Order
from commerce.parcels.couriers import DIGITS, Courier, is_number_of, plain_number
from commerce.parcels.models import Parcel

MAY_LEAVE = (FulfilmentStatus.CONFIRMED, FulfilmentStatus.READY, FulfilmentStatus.UNDELIVERED)


class ParcelUnknown(CommerceError):
    """No such part, or it is another merchant's to send, or none that goes by parcel."""

    code = "PARCEL_UNKNOWN"


class TrackingNumberFormat(CommerceError):
    """``data``: ``digits``, how many that courier's have: ``10, 12``."""

    code = "TRACKING_NUMBER_FORMAT"


@transaction.atomic
def send(
    *,
    key: str,
    fulfilment_reference: str,
    merchant_reference: str,
    courier: Courier,
    number: str,
    by: str,
    now: datetime,
) -> tuple[Parcel, bool]:
    """The parcel, and whether this call wrote it down. The part is on its way from the first time
    on; while it is, another number corrects the one before, and what came back is sent once more.
    Lines nobody had said to be packed are.

    The same key, or the number that stands already, changes nothing. PARCEL_UNKNOWN,
    TRACKING_NUMBER_FORMAT, INVALID_TRANSITION before it is paid and after it has come or was
    given up, SUBSTITUTE_PENDING, WEIGHT_NEEDED, IDEMPOTENCY_MISMATCH.
    """
    digits = plain_number(number)
    if not is_number_of(courier, digits):
        known = ", ".join(str(length) for length in DIGITS[courier])
        raise TrackingNumberFormat("number", digits=known)
    part = own_part(reference=fulfilment_reference, merchant_reference=merchant_reference)
    earlier = Parcel.objects.filter(key=key).first()
    if earlier is not None:
        if (earlier.fulfilment_id, earlier.courier, earlier.number) != (part.pk, courier, digits):
            raise IdempotencyMismatch("key")
        return earlier, False
    last = part.parcels.order_by("pk").last() if part.status == FulfilmentStatus.OUT else None
    if last is not None and (last.courier, last.number) == (courier, digits):
        return last, False
    _leave(part, now)
    parcel = Parcel.objects.create(
        key=key,
        fulfilment=part,
        courier=courier,
        number=digits,
        sent_by=by,
        sent_at=now if last is None else last.sent_at,
        written_at=now,
    )
    return parcel, True


@transaction.atomic
def come_back(*, fulfilment_reference: str, merchant_reference: str, now: datetime) -> bool:
    """The courier could not bring it; whether this call said so. It is sent once more, or its money
    goes back. PARCEL_UNKNOWN, INVALID_TRANSITION unless it was on its way."""
    part = own_part(reference=fulfilment_reference, merchant_reference=merchant_reference)
    if not orders.mark_undelivered(references=[part.reference], now=now):
        return False
    last = part.parcels.latest("pk")
    last.came_back_at = now
    last.save(update_fields=["came_back_at"])
    return True


def own_part(*, reference: str, merchant_reference: str) -> Fulfilment:
    """A part that this merchant sends, as it is once its order's row is locked; inside a
    transaction. PARCEL_UNKNOWN."""
    own = Fulfilment.objects.filter(
        reference=reference, way=Way.PARCEL, hands_over=merchant_reference
    )
    order = Order.objects.locked().filter(fulfilments__in=own).first()
    if order is None:
        raise ParcelUnknown("part")
    part = own.get()
    part.order = order
    return part


def _leave(part: Fulfilment, now: datetime) -> None:
    """Nothing to do for one whose number is corrected. INVALID_TRANSITION."""
    if part.status == FulfilmentStatus.OUT:
        return
    if part.status not in MAY_LEAVE:
        raise InvalidTransition("status", now=part.status, allowed=[])
    for line in part.lines.filter(ready_at=None).order_by("pk"):
        orders.mark_line_ready(
            line_reference=line.reference, merchant_reference=line.merchant_reference, now=now
        )
    orders.mark_out(references=[part.reference], now=now)
