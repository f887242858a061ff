"""What a tablet did without a network, taken as if it had been there: in the order of its time."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from commerce.orders.models import Fulfilment
from commerce.payments.models import TakenAs
from drivethrough.queue import reports
from drivethrough.queue.replaying import Kind
from drivethrough.queue.reports import Report, replay_day
from drivethrough.sites.models import Site
from drivethrough.slots.spans import business_date
from storefront.journeys.hand_over import hand_over
from storefront.live import channels
from storefront.live.publish import changed
from storefront.refusals import NotFound


def keep(
    *,
    report: Report,
    site: Site,
    taken_as: TakenAs = TakenAs.CASH,
    received_at: datetime,
) -> bool:
    """One report, one transaction; False when it had been told before, which does nothing again.

    Goods in the car are handed over now, whatever else is told later of that car, and what was due
    was ``taken_as`` cash or by card terminal. Raises what ``reports.keep`` raises, and what a
    hand-over refuses.
    """
    with transaction.atomic():
        if report.kind == Kind.SERVED:
            _hand_over(report, site, taken_as, received_at)
        return reports.keep(report=report, site=site, received_at=received_at)


def _hand_over(report: Report, site: Site, taken_as: TakenAs, now: datetime) -> None:
    """The order before the queue, as ``serve_car`` locks them."""
    part = (
        Fulfilment.objects.select_related("order")
        .filter(booking_reference=report.booking_reference, hands_over=site.reference)
        .first()
    )
    if part is None:
        raise NotFound("booking")
    hand_over(fulfilment=part, taken_by=site.reference, taken_as=taken_as, now=now)


def settle(
    *, told: Sequence[Report], site: Site, news: bool
) -> dict[tuple[Kind, str], Exception | None]:
    """The days that were told of, made anew; by kind and key what stands against a report.

    With ``news`` everybody who looks at the site is told to look again; who only asks anew how
    things stand wakes nobody.
    """
    answers: dict[tuple[Kind, str], Exception | None] = {}
    for on_date in sorted({business_date(report.happened_at) for report in told}):
        answers |= replay_day(site=site, on_date=on_date)
    if not news:
        return answers
    for channel in channels.at_site(site.reference):
        changed(channel)
    for booking in sorted({report.booking_reference for report in told}):
        changed(channels.booking(booking))
    return answers
