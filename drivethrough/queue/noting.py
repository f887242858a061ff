"""Everything that is done in a site's queue goes through one row, and leaves one."""

from datetime import datetime

from drivethrough.queue.models import QueueEvent
from drivethrough.queue.replaying import Kind
from drivethrough.sites.models import Lane, Site
from drivethrough.slots.models import Booking


def lock_queue(site_id: int) -> None:
    """One after the other at a site: what is read after this is not changed by anybody else."""
    Site.objects.select_for_update(no_key=True).get(pk=site_id)


def note(
    kind: Kind, *, key: str, booking: Booking, lane: Lane | None = None, now: datetime
) -> QueueEvent:
    """Seen now. Raises IntegrityError when the key has told of something of this kind before."""
    return QueueEvent.objects.create(
        key=key,
        kind=kind,
        site_id=booking.site_id,
        booking=booking,
        lane=lane,
        happened_at=now,
        received_at=now,
    )
