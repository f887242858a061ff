"""When each drive-through site opens regularly, and what there is only so much of on a Saturday."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from commerce.business_days import business_date
from commerce.catalogue.models import Variant
from drivethrough.openings import actions as openings
from drivethrough.openings.models import WEEK
from drivethrough.sites.models import Site
from drivethrough.slots import pickup_stock
from storefront.demo.files import rows
from storefront.journeys.limit_pickups import limit_pickups

SATURDAY = 5
GATE_OPENS, GATE_CLOSES = time(11), time(14)
SLOTS_CLOSE = time(18)  # the day before
SLOT_MINUTES = 30
LIMITED, PIECES = "설향 딸기", 40
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
            preparers=int(row["preparers"]),
            cut_off_days=1,
            cut_off=SLOTS_CLOSE,
        )
        _close_feasts(site, feasts, now)


def limit_next_saturday(now: datetime) -> None:
    """So many strawberries where the gate opens daily, unless the farmer has said something of that
    day: never fewer than are booked."""
    today = business_date(now)
    on_date = today + timedelta(days=(SATURDAY - today.weekday() - 1) % 7 + 1)
    site = Site.objects.get(source_id=EVERY_DAY)
    goods = Variant.objects.filter(
        product__name=LIMITED, product__merchant__site_reference=site.reference
    ).first()
    if goods is None or site.pickup_stocks.filter(on_date=on_date).exists():
        return
    taken = pickup_stock.taken_of(site, on_date, goods.reference)
    limit_pickups(
        site=site, on_date=on_date, amounts={goods.reference: max(PIECES, taken)}, now=now
    )


def _close_feasts(site: Site, feasts: Mapping[date, str], now: datetime) -> None:
    for on_date, name in feasts.items():
        if on_date >= business_date(now):
            openings.close_day(site=site, on_date=on_date, reason=name, now=now)
