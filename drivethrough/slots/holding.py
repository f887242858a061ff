"""The statements that move bookings and the slot's counters together."""

import json
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg
from django.db import DEFAULT_DB_ALIAS, connection, transaction

from drivethrough.references import new
from drivethrough.slots.loads import NO_LOAD, Load
from drivethrough.slots.models import Booking, BookingStatus

# One statement from the slot's reference to the booking's row, so the action is one round trip,
# and the hot row is locked for no longer. No ON CONFLICT: it would keep
# the counter's step and drop the row. A key seen twice fails the statement, counter and all.
# Who takes an item that the date limits comes again with its pieces ``counted``.
TAKE = """
with place as (
    update drivethrough_slot
    set taken_cars = taken_cars + 1,
        taken_preparation_seconds = taken_preparation_seconds + %(seconds)s
    where reference = %(slot)s and status = 'open' and cut_off_at > %(now)s
        and taken_cars < capacity_cars
            - case when walk_up_until_at > %(now)s then walk_up_cars else 0 end
        and (
            %(seconds)s = 0 or capacity_preparation_seconds is null
            or taken_preparation_seconds + %(seconds)s <= capacity_preparation_seconds
                - case when walk_up_until_at > %(now)s then walk_up_preparation_seconds else 0 end
        )
        and (%(counted)s or not %(items)s::jsonb ?| limited_items::text[])
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
     preparation_seconds, items, made_at)
select %(reference)s, id, site_id, %(key)s, %(owner)s, 'held', %(until)s, '', '',
    %(seconds)s, %(items)s::jsonb, %(now)s
from place
returning id, reference, slot_id, site_id
"""

# As TAKE, for all who ask at the same moment: the first of them get what is left. The slots are
# locked in one order and read as they are after the wait; a full one is not even locked. Who has
# a hold at the site or comes with a known key is left out by the indexes that say so, and looked
# at alone: to ask for them beforehand would be planned by how many held places the last count of
# the table saw, which a rush makes wrong. The counter steps by the rows that went in. They go in
# by owner, so that two such statements with the same owners do not wait for each other crosswise.
# Time is added up in turn, also of who gets no place: who comes after one of those, and would fit,
# is looked at alone. So is who takes an item that the date limits.
TAKE_ALL = """
with wanted as (
    select * from json_to_recordset(%(wanted)s::json) as wanted (
        turn int, reference text, slot text, key text, owner text, now timestamptz,
        until timestamptz, seconds int, items jsonb
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
        row_number() over so_far as number,
        seconds = 0 or capacity_preparation_seconds is null
            or taken_preparation_seconds + sum(seconds) over so_far
                <= capacity_preparation_seconds - case
                    when walk_up_until_at > wanted.now then walk_up_preparation_seconds else 0
                end as in_time
    from wanted join place on place.reference = wanted.slot
    where place.cut_off_at > wanted.now and not wanted.items ?| place.limited_items::text[]
        and not exists (
            select 1 from drivethrough_waiting waiting
            where waiting.status = 'waiting' and waiting.site_id = place.site_id
                and waiting.from_at <= place.starts_at and place.starts_at < waiting.until_at
        )
    window so_far as (partition by place.id order by wanted.turn)
), made as (
    insert into drivethrough_booking
        (reference, slot_id, site_id, key, owner_reference, status, held_until, plate,
         phone_last4, preparation_seconds, items, made_at)
    select reference, slot_id, site_id, key, owner, 'held', until, '', '', seconds, items, now
    from asking where number <= bookable and in_time
    order by owner, turn
    on conflict do nothing
    returning id, reference, slot_id, site_id, preparation_seconds
), counted as (
    update drivethrough_slot slot
    set taken_cars = slot.taken_cars + more.cars,
        taken_preparation_seconds = slot.taken_preparation_seconds + more.seconds
    from (
        select slot_id, count(*) as cars, sum(preparation_seconds) as seconds
        from made group by slot_id
    ) more
    where slot.id = more.slot_id
)
select id, reference, slot_id, site_id from made
"""

# Skips what anybody else has locked, booking or slot, so it never waits and never deadlocks;
# the next sweep finds what this one skipped. Who has pieces of an item that the date limits is left
# to ``actions``: for their rows it would have to wait.
EXPIRE = """
with lapsed as (
    select booking.id
    from drivethrough_booking booking join drivethrough_slot slot on slot.id = booking.slot_id
    where booking.status = 'held' and booking.held_until <= %(now)s
        and (%(slot)s::bigint is null or booking.slot_id = %(slot)s)
        and not booking.items ?| slot.limited_items::text[]
    order by booking.id limit %(limit)s
    for no key update of booking, slot skip locked
), ended as (
    update drivethrough_booking set status = 'expired', ended_at = %(now)s
    where id in (select id from lapsed)
    returning slot_id, preparation_seconds
), freed as (
    select slot_id, count(*) as cars, sum(preparation_seconds) as seconds
    from ended group by slot_id
)
update drivethrough_slot slot
set taken_cars = slot.taken_cars - freed.cars,
    taken_preparation_seconds = slot.taken_preparation_seconds - freed.seconds
from freed where slot.id = freed.slot_id
returning freed.cars
"""


HELD = BookingStatus.HELD.value


@dataclass(frozen=True)
class NewHold:
    slot_reference: str
    owner_reference: str
    key: str
    now: datetime
    until: datetime
    load: Load = NO_LOAD


def take(hold: NewHold, *, waited: bool = False, counted: bool = False) -> Booking | None:
    """Take one place, or None when the slot is full or shut or the key was used before; also when
    somebody waits for it, unless this is for who has ``waited``, and when the slot's date limits
    one of its items, unless they are ``counted``.

    Raises IntegrityError, with nothing taken, when another tab was quicker with this key or
    this owner already holds a place at the site.
    """
    # Alone the statement commits itself; inside a transaction a failure must not end that one.
    guard = transaction.atomic() if connection.in_atomic_block else nullcontext()
    reference = new("BOK")
    params = {
        "reference": reference,
        "slot": hold.slot_reference,
        "key": hold.key,
        "owner": hold.owner_reference,
        "now": hold.now,
        "until": hold.until,
        "seconds": hold.load.preparation_seconds,
        "items": json.dumps({**hold.load.items}),
        "waited": waited,
        "counted": counted,
    }
    with guard:
        made = _rows(TAKE, params)
    return _held(hold, made[0]) if made else None


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
            "seconds": hold.load.preparation_seconds,
            "items": {**hold.load.items},
        }
        for turn, (reference, hold) in enumerate(asked.items())
    ]
    slots = list({hold.slot_reference for hold in holds})
    rows = _rows(TAKE_ALL, {"wanted": json.dumps(wanted), "slots": slots})
    made = {row[1]: row for row in rows}
    return [
        _held(hold, made[reference]) if reference in made else None
        for reference, hold in asked.items()
    ]


def _rows(statement: str, params: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Planned once for each connection. Django's own cursor writes the values into the statement,
    so that the server would read and plan a new one each time: 30 % of all a lot takes."""
    connection.ensure_connection()
    with (
        connection.wrap_database_errors,
        psycopg.Cursor(connection.connection) as cursor,
    ):
        return cursor.execute(statement, params, prepare=True).fetchall()


def _held(hold: NewHold, made: tuple[int, str, int, int]) -> Booking:
    """The row that went in: the rest of it is known, and dear to read for many."""
    pk, reference, slot_id, site_id = made
    row = {
        "id": pk,
        "reference": reference,
        "slot_id": slot_id,
        "site_id": site_id,
        "key": hold.key,
        "owner_reference": hold.owner_reference,
        "status": HELD,
        "held_until": hold.until,
        "extended_at": None,
        "plate": "",
        "phone_last4": "",
        "preparation_seconds": hold.load.preparation_seconds,
        "items": {**hold.load.items},
        "made_at": hold.now,
        "ended_at": None,
    }
    return Booking.from_db(DEFAULT_DB_ALIAS, list(row), list(row.values()))


def expire(*, now: datetime, slot_id: int | None, limit: int) -> int:
    """End holds whose time is over, of one slot or all; returns how many places came free."""
    with connection.cursor() as cursor:
        cursor.execute(EXPIRE, {"now": now, "slot": slot_id, "limit": limit})
        return sum(cars for (cars,) in cursor.fetchall())
