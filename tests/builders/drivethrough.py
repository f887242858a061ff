"""Small makers of drive-through rows: a test names what matters to it, the rest has defaults."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from typing import Any

from drivethrough.openings import actions as openings
from drivethrough.openings.models import RegularOpening
from drivethrough.queue import actions as queue
from drivethrough.queue.models import Arrival
from drivethrough.screenings import actions as screenings
from drivethrough.screenings.models import Screening, Ticket
from drivethrough.sites.models import Lane, Site
from drivethrough.slots import actions as slots
from drivethrough.slots import pickup_stock
from drivethrough.slots.loads import NO_LOAD, Load
from drivethrough.slots.models import TAKES_A_PLACE, Booking, PickupStock, Slot
from drivethrough.slots.spans import at

SATURDAY = date(2026, 11, 28)
NOW = datetime(2026, 11, 26, 3, 0, tzinfo=UTC)  # the Thursday before, noon in Seoul
AT_THE_GATE = at(SATURDAY, time(10, 20))

_numbers = count(1)


def a_key() -> str:
    """A key that no other call of this run has."""
    return f"key-{next(_numbers):08}"


def an_owner() -> str:
    return f"BAS-{next(_numbers):08}"


def a_site(*, lanes: int = 2, **fields: Any) -> Site:
    defaults = {
        "source_id": f"PK{next(_numbers):06}",
        "name": "수원종합운동장 주차장",
        "name_en": "Suwon Sports Complex",
        "city": "수원시",
        "address": "경기도 수원시 장안구 경수대로 893",
        "lat": 37.2976,
        "lon": 127.0114,
        "spaces": 180,
    }
    site = Site.objects.create(**defaults | fields)
    Lane.objects.bulk_create(Lane(site=site, number=n) for n in range(1, lanes + 1))
    return site


def a_slot(
    *,
    site: Site | None = None,
    on_date: date = SATURDAY,
    start: time = time(10, 0),
    cars: int = 3,
    **fields: Any,
) -> Slot:
    """Half an hour at a site, 10:00 that Saturday in Seoul; booked until 18:00 the day before."""
    starts_at = at(on_date, start)
    defaults = {
        "ends_at": starts_at + timedelta(minutes=30),
        "cut_off_at": at(on_date - timedelta(days=1), time(18, 0)),
        "capacity_cars": cars,
    }
    return Slot.objects.create(site=site or a_site(), starts_at=starts_at, **defaults | fields)


def a_hold(
    *,
    slot: Slot | None = None,
    owner_reference: str | None = None,
    now: datetime = NOW,
    minutes: int = 15,
    load: Load = NO_LOAD,
) -> Booking:
    return slots.hold(
        slot_reference=(slot or a_slot()).reference,
        owner_reference=owner_reference or an_owner(),
        key=a_key(),
        now=now,
        minutes=minutes,
        load=load,
    )


def a_booking(
    *,
    slot: Slot | None = None,
    owner_reference: str | None = None,
    plate: str = "12가3456",
    phone_last4: str = "5678",
    now: datetime = NOW,
    load: Load = NO_LOAD,
) -> Booking:
    """A confirmed place."""
    held = a_hold(slot=slot, now=now, load=load)
    return slots.confirm(
        booking_reference=held.reference,
        owner_reference=held.owner_reference,
        new_owner_reference=owner_reference or f"FUL-{next(_numbers):08}",
        plate=plate,
        phone_last4=phone_last4,
        now=now,
    )


def an_arrival(
    *, booking: Booking | None = None, slot: Slot | None = None, now: datetime = AT_THE_GATE
) -> Arrival:
    """A booked car at its site, twenty past ten that Saturday."""
    booking = booking or a_booking(slot=slot)
    return queue.arrive(key=a_key(), booking_reference=booking.reference, now=now)


def places_in_use(slot: Slot) -> int:
    """What the slot's counter must say: its bookings that take a place, counted."""
    return Booking.objects.filter(slot=slot, status__in=TAKES_A_PLACE).count()


def seconds_in_use(slot: Slot) -> int:
    """What the slot's counter of preparation seconds must say."""
    live = Booking.objects.filter(slot=slot, status__in=TAKES_A_PLACE)
    return sum(live.values_list("preparation_seconds", flat=True))


def a_pickup_stock(
    *, site: Site, amount: int, item: str = "VAR-MUSHROOM", on_date: date = SATURDAY
) -> PickupStock:
    """So many of an item at a site on that Saturday."""
    row = pickup_stock.state(
        site=site, on_date=on_date, item_reference=item, amount=amount, now=NOW
    )
    assert row is not None
    return row


def check_every_dimension(site: Site | None = None) -> None:
    """Of cars, of time and of what a date limits: counted = what bookings take ≤ capacity."""
    at_site = {"site": site} if site else {}
    for slot in Slot.objects.filter(**at_site):
        assert 0 <= slot.taken_cars == places_in_use(slot) <= slot.capacity_cars
        assert 0 <= slot.taken_preparation_seconds == seconds_in_use(slot)
        capacity = slot.capacity_preparation_seconds
        assert capacity is None or slot.taken_preparation_seconds <= capacity
    for row in PickupStock.objects.filter(**at_site).select_related("site"):
        taken = pickup_stock.taken_of(row.site, row.on_date, row.item_reference)
        assert 0 <= row.taken == taken <= row.amount


def a_regular_opening(*, site: Site | None = None, **fields: Any) -> RegularOpening:
    """Saturdays from 11 to 14, half hours of eight cars, booked until 18:00 the day before."""
    defaults: dict[str, Any] = {
        "weekdays": [5],
        "start": time(11),
        "end": time(14),
        "minutes": 30,
        "cars": 8,
        "cut_off_days": 1,
        "cut_off": time(18),
    }
    return openings.add(site=site or a_site(), **defaults | fields)


def a_screening(*, site: Site | None = None, on_date: date = SATURDAY, **fields: Any) -> Screening:
    """A film on Saturday at 19:00, two rows of three bays, 15,000 won, sold until 18:00."""
    defaults: dict[str, Any] = {
        "title": "겨울 이야기",
        "title_en": "A Winter's Tale",
        "starts_at": at(on_date, time(19)),
        "cut_off_at": at(on_date, time(18)),
        "price_won": 15_000,
        "bays": 6,
        "bays_in_row": 3,
        "key": a_key(),
    }
    return Screening.objects.create(site=site or a_site(), **defaults | fields)


def a_plate() -> str:
    return f"12가{next(_numbers):04}"


def a_ticket(
    *,
    screening: Screening | None = None,
    bay: int = 1,
    owner_reference: str | None = None,
    plate: str | None = None,
    key: str | None = None,
    now: datetime = NOW,
) -> Ticket:
    return screenings.buy(
        screening_reference=(screening or a_screening()).reference,
        bay=bay,
        owner_reference=owner_reference or an_owner(),
        plate=plate or a_plate(),
        phone_last4="5678",
        key=key or a_key(),
        now=now,
    )
