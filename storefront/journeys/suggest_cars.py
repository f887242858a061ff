"""How many cars a slot of a site should take, by how long its hand-overs have taken, and what was
booked to prepare them."""

from drivethrough import planning
from drivethrough.planning import Crew, Suggestion
from drivethrough.queue.queries import handover_seconds
from drivethrough.sites.models import Site
from drivethrough.slots.queries import latest_served
from storefront.journeys.foresee_queue import goods_of


def suggest_cars(*, site: Site, slot_minutes: int, preparers: int, wait_minutes: int) -> Suggestion:
    """The most cars a slot with which 95 of 100 wait no longer than that, all lanes open.

    Raises NOTHING_MEASURED where nobody was handed anything yet.
    """
    served = {booking.reference: booking for booking in latest_served(site.reference)}
    prepared = [
        served[reference].preparation_seconds or goods.preparation_seconds
        for reference, goods in goods_of(list(served)).items()
    ]
    return planning.suggest_capacity(
        handover_seconds=handover_seconds(site.reference),
        preparation_seconds=prepared,
        crew=Crew(lanes=site.lanes.count(), preparers=preparers, slot_seconds=60 * slot_minutes),
        wanted_p95=60 * wait_minutes,
    )
