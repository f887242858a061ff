"""When each drive-through site opens regularly."""

from collections.abc import Mapping
from datetime import date, datetime, time

from commerce.business_days import business_date
from drivethrough.openings import actions as openings
from drivethrough.openings.models import WEEK
from drivethrough.sites.models import Site
from storefront.demo.files import rows

SATURDAY = 5
GATE_OPENS, GATE_CLOSES = time(11), time(14)
SLOTS_CLOSE = time(18)  # the day before
SLOT_MINUTES = 30
EVERY_DAY = "200-2-000007"  # one site opens daily, so there is a gate to see on any day


def record_openings(feasts: Mapping[date, str], now: datetime) -> None:
    """Every site's regular opening, once: what its farmer changes later stays changed."""
    for row in rows("sites"):
        site = Site.objects.filter(source_id=row["source_id"]).first()
        if site is None or site.regular_openings.exists():
            continue
        openings.add(
            site=site,
            weekdays=WEEK if site.source_id == EVERY_DAY else [SATURDAY],
            start=GATE_OPENS,
            end=GATE_CLOSES,
            minutes=SLOT_MINUTES,
            cars=int(row["cars_per_slot"]),
            cut_off_days=1,
            cut_off=SLOTS_CLOSE,
        )
        _close_feasts(site, feasts, now)


def _close_feasts(site: Site, feasts: Mapping[date, str], now: datetime) -> None:
    for on_date, name in feasts.items():
        if on_date >= business_date(now):
            openings.close_day(site=site, on_date=on_date, reason=name, now=now)
