"""A drive-in screening is called off: its tickets end, and whoever has one is told."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from commerce.business_days import business_date
from drivethrough.screenings import actions
from drivethrough.screenings.models import Screening
from storefront.notices.actions import queue
from storefront.templatetags.words import clock


@transaction.atomic
def call_off_screening(*, screening: Screening, now: datetime) -> int:
    """How many tickets ended; again: none. NOT_FOUND."""
    lost = actions.call_off(screening_reference=screening.reference, now=now)
    for ticket in lost:
        queue(
            key=f"screening_called_off:{ticket.reference}",
            user_reference=ticket.owner_reference,
            kind="screening_called_off",
            facts={
                "site": screening.site.name,
                "day": str(business_date(screening.starts_at)),
                "time": clock(screening.starts_at),
                "ticket": ticket.reference,
                "link": settings.PUBLIC_URL + reverse("ticket", args=[ticket.reference]),
            },
            now=now,
        )
    return len(lost)
