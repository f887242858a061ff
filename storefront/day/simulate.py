"""One whole day of the mall through its real journeys, with a clock of its own.

The same seed gives the same shoppers, cars and drivers; how good the plans get in their seconds
may differ a little from machine to machine.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from random import Random
from typing import Any

from django.db.models import Sum

from commerce.books.models import Loan
from commerce.orders.models import Fulfilment, FulfilmentStatus, Order
from commerce.payments.models import Refund, RefundStatus
from commerce.settlement.models import Settlement
from commerce.settlement.queries import trial_balance
from drivethrough.slots.models import BOOKED, Booking
from storefront.day import desks, far_core, shopping
from storefront.day.dates import AFTERWARDS, HANDING_OVER, at
from storefront.day.driving import Driving, plan_depot
from storefront.day.gate import Gate, put_away, tablets
from storefront.day.handing_in import hand_in
from storefront.day.invariants import INVARIANTS, Breach, check_all
from storefront.day.shopping import Shopping
from storefront.day.sweeps import sweep
from storefront.day.tally import Tally
from storefront.day.troubles import Troubles
from storefront.day.world import World, lend_before, open_world
from storefront.journeys.close_day import close_day
from storefront.journeys.settle_merchants import review_and_approve, settle_until
from storefront.journeys.voucher_programmes import expire_vouchers

NIGHT = at(AFTERWARDS, 3, 30)
COUNTED_AT = at(AFTERWARDS, 4, 30)
OVERSOLD = (
    "stock_is_never_oversold",
    "slots_are_never_overfull",
    "slots_have_time_to_prepare",
    "dates_are_never_oversold",
    "windows_are_never_overfull",
)

# (name of the phase, steps in it) -> called once for each step done
OnPhase = Callable[[str, int], Callable[[], None]]


@dataclass(frozen=True)
class Result:
    figures: dict[str, Any]
    breaches: list[Breach]


def simulate(*, orders: int, seed: int, plan_seconds: float, on_phase: OnPhase) -> Result:
    """Runs on an empty, migrated database."""
    begun, worked = time.monotonic(), time.process_time()
    tally = Tally()
    day = _Day(orders, seed, plan_seconds, tally, on_phase)
    world = day.open()
    day.shop(world)
    day.plan_and_drive(world)
    day.close()
    with day.phase("checks", len(INVARIANTS)) as step:
        breaches = [*check_all(COUNTED_AT), *far_core.breaches()]
        for _ in INVARIANTS:
            step()
    figures = _figures(tally, breaches) | {
        "seconds": round(time.monotonic() - begun, 1),
        "cpu_seconds": round(time.process_time() - worked, 1),  # ours, without the database's
    }
    return Result(figures, breaches)


@dataclass(frozen=True)
class _Day:
    orders: int
    seed: int
    plan_seconds: float
    tally: Tally
    on_phase: OnPhase

    def rng(self, name: str) -> Random:
        """Each phase has its own, so that one more car changes no shopper."""
        return Random(f"{self.seed}:{name}")  # noqa: S311 -- chance, not secrets

    @contextmanager
    def phase(self, name: str, steps: int) -> Iterator[Callable[[], None]]:
        begun = time.monotonic()
        yield self.on_phase(name, steps)
        self.tally.seconds[name] = time.monotonic() - begun

    def open(self) -> World:
        with self.phase("world", 3) as step:
            world = open_world(orders=self.orders, rng=self.rng("world"))
            far_core.bring_shelf()
            step()
            lent = lend_before(world, self.rng("lent"))
            shopping.give_vouchers(world)
            shopping.subscribe_families(world, self.rng("boxes"), self.tally)
            step()
            shopping.ask_for_collection(lent, self.tally)
            step()
        with self.phase("boxes", 1) as step:
            shopping.fix_boxes(self.tally)
            step()
        return world

    def shop(self, world: World) -> None:
        with self.phase("orders", len(world.shoppers)) as step:
            Shopping(self.rng("orders"), self.tally, self._troubles()).run(world, step)

    def plan_and_drive(self, world: World) -> None:
        with self.phase("planning", len(world.towns)) as step:
            plans = []
            for town in world.towns:
                plans.append(plan_depot(town.depot, self.plan_seconds, self.seed, self.tally))
                step()
        with self.phase("packing", 1) as step:
            troubles = self._troubles()
            for town in world.towns:
                troubles.cut_short(town)
            desks.pack(self.rng("packing"), self.tally)
            desks.send_parcels(self.rng("parcels"), self.tally)
            step()
        with self.phase("driving", len(plans) + 1) as step:
            driving = Driving(self.rng("driving"), self.tally)
            for plan in plans:
                driving.drive(plan)
                step()
            driving.find_network()
            step()
        with self.phase("gates", len(world.towns)) as step:
            both = tablets()
            for town in world.towns:
                Gate(town.site, self.rng(town.name), self.tally, both).run()
                step()
            put_away(both)

    def _troubles(self) -> Troubles:
        return Troubles(self.rng("troubles"), self.tally)

    def close(self) -> None:
        with self.phase("closing", 4) as step:
            desks.check_in(self.rng("books"), self.tally)
            step()
            hand_in(self.rng("tills"), self.tally)
            step()
            self.tally.seen["given_back"] = len(close_day(until_on=HANDING_OVER, now=NIGHT))
            self.tally.seen["vouchers_ended"] = expire_vouchers(now=NIGHT)
            long_after = desks.parcels_come(self.rng("brought"), self.tally)
            sweep(NIGHT)
            far_core.tell_the_rest(long_after)
            step()
            settle_until(until_on=HANDING_OVER, now=NIGHT)
            review_and_approve(until_on=HANDING_OVER, by=("operator", "operator2"), now=NIGHT)
            step()


def _figures(tally: Tally, breaches: list[Breach]) -> dict[str, Any]:
    seen = tally.seen
    parts = Fulfilment.objects.all()
    ended = [FulfilmentStatus.HANDED_OVER, FulfilmentStatus.CANCELLED]
    back = Refund.objects.filter(status=RefundStatus.DONE)
    return {
        "orders_placed": Order.objects.count(),
        "fulfilments": parts.count(),
        "handed_over": parts.filter(status=FulfilmentStatus.HANDED_OVER).count(),
        "cancelled": parts.filter(status=FulfilmentStatus.CANCELLED).count(),
        "left_open": parts.exclude(status__in=ended).count(),
        "refunded": back.count(),
        "refunded_won": back.aggregate(won=Sum("amount_won", default=0))["won"],
        "bookings": Booking.objects.filter(status__in=BOOKED).count(),
        "oversold": sum(breach.invariant in OVERSOLD for breach in breaches),
        "loans": Loan.objects.count(),
        "collected": seen["collected"],
        "routes": seen["routes"],
        "stops_planned": seen["stops_planned"],
        "stops_served": seen["stops_served"],
        "plan_violations": seen["plan_violations"],
        "settlements": Settlement.objects.count(),
        "ledger_sum": trial_balance(),
        "invariants_checked": len(INVARIANTS),
        "breaches": len(breaches),
        "orders_per_second": round(seen["orders_placed"] / max(tally.seconds["orders"], 0.001), 1),
        "phases": {name: round(took, 2) for name, took in tally.seconds.items()},
        "seen": dict(sorted(seen.items())),
        "refusals": dict(sorted(tally.refusals.items())),
    }
