"""A ticket's owner does not come after all, and says so until the cut-off: the money goes back."""

from datetime import datetime

from django.db import transaction

from drivethrough.screenings import actions as screenings
from drivethrough.screenings.models import Ticket
from storefront.journeys.book_bay import part_of_ticket
from storefront.journeys.cancel_order import SHOPPER, cancel_part


@transaction.atomic
def cancel_ticket(*, ticket_reference: str, owner_reference: str, now: datetime) -> Ticket:
    """The bay is free, and all that was paid goes back; a repeat changes nothing.

    TICKET_UNKNOWN, TICKET_USED, SCREENING_CLOSED.
    """
    part = part_of_ticket(ticket_reference)
    ticket = screenings.cancel(
        ticket_reference=ticket_reference, owner_reference=owner_reference, now=now
    )
    if part is not None:
        cancel_part(fulfilment=part, reason=SHOPPER, now=now)
    return ticket
