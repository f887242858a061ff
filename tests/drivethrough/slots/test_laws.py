"""Laws of a slot's counter that hold after any sequence of events."""

from datetime import time, timedelta

import pytest
from django.db.models import Count, Q
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from drivethrough.errors import DrivethroughError
from drivethrough.slots import actions as slots
from drivethrough.slots import opening
from drivethrough.slots.models import TAKES_A_PLACE, Booking, BookingStatus, Slot
from drivethrough.slots.refusals import SlotFull
from tests.builders.drivethrough import NOW, a_site, a_slot

pytestmark = pytest.mark.django_db

OWNERS = ["BAS-ADA", "BAS-BOB", "BAS-CHO"]
EVENTS = [
    "hold",
    "hold",
    "hold",
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

events = st.lists(
    st.tuples(
        st.sampled_from(EVENTS),
        st.integers(0, 2),  # which owner
        st.integers(0, 1),  # which slot
        st.integers(0, 5),  # which booking, or how many cars
        st.integers(0, 12),  # minutes that pass
    ),
    max_size=25,
)


class Shop:
    """Two slots of one site and three baskets, driven by drawn events."""

    def __init__(self, capacities):
        site = a_site(lanes=0)
        self.slots = [
            a_slot(site=site, start=time(10 + n, 0), cars=cars) for n, cars in enumerate(capacities)
        ]
        self.made = []
        self.now = NOW

    def hold(self, owner, slot, key):
        booking = slots.hold(
            slot_reference=slot.reference, owner_reference=owner, key=key, now=self.now
        )
        self.made.append((booking.reference, owner, slot, key))

    def happen(self, event, owner_n, slot_n, number, minutes):
        """One event; refusals are part of life, anything else is a fault."""
        self.now += timedelta(minutes=minutes)
        owner, slot = OWNERS[owner_n], self.slots[slot_n]
        try:
            if event == "hold":
                self.hold(owner, slot, f"{slot.reference}-{len(self.made)}-{self.now.timestamp()}")
            elif event in ("sweep", "resize", "pause", "reopen"):
                self.to_slot(event, slot, number)
            elif self.made:
                self.to_booking(event, *self.made[number % len(self.made)])
        except DrivethroughError:
            pass

    def to_slot(self, event, slot, number):
        if event == "sweep":
            slots.expire_holds(now=self.now)
        elif event == "resize":
            opening.change_capacity(slot=slot, cars=number)
        else:
            {"pause": opening.pause, "reopen": opening.reopen}[event](slot=slot)

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
        in_use = Count("bookings", filter=Q(bookings__status__in=TAKES_A_PLACE))
        for slot in Slot.objects.filter(site=self.slots[0].site).annotate(in_use=in_use):
            assert slot.taken_cars == slot.in_use <= slot.capacity_cars
        holds = Booking.objects.filter(site=self.slots[0].site, status=BookingStatus.HELD)
        owners = list(holds.values_list("owner_reference", flat=True))
        assert len(owners) == len(set(owners))


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(capacities=st.tuples(st.integers(0, 3), st.integers(0, 3)), happenings=events)
def test_the_counter_is_the_bookings_and_never_above_capacity(db, capacities, happenings):
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
