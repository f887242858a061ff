"""The statements that move bookings and the slot's counter together."""

import json
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

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

# As TAKE, for all who ask at the same moment: the first of them get what is left. The slots are
# locked in one order and read as they are after the wait; a full one is not even locked. Who has
# a hold at the site or comes with a known key is left out, and looked at alone. Rows go in by
# owner, so that two such statements with the same owners do not wait for each other crosswise.
TAKE_ALL = """
with wanted as (
    select * from json_to_recordset(%(wanted)s::json) as wanted (
        turn int, reference text, slot text, key text, owner text, now timestamptz,
        until timestamptz
    )
), place as materialized (
    select * from drivethrough_slot
    where reference = any(%(slots)s) and status = 'open' and taken_cars < capacity_cars
    order by id
    for no key update
), asking as (
    select wanted.*, place.id as slot_id, place.site_id,
        place.capacity_cars - place.taken_cars
            - case when walk_up_until_at > wanted.now then walk_up_cars else 0 end as bookable,
        row_number() over (partition by place.id order by wanted.turn) as number
    from wanted join place on place.reference = wanted.slot
    where place.cut_off_at > wanted.now
        and not exists (select 1 from drivethrough_booking where key = wanted.key)
        and not exists (
            select 1 from drivethrough_booking held
            where held.site_id = place.site_id and held.owner_reference = wanted.owner
                and held.status = 'held'
        )
        and not exists (
            select 1 from drivethrough_waiting waiting
            where waiting.status = 'waiting' and waiting.site_id = place.site_id
                and waiting.from_at <= place.starts_at and place.starts_at < waiting.until_at
        )
), fitting as (
    select * from asking where number <= bookable
), counted as (
    update drivethrough_slot slot set taken_cars = slot.taken_cars + more.cars
    from (select slot_id, count(*) as cars from fitting group by slot_id) more
    where slot.id = more.slot_id
)
insert into drivethrough_booking
    (reference, slot_id, site_id, key, owner_reference, status, held_until, plate, phone_last4,
     made_at)
select reference, slot_id, site_id, key, owner, 'held', until, '', '', now
from fitting order by owner
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
        made = _bookings(cursor)
    return made[0] if made else None


def take_all(holds: Sequence[NewHold]) -> dict[str, Booking]:
    """Places for as many as there are, first come first served; by key. Who is not in it has none,
    for whatever reason. No two of the same key or owner.

    Raises IntegrityError, with nothing taken by anybody, as ``take`` does.
    """
    wanted = [
        {
            "turn": turn,
            "reference": new("BOK"),
            "slot": hold.slot_reference,
            "key": hold.key,
            "owner": hold.owner_reference,
            "now": hold.now.isoformat(),
            "until": hold.until.isoformat(),
        }
        for turn, hold in enumerate(holds)
    ]
    slots = list({hold.slot_reference for hold in holds})
    with connection.cursor() as cursor:
        cursor.execute(TAKE_ALL, {"wanted": json.dumps(wanted), "slots": slots})
        return {booking.key: booking for booking in _bookings(cursor)}


def _bookings(cursor: CursorWrapper) -> list[Booking]:
    columns = [column.name for column in cursor.description or ()]
    return [Booking.from_db(connection.alias, columns, row) for row in cursor.fetchall()]


def expire(*, now: datetime, slot_id: int | None, limit: int) -> int:
    """End holds whose time is over, of one slot or all; returns how many places came free."""
    with connection.cursor() as cursor:
        cursor.execute(EXPIRE, {"now": now, "slot": slot_id, "limit": limit})
        return sum(cars for (cars,) in cursor.fetchall())
