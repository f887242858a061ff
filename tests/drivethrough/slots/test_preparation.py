"""Time to prepare as a second dimension of a slot: what does not fit in it gets no place."""

from datetime import date, time, timedelta

import pytest

from drivethrough.openings import actions as openings
from drivethrough.slots import actions, fitting, holding, moving, opening, waiting, walking_up
from drivethrough.slots.holding import NewHold
from drivethrough.slots.loads import Load
from drivethrough.slots.models import BookingStatus, Slot
from drivethrough.slots.refusals import (
    CapacityBelowBooked,
    HoldExpired,
    PreparationFull,
    SlotFull,
    SlotSpan,
)
from drivethrough.slots.spans import at
from drivethrough.slots.walking_up import NoPlaceToday
from tests.builders.drivethrough import (
    AT_THE_GATE,
    NOW,
    SATURDAY,
    a_booking,
    a_hold,
    a_key,
    a_regular_opening,
    a_site,
    a_slot,
    an_owner,
    check_every_dimension,
)

pytestmark = pytest.mark.django_db

MINUTE, HALF_AN_HOUR = 60, 1_800


def minutes(number):
    return Load(number * MINUTE)


def a_prepared_slot(*, minutes=10, cars=9, **fields):
    return a_slot(cars=cars, capacity_preparation_seconds=minutes * MINUTE, **fields)


def keeping(seconds):
    """Two cars and so much time, kept from booking to the end."""
    until = {"walk_up_until_at": at(SATURDAY, time(13))}
    return until | {"walk_up_cars": 2, "walk_up_preparation_seconds": seconds}


def test_a_car_whose_goods_cannot_be_prepared_in_time_gets_no_place():
    slot = a_prepared_slot()
    a_hold(slot=slot, load=minutes(7))
    with pytest.raises(PreparationFull) as refusal:
        a_hold(slot=slot, load=minutes(4))
    assert refusal.value.data["minutes_left"] == 3
    a_hold(slot=slot, load=minutes(3))
    check_every_dimension()


def test_a_car_with_nothing_to_prepare_gets_a_place_when_the_time_is_gone():
    slot = a_prepared_slot()
    a_hold(slot=slot, load=minutes(10))
    assert a_hold(slot=slot).slot_id == slot.pk


def test_a_slot_of_which_nobody_said_who_prepares_is_bound_by_cars_alone():
    slot = a_slot(cars=1)
    a_hold(slot=slot, load=minutes(1_000))
    slot.refresh_from_db()
    assert slot.taken_preparation_seconds == 1_000 * MINUTE
    with pytest.raises(SlotFull):
        a_hold(slot=slot)


def test_the_next_slot_where_all_of_it_fits_is_named():
    site = a_site()
    full, tight, roomy = (
        a_prepared_slot(site=site, start=time(10 + n), minutes=m) for n, m in enumerate((5, 5, 30))
    )
    a_hold(slot=tight, load=minutes(1))
    with pytest.raises(PreparationFull) as refusal:
        a_hold(slot=full, load=minutes(6))
    data = refusal.value.data
    assert [one["reference"] for one in data["alternatives"]] == [roomy.reference]
    assert data["next"] == "2026-11-28 12:00"


def test_no_slot_is_named_where_all_are_too_short():
    slot = a_prepared_slot(minutes=5)
    with pytest.raises(PreparationFull) as refusal:
        a_hold(slot=slot, load=minutes(6))
    assert (refusal.value.data["alternatives"], refusal.value.data["next"]) == ([], "–")


def test_another_slot_takes_the_time_along():
    site = a_site()
    ten, eleven = (a_prepared_slot(site=site, start=time(hour)) for hour in (10, 11))
    a_hold(slot=ten, owner_reference="BAS-ADA", load=minutes(9))
    a_hold(slot=eleven, owner_reference="BAS-ADA", load=minutes(9))
    ten.refresh_from_db()
    assert ten.taken_preparation_seconds == 0
    check_every_dimension()


def test_a_refused_change_of_slots_leaves_the_old_hold_as_it_was():
    site = a_site()
    ten, eleven = (a_prepared_slot(site=site, start=time(hour)) for hour in (10, 11))
    held = a_hold(slot=ten, owner_reference="BAS-ADA", load=minutes(9))
    a_hold(slot=eleven, load=minutes(9))
    with pytest.raises(PreparationFull):
        a_hold(slot=eleven, owner_reference="BAS-ADA", load=minutes(9))
    held.refresh_from_db()
    assert (held.status, held.preparation_seconds) == (BookingStatus.HELD, 9 * MINUTE)
    check_every_dimension()


@pytest.mark.parametrize("wanted", [0, 1, 9, 10])
def test_a_hold_follows_what_is_in_the_basket(wanted):
    slot = a_prepared_slot()
    held = a_hold(slot=slot, load=minutes(5))
    actions.change_load(booking_reference=held.reference, load=minutes(wanted), now=NOW)
    slot.refresh_from_db()
    assert slot.taken_preparation_seconds == wanted * MINUTE
    check_every_dimension()


def test_a_hold_grows_only_as_far_as_there_is_time():
    slot = a_prepared_slot()
    a_hold(slot=slot, load=minutes(4))
    held = a_hold(slot=slot, load=minutes(5))
    with pytest.raises(PreparationFull):
        actions.change_load(booking_reference=held.reference, load=minutes(7), now=NOW)
    held.refresh_from_db()
    assert held.preparation_seconds == 5 * MINUTE
    check_every_dimension()


def confirmed(held, *, load=None, now=NOW):
    return actions.confirm(
        booking_reference=held.reference,
        owner_reference=held.owner_reference,
        new_owner_reference=f"FUL-{held.pk}",
        plate="12가3456",
        phone_last4="5678",
        load=load,
        now=now,
    )


def test_what_is_ordered_is_what_is_booked():
    slot = a_prepared_slot()
    assert confirmed(a_hold(slot=slot, load=minutes(5)), load=minutes(6)).preparation_seconds == 360
    assert confirmed(a_hold(slot=slot, load=minutes(3))).preparation_seconds == 180
    with pytest.raises(PreparationFull):
        confirmed(a_hold(slot=slot), load=minutes(2))
    check_every_dimension()


def test_a_swept_hold_takes_its_time_again_or_not_at_all():
    slot = a_prepared_slot()
    first, second = a_hold(slot=slot, load=minutes(6)), a_hold(slot=slot, load=minutes(4))
    later = NOW + timedelta(minutes=15)
    assert actions.expire_holds(now=later) == 2
    check_every_dimension()
    assert confirmed(first, load=minutes(7), now=later).preparation_seconds == 7 * MINUTE
    with pytest.raises(HoldExpired):
        confirmed(second, now=later)
    check_every_dimension()


def test_whatever_ends_a_booking_gives_its_time_back():
    slot = a_prepared_slot()
    held, booked = a_hold(slot=slot, load=minutes(4)), a_booking(slot=slot, load=minutes(6))
    actions.release(booking_reference=held.reference, owner_reference=held.owner_reference, now=NOW)
    actions.cancel(booking_reference=booked.reference, now=NOW)
    slot.refresh_from_db()
    assert slot.taken_preparation_seconds == 0


def test_fewer_goods_give_time_back_and_never_take_more():
    booked = a_booking(slot=a_prepared_slot(), load=Load(300, {"VAR-A": 3, "VAR-B": 1}))
    less = actions.lessen_load(
        booking_reference=booked.reference, load=Load(400, {"VAR-A": 2, "VAR-C": 9}), now=NOW
    )
    assert Load.of(less) == Load(300, {"VAR-A": 2})
    check_every_dimension()


def test_a_booking_moves_with_its_time_or_stays():
    site = a_site()
    ten, eleven, noon = (
        a_prepared_slot(site=site, start=time(10 + n), minutes=m) for n, m in enumerate((9, 9, 5))
    )
    booked = a_booking(slot=ten, load=minutes(6))
    moving.move(booking_reference=booked.reference, slot_reference=eleven.reference, now=NOW)
    check_every_dimension()
    for late in (False, True):
        with pytest.raises(PreparationFull):
            moving.move(
                booking_reference=booked.reference,
                slot_reference=noon.reference,
                late=late,
                now=NOW,
            )
    eleven.refresh_from_db()
    assert eleven.taken_preparation_seconds == 6 * MINUTE


def test_the_share_of_unbooked_cars_is_kept_of_the_time_too():
    slot = a_prepared_slot(minutes=8, **keeping(2 * MINUTE))
    with pytest.raises(PreparationFull):
        a_hold(slot=slot, load=minutes(7))
    a_hold(slot=slot, load=minutes(6))


def a_car_at_the_gate(site, load, *, now=AT_THE_GATE):
    return walking_up.take(
        site=site,
        owner_reference=an_owner(),
        key=a_key(),
        plate="12가3456",
        phone_last4="",
        load=load,
        now=now,
    )


def test_a_car_at_the_gate_gets_the_soonest_slot_with_time_for_it():
    site = a_site()
    a_prepared_slot(site=site, minutes=3)
    later = a_prepared_slot(site=site, start=time(11), minutes=9, **keeping(3 * MINUTE))
    assert a_car_at_the_gate(site, minutes(9)).slot_id == later.pk
    with pytest.raises(PreparationFull):
        a_car_at_the_gate(site, minutes(4))
    check_every_dimension()
    with pytest.raises(NoPlaceToday):
        a_car_at_the_gate(a_site(), minutes(1))


def test_an_offered_place_takes_its_time_when_it_is_taken():
    slot = a_prepared_slot(cars=2)
    a_hold(slot=slot, load=minutes(8))
    other = a_hold(slot=slot)
    row = waiting.join(
        site=slot.site,
        from_at=slot.starts_at,
        until_at=slot.ends_at,
        owner_reference="CUS-ADA",
        key=a_key(),
        now=NOW,
    )
    actions.cancel(booking_reference=other.reference, now=NOW)
    waiting.offer_next(slot=slot, now=NOW)
    take = {
        "waiting_reference": row.reference,
        "owner_reference": "CUS-ADA",
        "basket_reference": "BAS-ADA",
        "now": NOW,
    }
    with pytest.raises(PreparationFull):
        waiting.take_offer(**take, load=minutes(3))
    row.refresh_from_db()
    assert row.status == "offered"
    assert waiting.take_offer(**take, load=minutes(2)).preparation_seconds == 2 * MINUTE
    check_every_dimension()


def wish(slot, load, **fields):
    until = NOW + timedelta(minutes=15)
    return NewHold(slot.reference, an_owner(), a_key(), NOW, until, load)


def test_of_a_lot_those_get_a_place_whose_time_adds_up():
    slot = a_prepared_slot()
    loads = [minutes(4), minutes(5), minutes(3), minutes(1), Load()]
    made = holding.take_all([wish(slot, load) for load in loads])
    assert [bool(booking) for booking in made] == [True, True, False, False, True]
    check_every_dimension()


def test_who_comes_after_one_who_does_not_fit_is_looked_at_alone():
    slot = a_prepared_slot()
    a_hold(slot=slot, load=minutes(9))
    holding.take_all([wish(slot, minutes(3)), wish(slot, minutes(1))])
    assert a_hold(slot=slot, load=minutes(1)).preparation_seconds == MINUTE


def open_slots(**fields):
    day = {"on_date": SATURDAY, "start": time(10), "end": time(11), "minutes": 30, "cars": 8}
    return opening.open_slots(site=a_site(), cut_off_at=NOW, **day | fields)


def test_so_many_prepare_for_the_length_of_a_slot():
    (slot, _) = open_slots(preparers=3, walk_up_cars=2)
    assert (slot.preparers, slot.capacity_preparation_seconds) == (3, 3 * HALF_AN_HOUR)
    assert slot.walk_up_preparation_seconds == 3 * HALF_AN_HOUR // 4
    assert open_slots()[0].preparers is None


@pytest.mark.parametrize("preparers", [0, -1])
def test_slots_in_which_nobody_prepares_are_refused(preparers):
    with pytest.raises(SlotSpan):
        open_slots(preparers=preparers)
    with pytest.raises(SlotSpan):
        opening.change_capacity(slot=a_slot(), cars=3, preparers=preparers)


def test_a_regular_opening_says_who_prepares():
    row = a_regular_opening(preparers=2, walk_up_percent=25)
    openings.open_ahead(site=row.site, now=NOW)
    (slot, *_) = Slot.objects.filter(site=row.site)
    assert (slot.preparers, slot.walk_up_preparation_seconds) == (2, HALF_AN_HOUR // 2)


@pytest.mark.parametrize("preparers", [0, 51])
def test_a_regular_opening_with_nobody_or_a_crowd_is_refused(preparers):
    with pytest.raises(SlotSpan):
        a_regular_opening(preparers=preparers)


def test_fewer_prepare_only_as_long_as_what_is_booked_can_be():
    (slot, _) = open_slots(preparers=3)
    Slot.objects.update(cut_off_at=slot.starts_at)
    a_booking(slot=slot, load=minutes(61))
    with pytest.raises(CapacityBelowBooked) as refusal:
        opening.change_capacity(slot=slot, cars=8, preparers=2)
    assert (refusal.value.field, refusal.value.data) == (
        "preparers",
        {"booked": 1, "minutes": 61, "preparers": 3},
    )
    assert opening.change_capacity(slot=slot, cars=1, preparers=3).capacity_cars == 1
    assert opening.change_capacity(slot=slot, cars=1, preparers=None).preparers is None
    assert opening.change_capacity(slot=slot, cars=1, preparers=4).preparers == 4


def test_what_does_not_fit_is_said_of_each_slot():
    site = a_site()
    ten, eleven = (
        a_prepared_slot(site=site, start=time(10 + n), minutes=m) for n, m in enumerate((5, 9))
    )
    found = fitting.fits([ten, eleven], minutes(6), NOW)
    assert [fit.lacks for fit in found] == [fitting.PREPARATION, ""]
    assert fitting.fitting_slots(site.reference, minutes(6), NOW) == [eleven]


def test_what_the_basket_holds_already_counts_for_it():
    slot = a_prepared_slot(minutes=10, on_date=date(2026, 11, 28))
    own = a_hold(slot=slot, load=minutes(8))
    slot.refresh_from_db()
    assert fitting.fits([slot], minutes(9), NOW)[0].lacks == fitting.PREPARATION
    assert fitting.fits([slot], minutes(9), NOW, own)[0].lacks == ""
