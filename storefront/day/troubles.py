"""What goes wrong around a gate: a slot called off, a short harvest, no place left."""

from dataclasses import dataclass
from datetime import datetime
from random import Random
from uuid import UUID

from django.db.models import Sum

from commerce.harvests import actions as harvests
from commerce.harvests.actions import Goods
from drivethrough.rebooking.models import Displacement
from drivethrough.sites.models import Site
from drivethrough.slots import waiting
from drivethrough.slots.fitting import fitting_slots
from drivethrough.slots.loads import Load
from drivethrough.slots.models import Slot, SlotStatus
from storefront.day.dates import HANDING_OVER, at
from storefront.day.tally import Tally
from storefront.day.world import Shopper, Town
from storefront.journeys import choose_instead
from storefront.journeys.cut_harvest import declare_harvest
from storefront.journeys.displace_cars import call_off_slot
from storefront.refusals import REFUSALS

DAWN = at(HANDING_OVER, 6)


@dataclass
class Troubles:
    """Chances of their own, so that no trouble changes what anybody else does."""

    rng: Random
    tally: Tally

    def call_off(self, site: Site, now: datetime) -> None:
        """The fullest slot; some choose another or their money, some never read the message."""
        fullest = Slot.objects.filter(site=site, taken_cars__gt=0, status=SlotStatus.OPEN)
        slot = fullest.order_by("-taken_cars", "starts_at").first()
        if slot is None:
            return
        call_off_slot(slot=slot, now=now)
        for row in Displacement.objects.filter(slot=slot).order_by("pk"):
            self.tally.seen["cars_displaced"] += 1
            self._choose(row, site, now)

    def _choose(self, row: Displacement, site: Site, now: datetime) -> None:
        chance = self.rng.random()
        free = fitting_slots(site.reference, Load.of(row.booking), now, row.booking)
        for _ in range(2):  # the button is pressed twice
            if chance < 0.5 and free:
                choose_instead.choose_slot(
                    reference=row.reference,
                    slot_reference=free[0].reference,
                    key=self._key(row),
                    now=now,
                )
            elif chance < 0.7:
                choose_instead.choose_refund(reference=row.reference, key=self._key(row), now=now)

    @staticmethod
    def _key(row: Displacement) -> str:
        return str(UUID(int=row.pk))

    def cut_short(self, town: Town) -> None:
        """Four of five of what was ordered were picked; the farmer confirms twice."""
        goods = Goods(town.site.reference, self.rng.choice(town.gate_goods), HANDING_OVER)
        ordered = harvests.lines_of(goods).aggregate(pieces=Sum("quantity"))["pieces"] or 0
        if ordered < 2:
            return
        for _ in range(2):
            declare_harvest(
                key=f"harvest-{town.site.pk}",
                goods=goods,
                picked=ordered * 4 // 5,
                seen=ordered,
                now=DAWN,
            )
        self.tally.seen["harvests_cut"] += 1


def wait_for_place(shopper: Shopper, tally: Tally, now: datetime) -> None:
    """For any slot of the day; in two tabs."""
    try:
        for tab in range(2):
            waiting.join(
                site=shopper.town.site,
                from_at=at(HANDING_OVER, 0),
                until_at=at(HANDING_OVER, 23, 59),
                owner_reference=shopper.customer.user_reference,
                key=f"wait-{shopper.customer.pk}-{tab}",
                now=now,
            )
        tally.seen["waiting"] += 1
    except REFUSALS as refusal:
        tally.refusals[refusal.code] += 1
