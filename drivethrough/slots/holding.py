"""The two statements that move bookings and the slot's counter together."""

from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from drivethrough.references import new
from drivethrough.slots.models import Booking

# One statement from the slot's reference to the booking's row, so the action is one round trip,
# and the hot row is locked for no longer. No ON CONFLICT: it would keep
# the counter's step and drop the row. A key seen twice fails the statement, counter and all.
TAKE = """
with place as (
    update drivethrough_slot set taken_cars = taken_cars + 1
    where reference = %(slot)s and status = 'open' and cut_off_at > %(now)s
        and taken_cars < capacity_cars
            - case when walk_up_until_at > %(now)s then walk_up_cars else 0 end
        and not exists (select 1 from drivethrough_booking where key = %(key)s)
        -- A place that comes free is first for whoever waits for it.
        and (%(waited)s or not exists (
            select 1 from drivethrough_waiting waiting
            where waiting.status = 'waiting' and waiting.site_id = drivethrough_slot.site_id
                and waiting.from_at <= drivethrough_slot.starts_at
                and drivethrough_slot.starts_at < waiting.until_at
        ))
    returning id, site_id
)
insert into drivethrough_booking
    (reference, slot_id, site_id, key, owner_reference, status, held_until, plate, phone_last4,
     made_at)
select %(reference)s, id, site_id, %(key)s, %(owner)s, 'held', %(until)s, '', '', %(now)s
from place
returning id, reference, slot_id, site_id, key, owner_reference, status, held_until, extended_at,
    plate, phone_last4, made_at, ended_at
"""

# Skips what anybody else has locked, booking or slot, so it never waits and never deadlocks;
# the next sweep finds what this one skipped.
EXPIRE = """
with lapsed as (
    select booking.id
    from drivethrough_booking booking join drivethrough_slot slot on slot.id = booking.slot_id
    where booking.status = 'held' and booking.held_until <= %(now)s
        and (%(slot)s::bigint is null or booking.slot_id = %(slot)s)
    order by booking.id limit %(limit)s
    for no key update of booking, slot skip locked
), ended as (
    update drivethrough_booking set status = 'expired', ended_at = %(now)s
    where id in (select id from lapsed)
    returning slot_id
), freed as (
    select slot_id, count(*) as cars from ended group by slot_id
)
update drivethrough_slot slot set taken_cars = slot.taken_cars - freed.cars
from freed where slot.id = freed.slot_id
returning freed.cars
"""


@dataclass(frozen=True)
class NewHold:
    slot_reference: str
    owner_reference: str
    key: str
    now: datetime
    until: datetime


def take(hold: NewHold, *, waited: bool = False) -> Booking | None:
    """Take one place, or None when the slot is full or shut or the key was used before; also when
    somebody waits for it, unless this is for who has ``waited``.

    Raises IntegrityError, with nothing taken, when another tab was quicker with this key or
    this owner already holds a place at the site.
    """
    # Alone the statement commits itself; inside a transaction a failure must not end that one.
    guard = transaction.atomic() if connection.in_atomic_block else nullcontext()
    with guard, connection.cursor() as cursor:
        cursor.execute(
            TAKE,
            {
                "reference": new("BOK"),
                "slot": hold.slot_reference,
                "key": hold.key,
                "owner": hold.owner_reference,
                "now": hold.now,
                "until": hold.until,
                "waited": waited,
            },
        )
        row = cursor.fetchone()
        columns = [column.name for column in cursor.description or ()]
    return None if row is None else Booking.from_db(connection.alias, columns, row)


def expire(*, now: datetime, slot_id: int | None, limit: int) -> int:
    """End holds whose time is over, of one slot or all; returns how many places came free."""
    with connection.cursor() as cursor:
        cursor.execute(EXPIRE, {"now": now, "slot": slot_id, "limit": limit})
        return sum(cars for (cars,) in cursor.fetchall())
