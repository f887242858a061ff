"""A film every Saturday evening where the gate opens daily, and a bay for the parent."""

from datetime import datetime, time, timedelta

from django.db import transaction

from commerce.business_days import business_date
from commerce.customers.actions import customer_for
from drivethrough.screenings import actions, queries
from drivethrough.sites.models import Site
from drivethrough.slots.spans import at
from storefront.demo.openings import EVERY_DAY, SATURDAY
from storefront.journeys.book_bay import book_bay

FILM = ("겨울밤의 극장", "A Winter Night's Cinema")
BEGINS, SOLD_UNTIL = time(19), time(18)
PRICE_WON = 15_000
BAYS, IN_ROW = 24, 6
PARENTS_BAY, PARENTS_PLATE, PARENTS_LAST4 = 9, "12가3456", "1234"


@transaction.atomic
def record_screening(parent_reference: str, now: datetime) -> None:
    """The next Saturday's after today, unless something stands there, with one bay booked."""
    today = business_date(now)
    on_date = today + timedelta(days=(SATURDAY - today.weekday() - 1) % 7 + 1)
    site = Site.objects.get(source_id=EVERY_DAY)
    if queries.at_site(site, now).filter(starts_at=at(on_date, BEGINS)).exists():
        return
    title, title_en = FILM
    screening = actions.plan(
        site=site,
        title=title,
        title_en=title_en,
        starts_at=at(on_date, BEGINS),
        cut_off_at=at(on_date, SOLD_UNTIL),
        price_won=PRICE_WON,
        bays=BAYS,
        bays_in_row=IN_ROW,
        key=f"demo-screening-{on_date}",
        now=now,
    )
    book_bay(
        customer=customer_for(user_reference=parent_reference, now=now),
        screening_reference=screening.reference,
        bay=PARENTS_BAY,
        plate=PARENTS_PLATE,
        phone_last4=PARENTS_LAST4,
        key=f"demo-{screening.reference}",
        now=now,
    )
