"""Many shoppers, and time to prepare or a date's pieces as what binds."""

from collections.abc import Callable
from contextlib import suppress
from datetime import date, time, timedelta
from functools import partial
from threading import Barrier, BrokenBarrierError

import pytest
from django.db import OperationalError, transaction
from django.db.models import F

from commerce.catalogue.models import Product, Way
from drivethrough.errors import DrivethroughError
from drivethrough.slots import actions, moving, opening, pickup_stock
from drivethrough.slots.loads import Load
from drivethrough.slots.models import TAKES_A_PLACE, Booking, BookingStatus, PickupStock, Slot
from drivethrough.slots.pickup_stock import PickupStockBelowTaken
from drivethrough.slots.refusals import CapacityBelowBooked, ItemFullThatDay, PreparationFull
from storefront.journeys.keep_goods import change_quantity, keep_goods
from storefront.journeys.walk_up import walk_up
from tests.builders.drivethrough import (
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
    seconds_in_use,
)
from tests.builders.journeys import AT_THE_GATE, a_basket_of, a_hold_for, a_mall, a_shopper
from tests.builders.journeys import NOW as EARLIER
from tests.races.together import at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

SHOPPERS = 32
TABS = 8
LAPSED = NOW + timedelta(minutes=15)
MUSHROOM = "VAR-MUSHROOM"
PIECES = Load(items={MUSHROOM: 2})
FIVE_MINUTES = Load(300)


def holding(slot: Slot, load: Load, *, owner: str | None = None) -> partial[Booking]:
    return partial(
        actions.hold,
        slot_reference=slot.reference,
        owner_reference=owner or an_owner(),
        key=a_key(),
        load=load,
        now=NOW,
    )


def made(answers: list[Booking | Exception]) -> list[Booking]:
    return [answer for answer in answers if isinstance(answer, Booking)]


def refused(answers: list[object]) -> set[type]:
    return {type(answer) for answer in answers if isinstance(answer, Exception)}


def test_control_looking_before_taking_prepares_more_than_there_is_time_for() -> None:
    slot = a_slot(cars=9, capacity_preparation_seconds=300)
    both_have_looked = Barrier(2, timeout=20)

    @transaction.atomic
    def taken_without_a_guard() -> Booking:
        seen = Slot.objects.get(pk=slot.pk)
        assert seen.may_prepare(300, NOW)
        both_have_looked.wait()
        Slot.objects.filter(pk=slot.pk).update(taken_cars=F("taken_cars") + 1)
        return Booking.objects.create(
            slot=seen,
            site_id=seen.site_id,
            key=a_key(),
            owner_reference=an_owner(),
            preparation_seconds=300,
            held_until=LAPSED,
            made_at=NOW,
        )

    at_once([taken_without_a_guard] * 2)

    assert seconds_in_use(slot) == 600


def test_as_many_get_a_place_as_can_be_prepared() -> None:
    slot = a_slot(cars=SHOPPERS, capacity_preparation_seconds=300 * 10 + 299)

    answers = at_once([holding(slot, FIVE_MINUTES) for _ in range(SHOPPERS)])

    assert len(made(answers)) == 10
    assert refused(answers) == {PreparationFull}
    check_every_dimension()


def test_loads_of_every_size_fill_the_time_and_never_more() -> None:
    slot = a_slot(cars=SHOPPERS, capacity_preparation_seconds=3_600)

    answers = at_once([holding(slot, Load(60 * n)) for n in range(SHOPPERS)])

    assert refused(answers) == {PreparationFull}
    slot.refresh_from_db()
    # Whoever was refused had been looked at alone: what is left is too little for each of them.
    wanted = [60 * n for n, answer in enumerate(answers) if isinstance(answer, Exception)]
    assert min(wanted) > 3_600 - slot.taken_preparation_seconds
    check_every_dimension()


def test_control_looking_before_taking_promises_the_same_pieces_twice() -> None:
    slot = a_slot(cars=9)
    row = a_pickup_stock(site=slot.site, amount=2)
    both_have_looked = Barrier(2, timeout=20)

    @transaction.atomic
    def taken_without_a_guard() -> Booking:
        assert PickupStock.objects.get(pk=row.pk).left == 2
        both_have_looked.wait()
        return Booking.objects.create(
            slot=slot,
            site_id=slot.site_id,
            key=a_key(),
            owner_reference=an_owner(),
            items={MUSHROOM: 2},
            held_until=LAPSED,
            made_at=NOW,
        )

    at_once([taken_without_a_guard] * 2)

    assert pickup_stock.taken_of(slot.site, SATURDAY, MUSHROOM) == 4


def test_as_many_get_a_place_as_the_date_has_pieces() -> None:
    site = a_site()
    slots = [a_slot(site=site, start=time(9 + n), cars=SHOPPERS) for n in range(3)]
    a_pickup_stock(site=site, amount=21)

    answers = at_once([holding(slots[n % 3], PIECES) for n in range(SHOPPERS)])

    assert len(made(answers)) == 10
    assert refused(answers) == {ItemFullThatDay}
    check_every_dimension()


def test_all_that_binds_at_once_is_never_oversold() -> None:
    slot = a_slot(cars=12, capacity_preparation_seconds=3_000)
    a_pickup_stock(site=slot.site, amount=14)
    loads = [Load(300, {MUSHROOM: 2}), Load(200), Load(items={MUSHROOM: 1}), Load()]

    answers = at_once([holding(slot, loads[n % 4]) for n in range(SHOPPERS)])

    assert len(made(answers)) <= 12
    check_every_dimension()


def test_baskets_that_grow_together_stop_where_the_time_ends() -> None:
    slot = a_slot(cars=TABS, capacity_preparation_seconds=300 * 3)
    holds = [a_hold(slot=slot) for _ in range(TABS)]

    answers = at_once(
        [
            partial(
                actions.change_load,
                booking_reference=hold.reference,
                load=FIVE_MINUTES,
                now=NOW,
            )
            for hold in holds
        ]
    )

    assert len(made(answers)) == 3
    assert refused(answers) == {PreparationFull}
    check_every_dimension()


def test_control_lowering_after_looking_leaves_more_booked_than_can_be_prepared() -> None:
    slot = a_slot(cars=9, capacity_preparation_seconds=3_600)
    looked, booked = Barrier(2, timeout=20), Barrier(2, timeout=20)

    def lowered_after_looking() -> bool:
        fits = Slot.objects.get(pk=slot.pk).taken_preparation_seconds <= 1_800
        looked.wait()
        booked.wait()
        return fits

    def shop() -> Booking:
        looked.wait()
        booking = holding(slot, Load(2_400))()
        booked.wait()
        return booking

    fits, _ = at_once([lowered_after_looking, shop])

    assert fits is True
    assert seconds_in_use(slot) > 1_800


def test_who_prepares_is_lowered_while_shoppers_book() -> None:
    for _ in range(5):
        slot = a_slot(cars=SHOPPERS, capacity_preparation_seconds=3_600)
        lower = partial(opening.change_capacity, slot=slot, cars=SHOPPERS, preparers=1)

        answers = at_once([lower, *(holding(slot, FIVE_MINUTES) for _ in range(TABS))])

        assert refused(answers) <= {CapacityBelowBooked, PreparationFull}
        check_every_dimension(slot.site)


def test_a_limit_stated_while_shoppers_book_counts_them_all() -> None:
    for _ in range(5):
        slot = a_slot(cars=SHOPPERS)
        state = partial(
            pickup_stock.state,
            site=slot.site,
            on_date=SATURDAY,
            item_reference=MUSHROOM,
            amount=9,
            now=NOW,
        )

        answers = at_once([state, *(holding(slot, PIECES) for _ in range(TABS))])

        assert refused(answers) <= {PickupStockBelowTaken, ItemFullThatDay}
        check_every_dimension(slot.site)


def test_two_cars_that_swap_their_dates_never_deadlock() -> None:
    site = a_site()
    days = [SATURDAY, SATURDAY + timedelta(days=7)]
    ten = [a_slot(site=site, on_date=day) for day in days]
    eleven = [a_slot(site=site, on_date=day, start=time(11)) for day in days]
    for day in days:
        a_pickup_stock(site=site, amount=9, on_date=day)
    there, back = a_booking(slot=ten[0], load=PIECES), a_booking(slot=eleven[1], load=PIECES)
    for n in range(10):
        to_there, to_back = ten[(n + 1) % 2], eleven[n % 2]
        answers = at_once([moving_to(there, to_there), moving_to(back, to_back)])
        assert len(made(answers)) == 2
        check_every_dimension()


def held_at_two_sites() -> list[list[Booking]]:
    """Two shoppers, each with a place at the same two sites, taken in the other order."""
    here, there = a_slot(cars=4), a_slot(cars=4)
    return [
        [holding(slot, FIVE_MINUTES, owner=owner)() for slot in slots]
        for owner, slots in (("BAS-1", (here, there)), ("BAS-2", (there, here)))
    ]


def growing(held: list[Booking], first: Callable[[], object], then: Callable[[], object]) -> None:
    with transaction.atomic():
        first()
        for booking in held:
            actions.change_load(booking_reference=booking.reference, load=Load(600), now=NOW)
            then()


def test_control_changing_one_place_after_the_other_deadlocks() -> None:
    baskets = held_at_two_sites()
    both_have_one = Barrier(2, timeout=20)

    def meet() -> None:
        with suppress(BrokenBarrierError):
            both_have_one.wait(2)

    answers = at_once([partial(growing, held, lambda: None, meet) for held in baskets])

    assert [type(answer) for answer in answers if answer is not None] == [OperationalError]


def test_places_locked_together_are_changed_without_a_deadlock() -> None:
    for _ in range(8):
        works = [
            partial(
                growing,
                held,
                partial(actions.lock_together, {one.reference: Load(600) for one in held}),
                lambda: None,
            )
            for held in held_at_two_sites()
        ]
        assert at_once(works * 2) == [None] * 4
        Booking.objects.all().delete()
        Slot.objects.update(taken_cars=0, taken_preparation_seconds=0)


def moving_to(booking: Booking, slot: Slot) -> partial[Booking]:
    return partial(
        moving.move, booking_reference=booking.reference, slot_reference=slot.reference, now=NOW
    )


def test_sweeps_and_releases_give_each_piece_and_second_back_once() -> None:
    slot = a_slot(cars=TABS, capacity_preparation_seconds=3_600)
    a_pickup_stock(site=slot.site, amount=2 * TABS)
    holds = [a_hold(slot=slot, load=Load(120, {MUSHROOM: 2})) for _ in range(TABS)]
    releases = [
        partial(
            actions.release,
            booking_reference=hold.reference,
            owner_reference=hold.owner_reference,
            now=LAPSED,
        )
        for hold in holds
    ]

    at_once([*releases, *[partial(actions.expire_holds, now=LAPSED)] * 3])

    assert not Booking.objects.filter(status__in=TAKES_A_PLACE).exists()
    check_every_dimension()


def test_a_rush_of_everything_keeps_every_dimension() -> None:
    site = a_site()
    days: list[date] = [SATURDAY, SATURDAY + timedelta(days=7)]
    slots = [
        a_slot(site=site, on_date=day, start=time(hour), cars=4, capacity_preparation_seconds=900)
        for day in days
        for hour in (10, 11)
    ]
    for day in days:
        a_pickup_stock(site=site, amount=9, on_date=day)

    def shop(seed: int) -> None:
        for step in range(12):
            slot = slots[(seed + step) % 4]
            load = Load(100 * ((seed + step) % 4), {MUSHROOM: 1 + step % 3})
            try:
                held = holding(slot, load, owner=f"BAS-{seed}")()
                actions.change_load(
                    booking_reference=held.reference, load=Load(300, {MUSHROOM: 2}), now=NOW
                )
                confirmed(held)
                with suppress(DrivethroughError):  # whether there is room there is chance
                    moving_to(held, slots[(seed + step + 2) % 4])()
                actions.cancel(booking_reference=held.reference, now=NOW)
            except DrivethroughError:
                continue

    answers = at_once([partial(shop, seed) for seed in range(TABS)])

    assert answers == [None] * TABS
    assert Booking.objects.filter(status=BookingStatus.CANCELLED).exists()
    check_every_dimension()


def confirmed(held: Booking) -> Booking:
    return actions.confirm(
        booking_reference=held.reference,
        owner_reference=held.owner_reference,
        new_owner_reference=f"FUL-{held.pk}",
        plate="12가3456",
        phone_last4="5678",
        now=NOW,
    )


def test_a_basket_that_grows_and_a_car_at_the_gate_never_deadlock() -> None:
    """Both want the slot's time and the shelf's goods, the basket's being kept for it."""
    mall, ada = a_mall(on_hand=500, cars=50), a_shopper()
    Product.objects.filter(pk=mall.strawberries.product_id).update(preparation_seconds=60)
    basket = a_basket_of(ada, (mall.strawberries, Way.DRIVE_THROUGH))
    a_hold_for(basket, mall.slot)
    keep_goods(basket=basket, now=EARLIER)
    line = basket.lines.get()
    for n in range(10):
        answers = at_once(
            [
                partial(change_quantity, line=line, quantity=n % 5 + 2, now=EARLIER),
                partial(
                    walk_up,
                    site=mall.site,
                    wanted={mall.strawberries.reference: 2},
                    plate="12가3456",
                    phone_last4="",
                    key=f"tap-{n}",
                    now=AT_THE_GATE,
                ),
            ]
        )
        assert not refused(answers)
    check_every_dimension()
