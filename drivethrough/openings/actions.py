"""Saying when a site opens regularly, and opening its slots ahead accordingly.

The site's row lock keeps opening, closing and changing its regular days one after another.
"""

from collections.abc import Collection
from contextlib import suppress
from datetime import date, datetime, time

from django.db import transaction

from drivethrough.errors import DrivethroughError
from drivethrough.openings.calendar import MARKET_DAYS, cut_off_at, days_ahead, falls_on
from drivethrough.openings.models import LONGEST_REASON, WEEK, RegularOpening, SiteClosing
from drivethrough.sites.models import Site
from drivethrough.slots import days
from drivethrough.slots import opening as slots
from drivethrough.slots.models import Slot
from drivethrough.slots.refusals import SlotsOverlap, SlotSpan
from drivethrough.slots.spans import business_date, business_day, cut

MOST_CUT_OFF_DAYS = 3
MOST_CARS = 200  # in one slot
MOST_PREPARERS = 50
MOST_WALK_UP = 50  # percent of a slot's cars
LONGEST_KEPT = 120  # minutes


class OpeningDays(DrivethroughError):
    """Neither weekdays nor a market, or both, or a day that is none."""

    code = "OPENING_DAYS"


class WalkUpShare(DrivethroughError):
    """More than ``most`` percent, or kept longer than ``minutes`` before a slot."""

    code = "WALK_UP_SHARE"


class OpeningCutOff(DrivethroughError):
    """After the first slot begins, or too early: data ``start`` and ``most`` (days)."""

    code = "OPENING_CUT_OFF"


class OpeningOverlaps(DrivethroughError):
    """Another opening of these weekdays, or of this market, has part of these hours."""

    code = "OPENING_OVERLAPS"


class ClosingDayPast(DrivethroughError):
    """Data ``first_on``."""

    code = "CLOSING_DAY_PAST"


class SiteClosingReason(DrivethroughError):
    """None, or a long one: data ``longest``."""

    code = "SITE_CLOSING_REASON"


@transaction.atomic
def add(
    *,
    site: Site,
    weekdays: Collection[int] = (),
    market_day: int | None = None,
    start: time,
    end: time,
    minutes: int,
    cars: int,
    cut_off_days: int,
    cut_off: time,
    walk_up_percent: int = 0,
    walk_up_minutes: int = 30,
    preparers: int | None = None,
) -> RegularOpening:
    """Slots on each of the weekdays (0 is Monday) or market days; the same again is the same.

    ``walk_up_percent`` of a slot's cars are kept from booking until ``walk_up_minutes`` before it,
    and their share of the time of the ``preparers``, if that binds.
    OPENING_DAYS, SLOT_SPAN, WALK_UP_SHARE, OPENING_CUT_OFF, OPENING_OVERLAPS.
    """
    _check_days(weekdays, market_day)
    any_day = date(2000, 1, 1)
    if start >= end or minutes < 1 or not cut(any_day, start, end, minutes):
        raise SlotSpan("start")
    if not 1 <= cars <= MOST_CARS:
        raise SlotSpan("cars")
    if preparers is not None and not 1 <= preparers <= MOST_PREPARERS:
        raise SlotSpan("preparers")
    if not (0 <= walk_up_percent <= MOST_WALK_UP and 0 <= walk_up_minutes <= LONGEST_KEPT):
        raise WalkUpShare("walk_up_percent", most=MOST_WALK_UP, minutes=LONGEST_KEPT)
    too_late = cut_off_days == 0 and cut_off > start
    if too_late or not 0 <= cut_off_days <= MOST_CUT_OFF_DAYS:
        raise OpeningCutOff("cut_off", start=f"{start:%H:%M}", most=MOST_CUT_OFF_DAYS)
    fields = {
        "weekdays": sorted({*weekdays}),
        "market_day": market_day,
        "start": start,
        "end": end,
        "minutes": minutes,
        "cars": cars,
        "walk_up_percent": walk_up_percent,
        "walk_up_minutes": walk_up_minutes,
        "preparers": preparers,
        "cut_off_days": cut_off_days,
        "cut_off": cut_off,
    }
    _lock(site)
    openings = RegularOpening.objects.filter(site=site)
    same = openings.filter(**fields).first()
    across = openings.filter(start__lt=end, end__gt=start)
    if market_day is None:
        across = across.filter(weekdays__overlap=sorted({*weekdays}))
    else:
        across = across.filter(market_day=market_day)
    if same is None and across.exists():
        raise OpeningOverlaps("start")
    return same or RegularOpening.objects.create(site=site, **fields)


def _check_days(weekdays: Collection[int], market_day: int | None) -> None:
    by_weekday = bool(weekdays) and {*weekdays} <= {*WEEK} and market_day is None
    by_market = not weekdays and market_day in MARKET_DAYS
    if not (by_weekday or by_market):
        raise OpeningDays("weekdays")


def remove(*, opening: RegularOpening) -> None:
    """Not opened any more from now on; the slots that are there already stay as they are."""
    opening.delete()


@transaction.atomic
def close_day(
    *, site: Site, on_date: date, reason: str, now: datetime, booked_too: bool = False
) -> SiteClosing:
    """The site stays shut that day: its slots are cancelled. A repeat changes nothing.

    CLOSING_DAY_PAST, SITE_CLOSING_REASON; SITE_DAY_BOOKED while a car has a place, unless the
    farmer says ``booked_too``: then whoever calls this offers those cars something else.
    """
    today = business_date(now)
    if on_date < today:
        raise ClosingDayPast("on_date", first_on=today.isoformat())
    reason = reason.strip()
    if not 1 <= len(reason) <= LONGEST_REASON:
        raise SiteClosingReason("reason", longest=LONGEST_REASON)
    _lock(site)
    days.shut(site=site, on_date=on_date, booked_too=booked_too)
    closing, _ = SiteClosing.objects.get_or_create(
        site=site, on_date=on_date, defaults={"reason": reason}
    )
    return closing


@transaction.atomic
def reopen_day(*, closing: SiteClosing) -> None:
    """A day like any other again; ``open_ahead`` opens what is missing of it."""
    _lock(closing.site)
    days.bring_back(site=closing.site, on_date=closing.on_date)
    closing.delete()


@transaction.atomic
def open_ahead(*, site: Site, now: datetime) -> int:
    """What is missing of the site's regular openings in the two weeks to come; how many slots.

    Closed days are left out. Slots that lie across stay instead: the farmer has cut that day
    differently. Where a market day and a weekday's opening share hours, the market's comes first.
    """
    _lock(site)
    ahead = days_ahead(business_date(now))
    closed = {*site.closings.filter(on_date__in=ahead).values_list("on_date", flat=True)}
    openings = sorted(site.regular_openings.all(), key=lambda one: one.market_day is None)
    standing = _standing(site, ahead)
    return sum(
        _open(opening, day, standing)
        for day in ahead
        if day not in closed
        for opening in openings
        if falls_on(day, opening.weekdays, opening.market_day)
    )


def _standing(site: Site, ahead: list[date]) -> set[datetime]:
    from_at, until_at = business_day(ahead[0])[0], business_day(ahead[-1])[1]
    begun = Slot.objects.filter(site=site, starts_at__gte=from_at, starts_at__lt=until_at)
    return {*begun.values_list("starts_at", flat=True)}


def _open(opening: RegularOpening, day: date, standing: set[datetime]) -> int:
    spans = cut(day, opening.start, opening.end, opening.minutes)
    missing = {starts_at for starts_at, _ in spans} - standing
    if not missing:
        return 0
    with suppress(SlotsOverlap):
        slots.open_slots(
            site=opening.site,
            on_date=day,
            start=opening.start,
            end=opening.end,
            minutes=opening.minutes,
            cars=opening.cars,
            walk_up_cars=opening.cars * opening.walk_up_percent // 100,
            walk_up_minutes=opening.walk_up_minutes,
            preparers=opening.preparers,
            cut_off_at=cut_off_at(day, opening.cut_off_days, opening.cut_off),
        )
        standing |= missing
        return len(missing)
    return 0


def _lock(site: Site) -> None:
    Site.objects.select_for_update(no_key=True).get(pk=site.pk)
