"""The statements that move bookings and the slot's counter together."""

import json
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from drivethrough.references import new
from drivethrough.slots.models import Booking, BookingStatus

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
# a hold at the site or comes with a known key is left out by the indexes that say so, and looked
# at alone: to ask for them beforehand would be planned by how many held places the last count of
# the table saw, which a rush makes wrong. The counter steps by the rows that went in. They go in
# by owner, so that two such statements with the same owners do not wait for each other crosswise.
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
        and not exists (
            select 1 from drivethrough_waiting waiting
            where waiting.status = 'waiting' and waiting.site_id = place.site_id
                and waiting.from_at <= place.starts_at and place.starts_at < waiting.until_at
        )
), made as (
    insert into drivethrough_booking
        (reference, slot_id, site_id, key, owner_reference, status, held_until, plate,
         phone_last4, made_at)
    select reference, slot_id, site_id, key, owner, 'held', until, '', '', now
    from asking where number <= bookable
    order by owner, turn
    on conflict do nothing
    returning id, reference, slot_id, site_id
), counted as (
    update drivethrough_slot slot set taken_cars = slot.taken_cars + more.cars
    from (select slot_id, count(*) as cars from made group by slot_id) more
    where slot.id = more.slot_id
)
select * from made
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


def take_all(holds: Sequence[NewHold]) -> list[Booking | None]:
    """Places for as many as there are, first come first served; for each hold its booking, or None
    for whatever reason. Of those with one owner the first is taken, with one key one of them.
    """
    asked = {new("BOK"): hold for hold in holds}
    wanted = [
        {
            "turn": turn,
            "reference": reference,
            "slot": hold.slot_reference,
            "key": hold.key,
            "owner": hold.owner_reference,
            "now": hold.now.isoformat(),
            "until": hold.until.isoformat(),
        }
        for turn, (reference, hold) in enumerate(asked.items())
    ]
    slots = list({hold.slot_reference for hold in holds})
    with connection.cursor() as cursor:
        cursor.execute(TAKE_ALL, {"wanted": json.dumps(wanted), "slots": slots})
        made = {reference: (pk, *place) for pk, reference, *place in cursor.fetchall()}
    return [
        _held(hold, reference, *made[reference]) if reference in made else None
        for reference, hold in asked.items()
    ]


def _held(hold: NewHold, reference: str, pk: int, slot_id: int, site_id: int) -> Booking:
    """The row that went in: the rest of it is known, and dear to read for many."""
    row = {
        "id": pk,
        "reference": reference,
        "slot_id": slot_id,
        "site_id": site_id,
        "key": hold.key,
        "owner_reference": hold.owner_reference,
        "status": BookingStatus.HELD.value,
        "held_until": hold.until,
        "extended_at": None,
        "plate": "",
        "phone_last4": "",
        "made_at": hold.now,
        "ended_at": None,
    }
    return Booking.from_db(connection.alias, list(row), list(row.values()))


def _bookings(cursor: CursorWrapper) -> list[Booking]:
    columns = [column.name for column in cursor.description or ()]
    return [Booking.from_db(connection.alias, columns, row) for row in cursor.fetchall()]


def expire(*, now: datetime, slot_id: int | None, limit: int) -> int:
    """End holds whose time is over, of one slot or all; returns how many places came free."""
    with connection.cursor() as cursor:
        cursor.execute(EXPIRE, {"now": now, "slot": slot_id, "limit": limit})
        return sum(cars for (cars,) in cursor.fetchall())
