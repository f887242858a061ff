"""A site's business day as the planner of queues sees it: whole seconds since midnight in Seoul."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from drivethrough import planning
from drivethrough.queue.models import Call
from drivethrough.queue.queries import DayCar, LaneBoard
from drivethrough.slots.spans import business_day


@dataclass(frozen=True)
class Goods:
    """How long a car's goods take to prepare, where its booking does not say, and since when they
    stand ready, if they do."""

    preparation_seconds: int
    ready_at: datetime | None


NOTHING = Goods(0, None)


def as_day(
    board: LaneBoard, goods: Mapping[str, Goods], *, handover_seconds: int, preparers: int
) -> planning.Day:
    """``goods`` by booking reference; a car without has nothing to be prepared.

    All hand-overs are taken to last as long, and so many to prepare from midnight on.
    """
    calls = {now.call.arrival.booking_id: now.call for now in board.lanes if now.call is not None}
    return planning.Day(
        cars=tuple(
            _as_car(
                car,
                goods.get(car.booking.reference, NOTHING),
                calls.get(car.booking.pk),
                handover_seconds,
                board.on_date,
            )
            for car in board.cars
        ),
        lanes=tuple(planning.Lane(n.lane.number, closed=not n.lane.open) for n in board.lanes),
        staff=(planning.Staff(0, preparers),),
    )


def second_of(at: datetime, on_date: date) -> int:
    """Of the business day; 0 for what was before it, such as goods packed the evening before."""
    midnight, _ = business_day(on_date)
    return max(0, int((at - midnight).total_seconds()))


def moment_of(second: int, on_date: date) -> datetime:
    midnight, _ = business_day(on_date)
    return midnight + timedelta(seconds=second)


def _as_car(
    car: DayCar, goods: Goods, call: Call | None, handover_seconds: int, on_date: date
) -> planning.Car:
    booking = car.booking
    state = planning.CarState(car.status.value)
    # Called between two of the board's questions: its lane is not known yet.
    if state == planning.CarState.CALLED and call is None:
        state = planning.CarState.WAITING
    if state != planning.CarState.CALLED:
        call = None
    here = state in (planning.CarState.WAITING, planning.CarState.CALLED)
    return planning.Car(
        booking.reference,
        slot_begins=second_of(booking.slot.starts_at, on_date),
        slot_ends=second_of(booking.slot.ends_at, on_date),
        preparation_seconds=booking.preparation_seconds or goods.preparation_seconds,
        handover_seconds=handover_seconds,
        state=state,
        arrival=second_of(booking.arrival.arrived_at, on_date) if here else None,
        ready=None if goods.ready_at is None else second_of(goods.ready_at, on_date),
        lane=call.lane.number if call else None,
        called=second_of(call.called_at, on_date) if call else None,
    )
