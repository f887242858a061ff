"""A car drives in to a screening: its ticket is used, and its money is taken and earned."""

from datetime import datetime

from django.db import transaction

from commerce.payments.models import TakenAs
from drivethrough.screenings import gate
from drivethrough.screenings.models import Ticket
from drivethrough.sites.models import Site
from storefront.journeys.book_bay import part_of_ticket
from storefront.journeys.hand_over import hand_over
from storefront.live import channels
from storefront.live.publish import changed


@transaction.atomic
def let_car_in(
    *, site: Site, text: str, key: str, taken_as: TakenAs = TakenAs.CASH, now: datetime
) -> Ticket:
    """By a ticket's number or a plate; the same key again is the same press. What is due is taken
    now, ``taken_as`` cash or by card terminal.

    What ``gate.check_in`` raises; INVALID_TRANSITION for a ticket whose card payment has not
    come through.
    """
    ticket = gate.meant(site=site, text=text, key=key, now=now)
    part = part_of_ticket(ticket.reference)
    ticket = gate.let_in(ticket=ticket, key=key, now=now)
    if part is not None:
        hand_over(fulfilment=part, taken_by=site.reference, taken_as=taken_as, now=now)
    changed(channels.lane(site.reference))
    return ticket
