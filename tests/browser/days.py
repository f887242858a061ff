"""Let days pass: everything stored moves into the past, so that tomorrow's work is today's."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import psycopg

from storefront.config.stack.state import State
from tests.whole_stack import WholeStack

# The ledger and what was counted cannot be altered, and need not be: nothing waits for their dates.
_FIXED = (
    *("commerce_journal", "commerce_ledgerentry", "commerce_settlement", "commerce_tillcount"),
)
# Unique times would meet on the way if each row moved by one day only.
_FAR = 40_000


SEOUL = ZoneInfo("Asia/Seoul")


def today() -> date:
    return datetime.now(SEOUL).date()


def promised_on(mall: WholeStack, order: str, way: str) -> date:
    """The business date of the first part of an order that is handed over this way."""
    with _connect(mall) as connection:
        row = connection.execute(
            "select min(promised_from) from commerce_fulfilment f join commerce_order o"
            " on o.id = f.order_id where o.reference = %s and f.way = %s",
            [order, way],
        ).fetchone()
    assert row is not None
    return row[0].astimezone(SEOUL).date()


def next_cut_off(mall: WholeStack) -> datetime:
    """Until when the boxes that come next may change."""
    with _connect(mall) as connection:
        row = connection.execute(
            "select min(c.cut_off_at) from commerce_cycle c join commerce_renewal r"
            " on r.cycle_id = c.id where r.status = 'due'"
        ).fetchone()
    assert row is not None
    return row[0]


def a_day_passes(mall: WholeStack) -> None:
    with _connect(mall) as connection:
        for table, columns in _dated(connection):
            for days in (_FAR, -_FAR - 1):
                moved = ", ".join(f'"{c}" = "{c}" + interval \'{days} days\'' for c in columns)
                connection.execute(f'update "{table}" set {moved}')  # noqa: S608 - own table names


def _connect(mall: WholeStack) -> psycopg.Connection:
    return psycopg.connect(State(mall.state).recorded_environment()["DATABASE_URL"])


def _dated(connection: psycopg.Connection) -> list[tuple[str, list[str]]]:
    rows = connection.execute(
        "select table_name, array_agg(column_name::text) from information_schema.columns"
        " where table_name ~ '^(commerce|logistics|drivethrough)_'"
        " and data_type in ('date', 'timestamp with time zone') and is_generated = 'NEVER'"
        " and table_name <> all(%s) group by 1",
        [list(_FIXED)],
    )
    return [(table, columns) for table, columns in rows]


def a_busy_day(mall: WholeStack) -> date:
    """A day to come with as many deliveries as the busiest so far. At each depot five nearly
    fill a van each: more than there are."""
    with _connect(mall) as connection:
        row = connection.execute(
            "select min(on_date) from logistics_shift where on_date > current_date + 3"
        ).fetchone()
        assert row is not None
        connection.execute(_AS_ON_THE_BUSIEST, {"on_date": row[0]})
    found: date = row[0]
    return found


_AS_ON_THE_BUSIEST = """
insert into logistics_consignment (
    reference, owner_reference, on_date, earliest_at, latest_at, weight_grams, status, kind,
    depot_id, contact_name, contact_phone, address, door_note, lat, lon, label, volume_ml, chilled,
    chilled_ml, clearance_cm, equipment, service_seconds, failure, requested_at)
select 'CON-BUSY-' || id, 'FUL-BUSY-' || id, %(on_date)s,
    earliest_at + (%(on_date)s - on_date) * interval '1 day',
    latest_at + (%(on_date)s - on_date) * interval '1 day',
    case when row_number() over (partition by depot_id order by id) <= 5
        then (select max(capacity_grams) - 1000 from logistics_vehicle) else weight_grams end,
    'requested', kind, depot_id, contact_name, contact_phone, address, door_note, lat, lon, label,
    volume_ml, chilled, chilled_ml, clearance_cm, equipment, service_seconds, '', requested_at
from logistics_consignment where on_date = (
    select on_date from logistics_consignment where reference not like 'CON-BUSY-%%'
    group by 1 order by count(*) desc limit 1)
on conflict do nothing
"""
