"""Saying when a merchant is not there. What was promised before stays promised: whoever closes a
day is shown those orders, and settles them one by one."""

from collections.abc import Collection
from datetime import date, datetime, timedelta

from django.db import transaction

from commerce import text
from commerce.business_days import business_date
from commerce.errors import CommerceError, NotFound
from commerce.merchants.models import Merchant, MerchantClosing
from commerce.merchants.opening import MARKET_DAYS, WEEK

CLOSED_AHEAD = 400  # days
LONGEST_REASON = 40


class RestDays(CommerceError):
    """Every day of the week, a day that is none, or a market that is none."""

    code = "REST_DAYS"


class ClosingRange(CommerceError):
    """``data``: ``first_on`` and ``last_on``."""

    code = "CLOSING_RANGE"


def rest_regularly(
    *, merchant_reference: str, weekdays: Collection[int], market_day: int | None
) -> None:
    """Not there on these weekdays (0 is Monday), and with ``market_day`` only on that five-day
    market's days. Replaces what was said before. REST_DAYS."""
    resting = sorted({*weekdays})
    if not {*resting} < {*WEEK} or market_day not in (None, *MARKET_DAYS):
        raise RestDays("weekdays")
    Merchant.objects.filter(reference=merchant_reference).update(
        rest_weekdays=resting, market_day=market_day
    )


@transaction.atomic
def close_day(
    *, merchant_reference: str, on_date: date, reason: str = "", now: datetime
) -> MerchantClosing:
    """Not there on that day; a repeat changes nothing. CLOSING_RANGE, TEXT_TOO_LONG."""
    first = business_date(now)
    last = first + timedelta(days=CLOSED_AHEAD)
    if not first <= on_date <= last:
        raise ClosingRange("on_date", first_on=first.isoformat(), last_on=last.isoformat())
    reason = text.line("reason", reason, longest=LONGEST_REASON, required=False)
    closing, _is_new = MerchantClosing.objects.get_or_create(
        merchant=Merchant.objects.get(reference=merchant_reference),
        on_date=on_date,
        defaults={"reason": reason},
    )
    return closing


def reopen_day(*, merchant_reference: str, closing_reference: str) -> None:
    """A day like any other again. NOT_FOUND, also for another merchant's."""
    own = MerchantClosing.objects.filter(
        merchant__reference=merchant_reference, reference=closing_reference
    )
    if not own.delete()[0]:
        raise NotFound("closing", reference=closing_reference)
