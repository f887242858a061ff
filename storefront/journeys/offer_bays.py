"""A bay comes free at a screening that somebody waits for: it is kept for them, who are told."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from commerce.business_days import business_date
from drivethrough.screenings import waiting
from drivethrough.screenings.models import Screening
from storefront.notices.actions import queue
from storefront.templatetags.words import clock


def offer_bays(*, now: datetime) -> int:
    """Every free bay to the next who waits for one; how many were offered."""
    waiting.end_over(now=now)
    offered = 0
    for screening in waiting.to_offer(now):
        while _offer(screening, now):
            offered += 1
    return offered


@transaction.atomic
def _offer(screening: Screening, now: datetime) -> bool:
    row = waiting.offer_next(screening=screening, now=now)
    if row is None or row.ticket is None or row.ticket.held_until is None:
        return False
    queue(
        key=f"bay_free:{row.reference}",
        user_reference=row.owner_reference,
        kind="bay_free",
        facts={
            "title": screening.title,
            "title_en": screening.title_en,
            "day": str(business_date(screening.starts_at)),
            "time": clock(screening.starts_at),
            "bay": row.ticket.bay,
            "until_day": str(business_date(row.ticket.held_until)),
            "until": clock(row.ticket.held_until),
            "link": settings.PUBLIC_URL + reverse("screening", args=[screening.reference]),
        },
        now=now,
    )
    return True
