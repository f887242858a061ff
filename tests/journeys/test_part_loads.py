"""What is in the basket, or ordered, is what its slot counts."""

from datetime import time

import pytest

from commerce.basket import actions as baskets
from commerce.basket.models import Basket, BasketLine
from commerce.catalogue.models import Product, Variant, Way
from commerce.orders.models import Fulfilment, OrderLine, ShortReason
from drivethrough.slots import opening, pickup_stock, waiting
from drivethrough.slots.loads import Load
from drivethrough.slots.models import Booking, Slot
from drivethrough.slots.refusals import ItemFullThatDay, PreparationFull
from storefront.journeys.cancel_some import cancel_some
from storefront.journeys.change_slot import change_slot
from storefront.journeys.choose_instead import choices
from storefront.journeys.displace_cars import call_off_slot
from storefront.journeys.fewer_cars import REFUND, surplus, take_fewer
from storefront.journeys.limit_pickups import limit_pickups, limits_on
from storefront.journeys.offer_places import offer_places, take_place
from storefront.journeys.offer_ways import offer_ways
from storefront.journeys.part_loads import following
from storefront.journeys.place_order import place_order
from storefront.journeys.plan_checkout import plan_checkout
from storefront.journeys.shorten_line import shorten_line
from storefront.journeys.walk_up import walk_up
from storefront.refusals import NotFound, as_dict
from tests.builders.drivethrough import a_booking, a_key, a_slot, check_every_dimension
from tests.builders.journeys import (
    AT_THE_GATE,
    NOW,
    TOMORROW,
    Mall,
    Shopper,
    a_basket_of,
    a_checkout,
    a_hold_for,
    a_mall,
    a_placed_order,
    a_shopper,
)

pytestmark = pytest.mark.django_db

MINUTE = 60
PREPARATION = 5 * MINUTE  # of one box of strawberries


def a_prepared_mall(*, preparers: int | None = 1, cars: int = 3) -> Mall:
    """Five minutes for a box of strawberries; one person prepares in each half hour."""
    mall = a_mall(cars=cars, on_hand=50)
    Product.objects.filter(pk=mall.strawberries.product_id).update(preparation_seconds=PREPARATION)
    mall.strawberries.product.refresh_from_db()
    for slot in (mall.slot, mall.later_slot):
        opening.change_capacity(slot=slot, cars=cars, preparers=preparers)
    return mall


def strawberries(mall: Mall, shopper: Shopper, quantity: int = 1) -> Basket:
    basket = a_basket_of(shopper, (mall.strawberries, Way.DRIVE_THROUGH))
    BasketLine.objects.filter(basket=basket).update(quantity=quantity)
    return basket


def limit(mall: Mall, amount: int | None) -> None:
    limit_pickups(
        site=mall.site,
        on_date=TOMORROW,
        amounts={mall.strawberries.reference: amount},
        now=NOW,
    )


def add(mall: Mall, basket: Basket, variant: Variant, quantity: int, way: Way) -> None:
    with following(basket, now=NOW):
        baskets.add_goods(basket=basket, variant=variant, quantity=quantity, way=way)


def taken(slot: Slot) -> int:
    slot.refresh_from_db()
    return slot.taken_preparation_seconds


def test_a_hold_takes_the_time_of_what_is_fetched_at_its_site() -> None:
    mall, ada = a_prepared_mall(), a_shopper()
    basket = strawberries(mall, ada, 3)
    baskets.add_goods(basket=basket, variant=mall.spinach, quantity=9, way=Way.DELIVERY)
    assert Load.of(a_hold_for(basket, mall.slot)) == Load(
        3 * PREPARATION, {mall.strawberries.reference: 3}
    )


def test_more_in_the_basket_is_more_time_and_less_is_less() -> None:
    mall, ada = a_prepared_mall(), a_shopper()
    basket = strawberries(mall, ada)
    a_hold_for(basket, mall.slot)
    add(mall, basket, mall.strawberries, 3, Way.DRIVE_THROUGH)
    assert taken(mall.slot) == 4 * PREPARATION
    line = basket.lines.get()
    with following(basket, now=NOW):
        baskets.set_quantity(line=line, quantity=2)
    assert taken(mall.slot) == 2 * PREPARATION
    with following(basket, now=NOW):
        baskets.remove(line=line)
    assert taken(mall.slot) == 0
    check_every_dimension()


def test_what_comes_home_takes_no_time_at_the_gate() -> None:
    mall, ada = a_prepared_mall(), a_shopper()
    basket = strawberries(mall, ada)
    a_hold_for(basket, mall.slot)
    add(mall, basket, mall.strawberries, 9, Way.DELIVERY)
    assert taken(mall.slot) == PREPARATION


def test_what_no_longer_fits_is_not_put_in_and_the_next_slot_is_named() -> None:
    mall, ada = a_prepared_mall(), a_shopper()
    a_booking(slot=mall.slot, load=Load(4 * PREPARATION), now=NOW)
    basket = strawberries(mall, ada, 2)
    a_hold_for(basket, mall.slot)
    with pytest.raises(PreparationFull) as refusal:
        add(mall, basket, mall.strawberries, 1, Way.DRIVE_THROUGH)
    named = [one["reference"] for one in refusal.value.data["alternatives"]]
    assert named == [mall.later_slot.reference]
    assert basket.lines.get().quantity == 2
    assert taken(mall.slot) == 6 * PREPARATION


def test_an_order_takes_what_is_ordered_whatever_was_held() -> None:
    mall, ada = a_prepared_mall(), a_shopper()
    basket = strawberries(mall, ada)
    a_hold_for(basket, mall.slot)
    baskets.set_quantity(line=basket.lines.get(), quantity=2)  # the hold has not followed
    checkout = a_checkout(basket, ada, mall.window)
    place_order(checkout=checkout, customer=ada.customer, key="order", now=NOW)
    assert Load.of(Booking.objects.get()) == Load(2 * PREPARATION, {mall.strawberries.reference: 2})
    check_every_dimension()


def test_an_order_that_cannot_be_prepared_is_refused_as_a_whole() -> None:
    mall, ada = a_prepared_mall(), a_shopper()
    basket = strawberries(mall, ada)
    a_hold_for(basket, mall.slot)
    baskets.set_quantity(line=basket.lines.get(), quantity=7)
    checkout = a_checkout(basket, ada, mall.window)
    with pytest.raises(PreparationFull):
        place_order(checkout=checkout, customer=ada.customer, key="order", now=NOW)
    assert not Fulfilment.objects.exists()
    assert taken(mall.slot) == PREPARATION


def a_part(mall: Mall, quantity: int) -> Fulfilment:
    ada = a_shopper()
    basket = strawberries(mall, ada, quantity)
    a_hold_for(basket, mall.slot)
    checkout = a_checkout(basket, ada, mall.window, method="on_site", card_token="")
    return place_order(
        checkout=checkout, customer=ada.customer, key=a_key(), now=NOW
    ).order.fulfilments.get()


def test_pieces_given_up_give_back_their_time_and_their_date() -> None:
    mall = a_prepared_mall()
    limit(mall, 5)
    part = a_part(mall, 4)
    line = part.lines.get()
    cancel_some(fulfilment=part, keep={line.reference: 1}, now=NOW)
    assert taken(mall.slot) == PREPARATION
    assert pickup_stock.taken_of(mall.site, TOMORROW, mall.strawberries.reference) == 1
    check_every_dimension()


def test_what_falls_short_gives_back_its_time_and_its_date() -> None:
    mall = a_prepared_mall()
    limit(mall, 5)
    line = OrderLine.objects.get(fulfilment=a_part(mall, 4))
    shorten_line(
        line_reference=line.reference,
        merchant_reference=line.merchant_reference,
        there=3,
        reason=ShortReason.NOT_SUPPLIED,
        now=NOW,
    )
    assert taken(mall.slot) == 3 * PREPARATION
    check_every_dimension()


def test_another_time_has_to_fit_all_of_it() -> None:
    mall = a_prepared_mall()
    part = a_part(mall, 3)
    a_booking(slot=mall.later_slot, load=Load(4 * PREPARATION), now=NOW)
    with pytest.raises(PreparationFull):
        change_slot(fulfilment=part, slot_reference=mall.later_slot.reference, now=NOW)
    assert taken(mall.slot) == 3 * PREPARATION


def test_a_date_that_has_too_few_names_the_goods_in_both_languages() -> None:
    mall, ada = a_prepared_mall(preparers=None), a_shopper()
    limit(mall, 2)
    with pytest.raises(ItemFullThatDay) as refusal:
        a_hold_for(strawberries(mall, ada, 3), mall.slot)
    said = as_dict(refusal.value)
    assert "딸기" in said["message_ko"]
    assert "2 of 딸기" in said["message_en"]
    assert "{" not in said["message_ko"] + said["message_en"]


def test_the_checkout_shows_where_all_fits_and_why_others_do_not() -> None:
    mall, ada = a_prepared_mall(), a_shopper()
    a_booking(slot=mall.slot, load=Load(5 * PREPARATION), now=NOW)
    basket = strawberries(mall, ada, 2)
    (part,) = plan_checkout(basket=basket, address=None, now=NOW).parts
    assert part.slots == [mall.later_slot]
    assert [(one.slot, one.product) for one in part.unfit] == [(mall.slot, None)]
    limit(mall, 1)
    (part,) = plan_checkout(basket=basket, address=None, now=NOW).parts
    assert part.slots == []
    assert [(one.product, one.left) for one in part.unfit] == [
        (None, 0),
        (mall.strawberries.product, 1),
    ]


def test_other_storefronts_are_offered_slots_where_all_fits() -> None:
    mall = a_prepared_mall()
    a_booking(slot=mall.slot, load=Load(5 * PREPARATION), now=NOW)
    offered = offer_ways(goods={mall.strawberries.reference: 2}, area=None, now=NOW)
    assert [offer.reference for offer in offered] == [mall.later_slot.reference]


def test_a_car_at_the_gate_takes_the_time_of_what_it_buys() -> None:
    mall = a_prepared_mall()
    buy = {"site": mall.site, "plate": "12가3456", "phone_last4": "", "now": AT_THE_GATE}
    walk_up(wanted={mall.strawberries.reference: 6}, key="a", **buy)  # type: ignore[arg-type]
    part = walk_up(wanted={mall.strawberries.reference: 6}, key="b", **buy)  # type: ignore[arg-type]
    assert part.promised_from == mall.later_slot.starts_at
    with pytest.raises(PreparationFull):
        walk_up(wanted={mall.strawberries.reference: 1}, key="c", **buy)  # type: ignore[arg-type]
    check_every_dimension()


def test_an_offered_place_takes_what_the_basket_holds() -> None:
    mall, ada = a_prepared_mall(cars=1), a_shopper()
    part = a_part(mall, 1)
    row = waiting.join(
        site=mall.site,
        from_at=mall.slot.starts_at,
        until_at=mall.slot.ends_at,
        owner_reference=ada.customer.user_reference,
        key=a_key(),
        now=NOW,
    )
    cancel_some(fulfilment=part, keep={part.lines.get().reference: 0}, now=NOW)
    assert offer_places(now=NOW) == 1
    row.refresh_from_db()
    basket = strawberries(mall, ada, 4)
    assert take_place(waiting=row, basket=basket, now=NOW).preparation_seconds == 4 * PREPARATION
    check_every_dimension()


def test_fewer_who_prepare_send_off_who_booked_last_until_the_rest_fits() -> None:
    mall = a_prepared_mall(preparers=2)
    parts = [a_part(mall, quantity) for quantity in (4, 2, 3)]
    mall.slot.refresh_from_db()
    going = surplus(mall.slot, 3, 1)
    assert [one.owner_reference for one in going] == [parts[2].reference]
    take_fewer(
        slot=mall.slot,
        cars=3,
        preparers=1,
        instead={going[0].reference: mall.later_slot.reference},
        now=NOW,
    )
    mall.slot.refresh_from_db()
    assert (mall.slot.preparers, mall.slot.taken_preparation_seconds) == (1, 6 * PREPARATION)
    check_every_dimension()


def test_who_takes_no_time_stays_where_only_time_is_lacking() -> None:
    mall = a_prepared_mall(preparers=2)
    part = a_part(mall, 7)
    a_booking(slot=mall.slot, now=NOW)
    mall.slot.refresh_from_db()
    (going,) = surplus(mall.slot, 3, 1)
    assert going.owner_reference == part.reference
    take_fewer(slot=mall.slot, cars=3, preparers=1, instead={going.reference: REFUND}, now=NOW)
    assert taken(mall.slot) == 0


def test_instead_of_a_slot_called_off_only_slots_where_all_fits_are_offered() -> None:
    mall = a_prepared_mall()
    part = a_part(mall, 3)
    roomy = a_slot(
        site=mall.site, on_date=TOMORROW, start=time(15), cut_off_at=mall.slot.cut_off_at
    )
    a_booking(slot=mall.later_slot, load=Load(4 * PREPARATION), now=NOW)
    call_off_slot(slot=mall.slot, now=NOW)
    booking = Booking.objects.get(reference=part.booking_reference)
    row = booking.displacements.get()
    assert choices(reference=row.reference, now=NOW).slots == [roomy]


def test_a_limit_is_only_for_what_the_site_hands_over() -> None:
    mall = a_mall()
    assert [row.variant for row in limits_on(mall.site, TOMORROW)] == [mall.strawberries]
    with pytest.raises(NotFound):
        limit_pickups(
            site=mall.site, on_date=TOMORROW, amounts={mall.spinach.reference: 3}, now=NOW
        )


def test_a_limit_shows_what_is_booked_before_it_is_stated() -> None:
    mall = a_prepared_mall()
    a_part(mall, 4)
    (row,) = limits_on(mall.site, TOMORROW)
    assert (row.amount, row.taken) == (None, 4)
    limit(mall, 6)
    (row,) = limits_on(mall.site, TOMORROW)
    assert (row.amount, row.taken) == (6, 4)
    limit(mall, None)
    assert limits_on(mall.site, TOMORROW)[0].amount is None


def test_an_order_without_times_or_limits_is_as_it_ever_was() -> None:
    mall = a_mall()
    a_placed_order(mall, goods=((mall.strawberries, Way.DRIVE_THROUGH),))
    assert Booking.objects.get().preparation_seconds == 0
    check_every_dimension()
