"""What the rest of a site's day will look like: the queue, each car's turn, and why."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from statistics import fmean

from django.core.cache import cache

from commerce.orders.models import Fulfilment
from commerce.orders.queries import fulfilments_by_booking
from drivethrough import planning
from drivethrough.planning import QueueMinute, QueuePlan, Reason
from drivethrough.queue.as_day import Goods, as_day, moment_of, second_of
from drivethrough.queue.queries import DayCar, handover_seconds, lane_board
from drivethrough.slots.spans import business_date

# Where no product says how long: preparing takes a minute, and longer for every piece.
FIRST_SECONDS, PIECE_SECONDS = 60, 15
# Where no hand-over has been measured yet.
ASSUMED_HANDOVER = 150
# A page waits for it.
PLAN_SECONDS, FORECAST_RUNS = 0.5, 10
# The same day is not reckoned again so soon.
REMEMBERED_SECONDS = 30


@dataclass(frozen=True)
class QueueAhead:
    """``cars`` are all of the day's by booking reference; ``measured`` counts the hand-overs that
    ``handover_seconds`` is the mean of, 0 where it is assumed."""

    on_date: date
    cars: Mapping[str, DayCar]
    day: planning.Day
    plan: QueuePlan
    waiting: tuple[QueueMinute, ...]
    reasons: Mapping[str, Sequence[Reason]]
    handover_seconds: int
    measured: int

    def at(self, second: int) -> datetime:
        return moment_of(second, self.on_date)


def foresee_queue(*, site_reference: str, preparers: int, now: datetime) -> QueueAhead:
    """From ``now`` to the end of the day, with so many people to prepare. Reads only.

    Raises NOT_FOUND.
    """
    on_date = business_date(now)
    board = lane_board(site_reference, on_date)
    cars = {car.booking.reference: car for car in board.cars}
    measured = handover_seconds(site_reference)
    takes = round(fmean(measured)) if measured else ASSUMED_HANDOVER
    day = as_day(board, goods_of(list(cars)), handover_seconds=takes, preparers=preparers)
    plan, waiting = _reckoned(day, second_of(now, on_date))
    return QueueAhead(
        on_date=on_date,
        cars=cars,
        day=day,
        plan=plan,
        waiting=waiting,
        reasons=planning.reasons(day, plan),
        handover_seconds=takes,
        measured=len(measured),
    )


def goods_of(booking_references: Sequence[str]) -> dict[str, Goods]:
    """What has to be prepared for each car; of parts that several merchants pack, all."""
    parts = fulfilments_by_booking(booking_references)
    return {reference: _goods(of_car) for reference, of_car in parts.items()}


def _goods(parts: Sequence[Fulfilment]) -> Goods:
    lines = [line for part in parts for line in part.lines.all()]
    ready = [line.ready_at for line in lines]
    packed = [at for at in ready if at is not None]
    pieces = sum(line.quantity for line in lines)
    return Goods(
        preparation_seconds=FIRST_SECONDS + PIECE_SECONDS * pieces,
        ready_at=max(packed) if packed and len(packed) == len(ready) else None,
    )


def _reckoned(day: planning.Day, second: int) -> tuple[QueuePlan, tuple[QueueMinute, ...]]:
    """Several tablets ask at once, whenever something happens; the first one's answer does."""
    since = second // REMEMBERED_SECONDS
    key = "queue-ahead:" + hashlib.sha256(f"{day!r} {since}".encode()).hexdigest()
    found = cache.get(key)
    if found is None:
        plan = planning.plan(day, now=second, seconds=PLAN_SECONDS)
        found = plan, planning.forecast(day, now=second, runs=FORECAST_RUNS)
        cache.set(key, found, REMEMBERED_SECONDS)
    return found
