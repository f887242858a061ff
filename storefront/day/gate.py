"""Thursday at the gates: cars come or do not, and two tablets call them to two lanes at once."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from random import Random
from threading import Barrier

from django.db import connection

from commerce.payments.models import TakenAs
from drivethrough.queue import actions as queue
from drivethrough.queue.queries import waiting
from drivethrough.sites.models import Lane, Site
from drivethrough.slots.models import Booking, BookingStatus, SlotStatus
from drivethrough.slots.queries import bookings_for_site_day
from storefront.day.dates import HANDING_OVER, at
from storefront.day.tally import DayBroken, Tally
from storefront.journeys.serve_car import serve
from storefront.journeys.walk_up import goods_at, walk_up
from storefront.refusals import REFUSALS

LATE = at(HANDING_OVER, 17)


@dataclass
class Gate:
    site: Site
    rng: Random
    tally: Tally
    tablets: ThreadPoolExecutor

    def run(self) -> None:
        booked = list(
            bookings_for_site_day(self.site.reference, HANDING_OVER).exclude(
                slot__status=SlotStatus.CANCELLED
            )
        )
        no_shows = [booking for booking in booked if self.rng.random() < 0.12]
        starts = sorted({booking.slot.starts_at for booking in booked})
        for starts_at in starts:
            cars = [b for b in booked if b.slot.starts_at == starts_at and b not in no_shows]
            for car in cars:
                self._arrive(car, starts_at + timedelta(minutes=self.rng.randint(-10, 20)))
            self._walk_up(starts_at + timedelta(minutes=5))
            self._empty_the_queue(starts_at + timedelta(minutes=25))
        # Until the day is closed a late car still gets what it paid for.
        late = [booking for booking in no_shows if self.rng.random() < 0.4]
        for car in late:
            self._serve(car, LATE)
        self.tally.seen["cars_late"] += len(late)
        self.tally.seen["cars_missed"] += len(no_shows) - len(late)

    def _arrive(self, car: Booking, now: datetime) -> None:
        for _ in range(2):  # the code is scanned by driver and passenger
            queue.arrive(key=f"arrive-{car.pk}", booking_reference=car.reference, now=now)

    def _walk_up(self, now: datetime) -> None:
        """Now and then a car that has booked nothing takes something that is left."""
        goods = goods_at(self.site.reference).first()
        if goods is None or self.rng.random() < 0.5:
            return
        try:
            for _ in range(2):  # tapped twice
                walk_up(
                    site=self.site,
                    wanted={goods.reference: 1},
                    plate=f"{self.rng.randint(10, 99)}나{self.rng.randint(1000, 9999)}",
                    phone_last4="",
                    key=f"walk-up-{self.site.pk}-{now.timestamp():.0f}",
                    now=now,
                )
            self.tally.seen["walk_ups"] += 1
        except REFUSALS as refusal:
            self.tally.refusals[refusal.code] += 1

    def _empty_the_queue(self, now: datetime) -> None:
        lanes = list(self.site.lanes.order_by("number"))
        while waiting(self.site.reference, HANDING_OVER):
            now += timedelta(minutes=2)
            calls = [partial(_call, lane, now) for lane in lanes]
            called = [call for call in self.tablets.map(lambda call: call(), calls) if call]
            if len(called) != len(set(called)):
                raise DayBroken(f"one car called to two lanes: {called}")
            for booking in Booking.objects.filter(pk__in=called).order_by("pk"):
                self._serve(booking, now)
                if self.rng.random() < 0.1:
                    self._serve(booking, now)
                    self.tally.seen["double_taps"] += 1

    def _serve(self, car: Booking, now: datetime) -> None:
        serve(
            booking_reference=car.reference,
            site_reference=self.site.reference,
            key=f"serve-{car.pk}",
            taken_as=TakenAs.TERMINAL if car.pk % 3 == 0 else TakenAs.CASH,
            now=now,
        )
        if not Booking.objects.filter(pk=car.pk, status=BookingStatus.SERVED).exists():
            raise DayBroken(f"{car} was served and is not")


def _call(lane: Lane, now: datetime) -> int | None:
    """On a tablet's own thread and connection: the row of the booking called, if any car waits."""
    call = queue.call_next(
        lane_reference=lane.reference, key=f"call-{lane.pk}-{now.timestamp():.0f}", now=now
    )
    return call.arrival.booking_id if call else None


def tablets() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=2, thread_name_prefix="tablet")


def put_away(executor: ThreadPoolExecutor) -> None:
    """Closes the tablets' connections with them."""
    together = Barrier(2, timeout=10)

    def close(_: int) -> None:
        together.wait()
        connection.close()

    list(executor.map(close, range(2)))
    executor.shutdown()
