"""Laws of a slot's counters, and of a date's, that hold after any sequence of events."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from drivethrough.errors import DrivethroughError
from drivethrough.slots import actions as slots
from drivethrough.slots import moving, opening, pickup_stock
from drivethrough.slots.loads import Load
from drivethrough.slots.models import Booking, BookingStatus
from drivethrough.slots.refusals import SlotFull
from drivethrough.slots.spans import business_date
from tests.builders.drivethrough import NOW, SATURDAY, a_site, a_slot, check_every_dimension

pytestmark = pytest.mark.django_db

OWNERS = ["BAS-ADA", "BAS-BOB", "BAS-CHO"]
EVENTS = [
    "hold",
    "hold",
    "hold",
    "change",
    "change",
    "move",
    "limit",
    "repeat",
    "confirm",
    "release",
    "cancel",
    "extend",
    "sweep",
    "serve",
    "miss",
    "resize",
    "pause",
    "reopen",
]


def a_load(number):
    """Up to 45 minutes of one person's half an hour, and up to five pieces."""
    return Load(preparation_seconds=540 * number, items={MUSHROOM: number} if number else {})


events = st.lists(
    st.tuples(
        st.sampled_from(EVENTS),
        st.integers(0, 2),  # which owner
        st.integers(0, 1),  # which slot
        st.integers(0, 5),  # which booking, or how many cars, minutes or pieces
        st.integers(0, 12),  # minutes that pass
    ),
    max_size=25,
)


MUSHROOM = "VAR-MUSHROOM"


class Shop:
    """A slot on each of two days of one site and three baskets, driven by drawn events."""

    def __init__(self, capacities):
        site = a_site(lanes=0)
        self.slots = [
            a_slot(site=site, on_date=SATURDAY + timedelta(days=n), cars=cars)
            for n, cars in enumerate(capacities)
        ]
        for slot in self.slots:
            opening.change_capacity(slot=slot, cars=slot.capacity_cars, preparers=1)
        self.made = []
        self.now = NOW

    def hold(self, owner, slot, key, load):
        booking = slots.hold(
            slot_reference=slot.reference, owner_reference=owner, key=key, load=load, now=self.now
        )
        self.made.append((booking.reference, owner, slot, key))

    def happen(self, event, owner_n, slot_n, number, minutes):
        """One event; refusals are part of life, anything else is a fault."""
        self.now += timedelta(minutes=minutes)
        owner, slot = OWNERS[owner_n], self.slots[slot_n]
        try:
            if event == "hold":
                key = f"{slot.reference}-{len(self.made)}-{self.now.timestamp()}"
                self.hold(owner, slot, key, a_load(number))
            elif event in ("sweep", "resize", "pause", "reopen", "limit"):
                self.to_slot(event, slot, number)
            elif self.made and event in ("change", "move"):
                self.to_what_it_takes(event, self.made[owner_n % len(self.made)][0], slot, number)
            elif self.made:
                self.to_booking(event, *self.made[number % len(self.made)])
        except DrivethroughError:
            pass

    def to_slot(self, event, slot, number):
        if event == "sweep":
            slots.expire_holds(now=self.now)
        elif event == "resize":
            opening.change_capacity(slot=slot, cars=number, preparers=number or None)
        elif event == "limit":
            pickup_stock.state(
                site=slot.site,
                on_date=business_date(slot.starts_at),
                item_reference=MUSHROOM,
                amount=number,
                now=self.now,
            )
        else:
            {"pause": opening.pause, "reopen": opening.reopen}[event](slot=slot)

    def to_what_it_takes(self, event, reference, slot, number):
        if event == "move":
            moving.move(booking_reference=reference, slot_reference=slot.reference, now=self.now)
        else:
            slots.change_load(booking_reference=reference, load=a_load(number), now=self.now)

    def to_booking(self, event, reference, owner, slot, key):
        if event == "repeat":
            again = slots.hold(
                slot_reference=slot.reference, owner_reference=owner, key=key, now=self.now
            )
            assert again.reference == reference
        elif event == "confirm":
            slots.confirm(
                booking_reference=reference,
                owner_reference=owner,
                new_owner_reference=f"FUL-{reference}",
                plate="12가3456",
                phone_last4="5678",
                now=self.now,
            )
        elif event in ("release", "extend"):
            action = {"release": slots.release, "extend": slots.extend}[event]
            action(booking_reference=reference, owner_reference=owner, now=self.now)
        else:
            action = {
                "cancel": slots.cancel,
                "serve": slots.mark_served,
                "miss": slots.mark_missed,
            }[event]
            action(booking_reference=reference, now=self.now)

    def check(self):
        check_every_dimension(self.slots[0].site)
        holds = Booking.objects.filter(site=self.slots[0].site, status=BookingStatus.HELD)
        owners = list(holds.values_list("owner_reference", flat=True))
        assert len(owners) == len(set(owners))


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(capacities=st.tuples(st.integers(0, 3), st.integers(0, 3)), happenings=events)
def test_every_counter_is_its_bookings_and_never_above_capacity(db, capacities, happenings):
    shop = Shop(capacities)
    for happening in happenings:
        shop.happen(*happening)
        shop.check()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cars=st.integers(0, 6), taps=st.lists(st.integers(0, 8), max_size=20))
def test_a_slot_gives_out_as_many_places_as_there_are_keys_or_cars(db, cars, taps):
    slot = a_slot(cars=cars)
    got = {}
    for tap in taps:
        try:
            booking = slots.hold(
                slot_reference=slot.reference,
                owner_reference=f"BAS-{tap}",
                key=f"{slot.reference}-{tap}",
                now=NOW,
            )
        except SlotFull:
            continue
        assert got.setdefault(tap, booking.pk) == booking.pk
    slot.refresh_from_db()
    assert slot.taken_cars == len(got) == min(cars, len(set(taps)))
