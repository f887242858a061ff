"""So many of an item can be picked up on a date, whenever they were ordered."""

from datetime import date, time, timedelta

import pytest

from drivethrough.slots import actions, fitting, holding, moving, opening, pickup_stock, walking_up
from drivethrough.slots.holding import NewHold
from drivethrough.slots.loads import Load
from drivethrough.slots.models import Booking, BookingStatus, PickupStock
from drivethrough.slots.pickup_stock import PickupAmount, PickupDatePast, PickupStockBelowTaken
from drivethrough.slots.refusals import HoldExpired, ItemFullThatDay
from tests.builders.drivethrough import (
    AT_THE_GATE,
    NOW,
    SATURDAY,
    a_booking,
    a_hold,
    a_key,
    a_pickup_stock,
    a_site,
    a_slot,
    an_owner,
    check_every_dimension,
)

pytestmark = pytest.mark.django_db

MUSHROOM = "VAR-MUSHROOM"
NEXT_SATURDAY = SATURDAY + timedelta(days=7)
LATER = NOW + timedelta(minutes=15)


def mushrooms(number):
    return Load(items={MUSHROOM: number, "VAR-RICE": 50})


def state(site, amount, *, on_date=SATURDAY, item=MUSHROOM):
    return pickup_stock.state(
        site=site, on_date=on_date, item_reference=item, amount=amount, now=NOW
    )


def test_no_more_of_an_item_are_booked_than_its_date_has():
    slot = a_slot(cars=9)
    a_pickup_stock(site=slot.site, amount=5)
    a_hold(slot=slot, load=mushrooms(3))
    with pytest.raises(ItemFullThatDay) as refusal:
        a_hold(slot=slot, load=mushrooms(3))
    assert (refusal.value.data["item"], refusal.value.data["left"]) == (MUSHROOM, 2)
    a_hold(slot=slot, load=mushrooms(2))
    check_every_dimension()


def test_the_date_is_one_limit_for_all_its_slots():
    site = a_site()
    ten, eleven = (a_slot(site=site, start=time(hour)) for hour in (10, 11))
    a_pickup_stock(site=site, amount=5)
    a_hold(slot=ten, load=mushrooms(3))
    with pytest.raises(ItemFullThatDay):
        a_hold(slot=eleven, load=mushrooms(3))


def test_other_dates_that_have_all_of_it_are_named():
    site = a_site()
    slot = a_slot(site=site)
    a_slot(site=site, on_date=NEXT_SATURDAY)
    a_pickup_stock(site=site, amount=1)
    with pytest.raises(ItemFullThatDay) as refusal:
        a_hold(slot=slot, load=mushrooms(2))
    assert refusal.value.data["days"] == NEXT_SATURDAY.isoformat()


def test_an_item_without_a_limit_and_another_site_are_not_bound():
    slot = a_slot()
    a_pickup_stock(site=slot.site, amount=0, item="VAR-CABBAGE")
    a_pickup_stock(site=a_site(), amount=0)
    a_pickup_stock(site=slot.site, amount=0, on_date=NEXT_SATURDAY)
    assert a_hold(slot=slot, load=mushrooms(40)).items[MUSHROOM] == 40


def test_the_date_is_the_day_in_seoul():
    slot = a_slot(start=time(8, 30))  # the evening before by Greenwich
    a_pickup_stock(site=slot.site, amount=1)
    with pytest.raises(ItemFullThatDay):
        a_hold(slot=slot, load=mushrooms(2))


def test_what_is_booked_before_the_limit_is_stated_counts():
    slot = a_slot()
    a_booking(slot=slot, load=mushrooms(3))
    a_hold(slot=slot, load=mushrooms(1))
    with pytest.raises(PickupStockBelowTaken) as refusal:
        state(slot.site, 3)
    assert refusal.value.data["taken"] == 4
    assert state(slot.site, 4).taken == 4
    check_every_dimension()


def test_a_slot_opened_after_the_limit_is_bound_too():
    site = a_site()
    a_pickup_stock(site=site, amount=1)
    (slot,) = opening.open_slots(
        site=site,
        on_date=SATURDAY,
        start=time(10),
        end=time(10, 30),
        cars=9,
        cut_off_at=NOW + timedelta(days=1),
    )
    with pytest.raises(ItemFullThatDay):
        a_hold(slot=slot, load=mushrooms(2))


def test_a_limit_goes_down_to_what_is_taken_and_no_further():
    slot = a_slot()
    a_pickup_stock(site=slot.site, amount=9)
    a_hold(slot=slot, load=mushrooms(3))
    assert state(slot.site, 3).left == 0
    with pytest.raises(PickupStockBelowTaken):
        state(slot.site, 2)
    assert PickupStock.objects.get().amount == 3


def test_a_limit_taken_away_binds_nobody():
    slot = a_slot()
    a_pickup_stock(site=slot.site, amount=1)
    assert state(slot.site, None) is None
    booked = a_booking(slot=slot, load=mushrooms(9))
    actions.cancel(booking_reference=booked.reference, now=NOW)
    assert not PickupStock.objects.exists()


@pytest.mark.parametrize("amount", [-1, pickup_stock.MOST_PIECES + 1])
def test_an_amount_that_cannot_be_is_refused(amount):
    with pytest.raises(PickupAmount):
        state(a_site(), amount)


def test_no_limit_is_stated_for_a_day_that_is_over():
    with pytest.raises(PickupDatePast) as refusal:
        state(a_site(), 3, on_date=date(2026, 11, 25))
    assert refusal.value.data == {"first_on": "2026-11-26"}


def test_a_basket_that_changes_its_hour_keeps_its_pieces():
    site = a_site()
    ten, eleven = (a_slot(site=site, start=time(hour)) for hour in (10, 11))
    a_pickup_stock(site=site, amount=5)
    own = a_hold(slot=ten, owner_reference="BAS-ADA", load=mushrooms(5))
    ten.refresh_from_db()
    eleven.refresh_from_db()
    assert fitting.fits([eleven], mushrooms(5), NOW)[0].lacks == MUSHROOM
    assert fitting.fits([eleven], mushrooms(5), NOW, own)[0].lacks == ""
    a_hold(slot=eleven, owner_reference="BAS-ADA", load=mushrooms(5))
    check_every_dimension()


def test_a_booking_takes_its_pieces_to_another_date_or_stays():
    site = a_site()
    here, there = a_slot(site=site), a_slot(site=site, on_date=NEXT_SATURDAY)
    a_pickup_stock(site=site, amount=5)
    then = a_pickup_stock(site=site, amount=3, on_date=NEXT_SATURDAY)
    booked = a_booking(slot=here, load=mushrooms(4))
    move = {"booking_reference": booked.reference, "slot_reference": there.reference, "now": NOW}
    with pytest.raises(ItemFullThatDay):
        moving.move(**move)
    check_every_dimension()
    state(site, 4, on_date=NEXT_SATURDAY)
    moving.move(**move)
    then.refresh_from_db()
    assert then.left == 0
    check_every_dimension()


def test_a_hold_follows_what_is_in_the_basket():
    slot = a_slot()
    a_pickup_stock(site=slot.site, amount=5)
    held = a_hold(slot=slot, load=mushrooms(2))
    for wanted in (5, 1, 0):
        actions.change_load(booking_reference=held.reference, load=mushrooms(wanted), now=NOW)
        check_every_dimension()
    with pytest.raises(ItemFullThatDay) as refusal:
        actions.change_load(booking_reference=held.reference, load=mushrooms(6), now=NOW)
    assert refusal.value.data["left"] == 5
    check_every_dimension()


def test_whatever_ends_a_booking_gives_its_pieces_back():
    slot = a_slot(cars=9)
    row = a_pickup_stock(site=slot.site, amount=9)
    a_hold(slot=slot, load=mushrooms(2))
    held, booked = a_hold(slot=slot, load=mushrooms(3)), a_booking(slot=slot, load=mushrooms(4))
    actions.release(booking_reference=held.reference, owner_reference=held.owner_reference, now=NOW)
    actions.cancel(booking_reference=booked.reference, now=NOW)
    check_every_dimension()
    assert actions.expire_holds(now=LATER) == 1
    row.refresh_from_db()
    assert row.taken == 0


def test_what_lapsed_in_the_slot_is_had_by_who_asks_next():
    slot = a_slot(cars=1)
    a_pickup_stock(site=slot.site, amount=3)
    a_hold(slot=slot, load=mushrooms(3))
    assert a_hold(slot=slot, load=mushrooms(2), now=LATER).items[MUSHROOM] == 2
    check_every_dimension()


def test_a_car_that_came_has_had_its_pieces():
    slot = a_slot()
    row = a_pickup_stock(site=slot.site, amount=9)
    booked = a_booking(slot=slot, load=mushrooms(4))
    actions.mark_served(booking_reference=booked.reference, now=AT_THE_GATE)
    row.refresh_from_db()
    assert row.taken == 4


def test_a_swept_hold_gets_its_pieces_again_or_nothing():
    slot = a_slot()
    a_pickup_stock(site=slot.site, amount=5)
    first, second = a_hold(slot=slot, load=mushrooms(3)), a_hold(slot=slot, load=mushrooms(2))
    actions.expire_holds(now=LATER)
    a_hold(slot=slot, load=mushrooms(2), now=LATER)
    confirm = {"new_owner_reference": "FUL-1", "plate": "12가3456", "phone_last4": "5678"}
    actions.confirm(
        booking_reference=first.reference,
        owner_reference=first.owner_reference,
        **confirm,
        now=LATER,
    )
    with pytest.raises(HoldExpired):
        actions.confirm(
            booking_reference=second.reference,
            owner_reference=second.owner_reference,
            **confirm,
            now=LATER,
        )
    check_every_dimension()
    second.refresh_from_db()
    assert second.status == BookingStatus.EXPIRED


def test_a_car_at_the_gate_gets_no_more_than_the_day_has():
    slot = a_slot()
    a_pickup_stock(site=slot.site, amount=5)
    a_booking(slot=slot, load=mushrooms(4))
    with pytest.raises(ItemFullThatDay):
        walking_up.take(
            site=slot.site,
            owner_reference=an_owner(),
            key=a_key(),
            plate="12가3456",
            phone_last4="",
            load=mushrooms(2),
            now=AT_THE_GATE,
        )
    check_every_dimension()


def test_of_a_lot_whoever_takes_what_the_date_limits_is_looked_at_alone():
    slot = a_slot(cars=9)
    a_pickup_stock(site=slot.site, amount=5)
    wishes = [
        NewHold(slot.reference, an_owner(), a_key(), NOW, LATER, load)
        for load in (mushrooms(1), Load(items={"VAR-RICE": 1}))
    ]
    assert [bool(made) for made in holding.take_all(wishes)] == [False, True]
    assert Booking.objects.get().items == {"VAR-RICE": 1}
