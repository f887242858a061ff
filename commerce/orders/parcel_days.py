"""When a parcel is sent and when it comes: plain dates in Seoul, no couriers asked.

It is packed and given to a courier on the first day after the order on which its merchant can;
on Sundays no courier comes. It is brought on the next day or the one after, Sundays left out; where
a ship goes, a day later.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from commerce.business_days import business_date, instant
from commerce.merchants.opening import LOOKED_AHEAD

SUNDAY = 6
COLLECTED_AT = time(17)  # when couriers take what is to leave that day
BROUGHT_BY = time(21)
DAYS_ON_THE_WAY = 2  # at most
MORE_BY_SHIP = 1


@dataclass(frozen=True)
class ParcelDays:
    """``sent_on`` and the days on which it may come. ``collected_at`` and ``brought_by`` are what
    its part is promised from and until."""

    sent_on: date
    earliest_on: date
    latest_on: date

    @property
    def collected_at(self) -> datetime:
        return instant(self.sent_on, COLLECTED_AT)

    @property
    def brought_by(self) -> datetime:
        return instant(self.latest_on, BROUGHT_BY)


def parcel_days(
    may_be_sent: Callable[[date], bool], *, far: bool, ordered_at: datetime
) -> ParcelDays | None:
    """``may_be_sent``: whether the merchant can on that day, as far as the merchant is concerned.
    None when there is no such day for as far as anybody looks ahead."""
    tomorrow = business_date(ordered_at) + timedelta(days=1)
    ahead = (tomorrow + timedelta(days=n) for n in range(LOOKED_AHEAD))
    sent_on = next((on for on in ahead if on.weekday() != SUNDAY and may_be_sent(on)), None)
    return None if sent_on is None else days_after(sent_on, far=far)


def days_after(sent_on: date, *, far: bool) -> ParcelDays:
    """When what is sent on that day comes."""
    later = MORE_BY_SHIP if far else 0
    return ParcelDays(sent_on, _after(sent_on, 1 + later), _after(sent_on, DAYS_ON_THE_WAY + later))


def _after(on: date, working_days: int) -> date:
    for _ in range(working_days):
        on += timedelta(days=1)
        if on.weekday() == SUNDAY:
            on += timedelta(days=1)
    return on
