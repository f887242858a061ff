"""Goods of which there are so many new ones every business day, or so many are made a day."""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from commerce.business_days import business_date
from commerce.catalogue.models import Variant
from commerce.errors import CommerceError
from commerce.stock.actions import begin_records
from commerce.stock.models import StockKind, StockRecord

MOST_PER_DAY = 100_000


class PerDayRange(CommerceError):
    """``data``: ``least`` and ``most``."""

    code = "PER_DAY_RANGE"


@transaction.atomic
def set_kind(*, variant: Variant, kind: StockKind, per_day: int, now: datetime) -> StockRecord:
    """How its stock is kept from now on. A daily number applies to today at once: what is promised
    stays promised, and ``per_day`` more may be. Saying the same again changes nothing.

    ``per_day`` is not looked at for what is counted; that keeps what is there. PER_DAY_RANGE.
    """
    per_day = 0 if kind == StockKind.COUNTED else per_day
    if kind != StockKind.COUNTED and not 1 <= per_day <= MOST_PER_DAY:
        raise PerDayRange("per_day", least=1, most=MOST_PER_DAY)
    begin_records(variants=[variant], now=now)
    record = StockRecord.objects.locked().get(variant=variant)
    if (record.kind, record.per_day) == (kind, per_day):
        return record
    record.kind, record.per_day, record.filled_on = kind, per_day, None
    if kind == StockKind.COUNTED:
        record.save(update_fields=["kind", "per_day", "filled_on"])
    else:
        _fill(record, now)
    return record


def _nobody_asks(record: StockRecord) -> None:
    pass


def fill_daily(
    *,
    now: datetime,
    limit: int = 500,
    on_filled: Callable[[StockRecord], None] = _nobody_asks,
) -> int:
    """Begin the business day for everything that has not begun it; returns how many. A second run
    on one day changes nothing, and one that was missed is made up for by the next.

    ``on_filled`` is called in the transaction that fills the record.
    """
    today = business_date(now)
    due = StockRecord.objects.exclude(kind=StockKind.COUNTED).filter(
        Q(filled_on=None) | Q(filled_on__lt=today)
    )
    rows = due.order_by("pk").values_list("pk", flat=True)[:limit]
    return sum(_filled(pk, on_filled, now) for pk in rows)


@transaction.atomic
def _filled(pk: int, on_filled: Callable[[StockRecord], None], now: datetime) -> bool:
    """Each in a transaction of its own, so that no shopper waits for another shop's goods."""
    record = StockRecord.objects.locked().get(pk=pk)
    # Read after the lock: another sweep, or the merchant, may have been here.
    if record.kind == StockKind.COUNTED or record.filled_on == business_date(now):
        return False
    _fill(record, now)
    on_filled(record)
    return True


def _fill(record: StockRecord, now: datetime) -> None:
    record.on_hand = record.allocated + record.per_day
    record.filled_on = business_date(now)
    record.counted_at = now
    record.save()
