"""Asking to give something back, and answering.

The order's row lock guards the returns of its lines: two tabs asking for the same apples, or a
merchant and the operator answering at once, see each other.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Sum

from commerce import text
from commerce.business_days import business_date
from commerce.catalogue import pictures
from commerce.customers.models import Customer
from commerce.errors import CommerceError
from commerce.orders.actions import IdempotencyMismatch, InvalidTransition, LineUnknown
from commerce.orders.models import FulfilmentStatus, Order, OrderLine
from commerce.orders.return_notices import may_withdraw
from commerce.returns import deadlines, transitions
from commerce.returns.models import (
    MOST_PHOTOS,
    ReturnKind,
    ReturnPhoto,
    ReturnRequest,
    ReturnStatus,
)

LONGEST = 500


class ReturnExcluded(CommerceError):
    """Fresh food, and the shopper was told so before ordering."""

    code = "RETURN_EXCLUDED"


class ReturnTooEarly(CommerceError):
    """It was not handed over yet."""

    code = "RETURN_TOO_EARLY"


class ReturnTooLate(CommerceError):
    """``data``: ``until``, the last day."""

    code = "RETURN_TOO_LATE"


class ReturnRange(CommerceError):
    """``data``: ``most`` that can still be given back of the line."""

    code = "RETURN_RANGE"


class ReturnPhotos(CommerceError):
    """Too many photos; ``data``: ``most``."""

    code = "RETURN_PHOTOS"


class ReturnOpen(CommerceError):
    """The line is being given back already; ``data``: that ``reference``."""

    code = "RETURN_OPEN"


class ReturnUnknown(CommerceError):
    """No such request, or not one the asker may see."""

    code = "RETURN_UNKNOWN"


@transaction.atomic
def ask(
    *,
    key: str,
    line_reference: str,
    customer: Customer,
    kind: ReturnKind,
    quantity: int,
    words: str,
    photos: Sequence[bytes] = (),
    now: datetime,
) -> ReturnRequest:
    """The shopper wants to give back so many of a line of theirs; the same key asks once.

    ``photos`` are files as a telephone takes them (JPEG, PNG or WebP), kept small and without where
    they were taken.

    LINE_UNKNOWN for somebody else's or a book, RETURN_TOO_EARLY, RETURN_TOO_LATE, RETURN_EXCLUDED,
    RETURN_OPEN, RETURN_RANGE, RETURN_PHOTOS, PICTURE_UNREADABLE, PICTURE_TOO_LARGE, TEXT_REQUIRED,
    TEXT_TOO_LONG, IDEMPOTENCY_MISMATCH.
    """
    if len(photos) > MOST_PHOTOS:
        raise ReturnPhotos("picture", most=MOST_PHOTOS)
    # Shrinking takes a moment; nobody waits for the order's lock meanwhile.
    shrunk = [pictures.prepared(photo).large for photo in photos]
    order = (
        Order.objects.locked()
        .filter(customer=customer, fulfilments__lines__reference=line_reference)
        .first()
    )
    goods = OrderLine.objects.filter(reference=line_reference, variant__isnull=False)
    line = goods.select_related("fulfilment").filter(fulfilment__order=order).first()
    if order is None or line is None:
        raise LineUnknown("line")
    earlier = ReturnRequest.objects.filter(key=key).first()
    if earlier is not None:
        if earlier.line_id != line.pk:
            raise IdempotencyMismatch("key")
        return earlier
    _check_time(line, kind, now)
    if kind == ReturnKind.WITHDRAWAL and not may_withdraw(line.return_notice):
        raise ReturnExcluded("kind")
    under_way = line.returns.filter(status__in=transitions.OPEN).first()
    if under_way is not None:
        raise ReturnOpen("line", reference=under_way.reference)
    most = left_of(line)
    if not 1 <= quantity <= most:
        raise ReturnRange("quantity", most=most)
    asked = ReturnRequest.objects.create(
        key=key,
        line=line,
        kind=kind,
        quantity=quantity,
        words=text.line("words", words, longest=LONGEST),
        asked_at=now,
    )
    ReturnPhoto.objects.bulk_create(
        ReturnPhoto(request=asked, number=number, webp=webp)
        for number, webp in enumerate(shrunk, start=1)
    )
    return asked


def forget_photos(*, customer: Customer) -> None:
    """What they sent along is gone; what was asked and answered stays."""
    ReturnPhoto.objects.filter(request__line__fulfilment__order__customer=customer).delete()


def left_of(line: OrderLine) -> int:
    """How many of the line were not given back, and are not about to be."""
    counted = line.returns.filter(status__in=transitions.COUNTED)
    return line.quantity - (counted.aggregate(n=Sum("quantity"))["n"] or 0)


def _check_time(line: OrderLine, kind: ReturnKind, now: datetime) -> None:
    part = line.fulfilment
    if part.status != FulfilmentStatus.HANDED_OVER or part.ended_at is None:
        raise ReturnTooEarly("line")
    received_on = business_date(part.ended_at)
    last_day = (
        deadlines.last_day_to_withdraw(received_on)
        if kind == ReturnKind.WITHDRAWAL
        else deadlines.last_day_for_defects(received_on)
    )
    if business_date(now) > last_day:
        raise ReturnTooLate("kind", until=last_day.isoformat())


@transaction.atomic
def move(
    *,
    reference: str,
    status: ReturnStatus,
    merchant_reference: str | None = None,
    customer: Customer | None = None,
    answer: str = "",
    by: str = "",
    now: datetime,
) -> tuple[ReturnRequest, bool]:
    """The request and whether this call moved it; one already there is left as it is.

    ``merchant_reference``/``customer``: whose it has to be, where the asker is one. A refusal needs
    its reason. RETURN_UNKNOWN, INVALID_TRANSITION, TEXT_REQUIRED, TEXT_TOO_LONG.
    """
    order = Order.objects.locked().filter(fulfilments__lines__returns__reference=reference).first()
    asked = ReturnRequest.objects.filter(reference=reference)
    if merchant_reference is not None:
        asked = asked.filter(line__merchant_reference=merchant_reference)
    if customer is not None:
        asked = asked.filter(line__fulfilment__order__customer=customer)
    request = asked.select_related("line__fulfilment").first()
    if order is None or request is None:
        raise ReturnUnknown("reference")
    request.line.fulfilment.order = order
    if request.status == status:
        return request, False
    if not transitions.may(request.status, status):
        allowed = list(transitions.RETURN[request.status])
        raise InvalidTransition("status", now=request.status, allowed=allowed)
    request.status = status
    if customer is None:
        needed = status == ReturnStatus.DECLINED
        request.answer = (
            text.line("answer", answer, longest=LONGEST, required=needed) or request.answer
        )
        request.answered_by = by
        request.answered_at = now
    request.save(update_fields=["status", "answer", "answered_by", "answered_at"])
    return request, True
