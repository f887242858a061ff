import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commerce.basket import actions as baskets
from commerce.basket.actions import PriceChanged
from commerce.basket.models import BasketStatus
from commerce.books.actions import BundleTaken, LoanActive
from commerce.catalogue.actions import change_price
from commerce.catalogue.models import Way
from commerce.orders.models import FulfilmentStatus, Order, OrderStatus
from commerce.payments.models import Payment, PaymentMethod, PaymentStatus
from commerce.stock.actions import InsufficientStock
from drivethrough.slots import actions as slots
from drivethrough.slots.models import Booking, BookingStatus
from logistics.consignments.models import Consignment
from logistics.delivery_windows.actions import WindowFull
from storefront.journeys.confirm_payment import charge_and_confirm
from storefront.journeys.place_order import (
    AddressNeeded,
    BasketGone,
    SlotNeeded,
    WindowNeeded,
    place_order,
)
from storefront.journeys.plan_checkout import OutOfArea
from storefront.notices.models import Notice
from tests.builders import books
from tests.builders.journeys import (
    NOTHING_TAKEN,
    NOW,
    Mall,
    a_basket_of,
    a_checkout,
    a_hold_for,
    a_mall,
    a_mixed_basket,
    a_placed_order,
    a_shopper,
    books_part,
    goods_part,
    taken_of,
)

pytestmark = pytest.mark.django_db


def test_a_mixed_basket_becomes_three_parts_and_one_payment() -> None:
    mall, shopper = a_mall(), a_shopper()
    basket = a_mixed_basket(mall, shopper)
    a_hold_for(basket, mall.slot)
    placed = place_order(
        checkout=a_checkout(basket, shopper, mall.window),
        customer=shopper.customer,
        key="submit",
        now=NOW,
    )
    parts = sorted((p.way, p.goods_won, p.delivery_won) for p in placed.order.fulfilments.all())
    assert placed.created
    assert parts == [("delivery", 0, 0), ("delivery", 5_800, 4_000), ("drive_through", 12_000, 0)]
    assert [(p.amount_won, p.status) for p in placed.payments] == [(21_800, PaymentStatus.OPEN)]
    assert placed.order.status == OrderStatus.PLACED
    assert taken_of(mall) == {"cars": 1, "stops": 1, "units": 3, "bundles": 1}


def test_a_paid_order_goes_to_planning_and_its_shopper_is_told_once() -> None:
    mall = a_mall()
    order = a_placed_order(mall)
    assert order.status == OrderStatus.CONFIRMED
    moves = Consignment.objects.order_by("owner_reference").values_list(
        "owner_reference", flat=True
    )
    home = [goods_part(order, Way.DELIVERY).reference, books_part(order).reference]
    assert sorted(moves) == sorted(home)
    assert list(Notice.objects.values_list("kind", flat=True)) == ["order_confirmed"]


def test_the_booking_belongs_to_the_gate_part_once_ordered() -> None:
    order = a_placed_order(a_mall())
    booking = Booking.objects.get()
    gate = goods_part(order, Way.DRIVE_THROUGH)
    assert (booking.status, booking.owner_reference) == (BookingStatus.CONFIRMED, gate.reference)
    assert gate.booking_reference == booking.reference
    assert (booking.plate, booking.phone_last4) == ("12가3456", "5678")


def test_the_same_key_gets_the_first_order() -> None:
    mall, shopper = a_mall(), a_shopper()
    basket = a_mixed_basket(mall, shopper)
    a_hold_for(basket, mall.slot)
    submit = {
        "checkout": a_checkout(basket, shopper, mall.window),
        "customer": shopper.customer,
        "key": "submit",
        "now": NOW,
    }
    first, second = place_order(**submit), place_order(**submit)
    assert (second.order, second.payments, second.created) == (first.order, first.payments, False)
    assert taken_of(mall) == {"cars": 1, "stops": 1, "units": 3, "bundles": 1}


def test_a_second_tab_gets_the_first_order() -> None:
    mall, shopper = a_mall(), a_shopper()
    basket = a_mixed_basket(mall, shopper)
    a_hold_for(basket, mall.slot)
    checkout = a_checkout(basket, shopper, mall.window)
    first = place_order(checkout=checkout, customer=shopper.customer, key="tab-1", now=NOW)
    second = place_order(checkout=checkout, customer=shopper.customer, key="tab-2", now=NOW)
    assert (second.order, second.created) == (first.order, False)
    assert Order.objects.count() == 1


def test_a_price_that_changed_asks_again_and_takes_nothing() -> None:
    mall, shopper = a_mall(), a_shopper()
    basket = a_mixed_basket(mall, shopper)
    a_hold_for(basket, mall.slot)
    checkout = a_checkout(basket, shopper, mall.window)
    change_price(variant=mall.spinach, price_won=2_900)
    with pytest.raises(PriceChanged) as refusal:
        place_order(checkout=checkout, customer=shopper.customer, key="submit", now=NOW)
    assert (refusal.value.data["old"], refusal.value.data["new"]) == (2_500, 2_900)
    assert not Order.objects.exists()
    assert taken_of(mall) == NOTHING_TAKEN | {"cars": 1}  # the hold is still theirs
    baskets.accept_prices(basket=basket)
    placed = place_order(checkout=checkout, customer=shopper.customer, key="submit", now=NOW)
    assert placed.order.goods_won == 18_200


def test_without_a_live_hold_nothing_is_taken() -> None:
    mall, shopper = a_mall(), a_shopper()
    basket = a_mixed_basket(mall, shopper)
    hold = a_hold_for(basket, mall.slot)
    slots.release(booking_reference=hold.reference, owner_reference=basket.reference, now=NOW)
    _refused(mall, shopper, basket, SlotNeeded)
    assert taken_of(mall) == NOTHING_TAKEN


def test_goods_sold_out_at_the_last_moment_leave_every_other_thing_free() -> None:
    mall, shopper = a_mall(on_hand=1), a_shopper()
    basket = a_mixed_basket(mall, shopper, quantity=2)
    a_hold_for(basket, mall.slot)
    _refused(mall, shopper, basket, InsufficientStock)
    assert taken_of(mall) == NOTHING_TAKEN | {"cars": 1}
    assert Booking.objects.get().status == BookingStatus.HELD


def test_a_bundle_somebody_else_has_leaves_every_other_thing_free() -> None:
    mall, shopper = a_mall(), a_shopper()
    basket = a_mixed_basket(mall, shopper)
    a_hold_for(basket, mall.slot)
    books.a_loan(bundle=mall.bundle)
    _refused(mall, shopper, basket, BundleTaken)
    assert taken_of(mall) == NOTHING_TAKEN | {"cars": 1, "bundles": 1}


def test_a_child_with_a_bundle_at_home_gets_no_second_one() -> None:
    mall, shopper = a_mall(), a_shopper()
    books.a_loan(child=shopper.child)
    basket = a_mixed_basket(mall, shopper)
    a_hold_for(basket, mall.slot)
    _refused(mall, shopper, basket, LoanActive)


def test_a_full_window_takes_nothing() -> None:
    mall, shopper = a_mall(stops=1), a_shopper()
    a_placed_order(mall, goods=((mall.spinach, Way.DELIVERY),))
    basket = a_basket_of(shopper, (mall.tofu, Way.DELIVERY))
    _refused(mall, shopper, basket, WindowFull)
    assert taken_of(mall) == NOTHING_TAKEN | {"stops": 1, "units": 1}


def test_a_home_part_needs_an_address_and_a_window() -> None:
    mall, shopper = a_mall(), a_shopper()
    basket = a_basket_of(shopper, (mall.tofu, Way.DELIVERY))
    _refused(mall, shopper, basket, AddressNeeded, address_reference="")
    _refused(mall, shopper, basket, WindowNeeded, windows={})


def test_a_strangers_address_is_no_address() -> None:
    mall, shopper, stranger = a_mall(), a_shopper(), a_shopper()
    basket = a_basket_of(shopper, (mall.tofu, Way.DELIVERY))
    theirs = stranger.address.reference
    _refused(mall, shopper, basket, AddressNeeded, address_reference=theirs)


def test_a_door_no_van_reaches_is_refused() -> None:
    mall, shopper = a_mall(), a_shopper()
    shopper.address.lat, shopper.address.lon = 35.1796, 129.0756  # Busan
    shopper.address.save()
    basket = a_basket_of(shopper, (mall.tofu, Way.DELIVERY))
    _refused(mall, shopper, basket, OutOfArea)


def test_the_gate_serves_a_shopper_whose_door_no_van_reaches() -> None:
    mall, shopper = a_mall(), a_shopper()
    shopper.address.lat, shopper.address.lon = 35.1796, 129.0756
    shopper.address.save()
    order = a_placed_order(mall, shopper=shopper, goods=((mall.strawberries, Way.DRIVE_THROUGH),))
    assert order.status == OrderStatus.CONFIRMED


def test_another_shoppers_basket_is_gone() -> None:
    mall, shopper, stranger = a_mall(), a_shopper(), a_shopper()
    basket = a_basket_of(shopper, (mall.tofu, Way.DELIVERY))
    checkout = a_checkout(basket, stranger, mall.window)
    with pytest.raises(BasketGone):
        place_order(checkout=checkout, customer=stranger.customer, key="submit", now=NOW)


def test_two_home_parts_in_one_window_are_one_stop() -> None:
    mall = a_mall()
    order = a_placed_order(mall)
    assert order.fulfilments.filter(way=Way.DELIVERY).count() == 2
    assert taken_of(mall)["stops"] == 1


def test_an_order_paid_on_site_stands_at_once_with_a_payment_for_each_part() -> None:
    mall = a_mall()
    order = a_placed_order(mall, method=PaymentMethod.ON_SITE)
    assert order.status == OrderStatus.CONFIRMED
    due = Payment.objects.order_by("amount_won").values_list("amount_won", "status")
    assert list(due) == [(9_800, PaymentStatus.OPEN), (12_000, PaymentStatus.OPEN)]


def test_books_alone_cost_nothing_and_stand_at_once() -> None:
    mall, shopper = a_mall(), a_shopper()
    basket = baskets.open_basket(customer=shopper.customer, now=NOW)
    baskets.add_bundle(
        basket=basket,
        bundle_reference=mall.bundle.reference,
        child_reference=shopper.child.reference,
    )
    checkout = a_checkout(basket, shopper, mall.window, card_token="")
    placed = place_order(checkout=checkout, customer=shopper.customer, key="submit", now=NOW)
    assert placed.payments == []
    assert books_part(placed.order).status == FulfilmentStatus.CONFIRMED
    basket.refresh_from_db()
    assert basket.status == BasketStatus.ORDERED


def test_a_declined_card_keeps_the_order_waiting_for_another() -> None:
    mall = a_mall()
    order = a_placed_order(mall, card_token="tok_declined")
    assert order.status == OrderStatus.PLACED
    assert not Consignment.objects.exists()
    assert (
        charge_and_confirm(payment_reference=order.payments.get().reference, now=NOW).status
        == PaymentStatus.DECLINED
    )


def _refused(mall: Mall, shopper, basket, error: type[Exception], **chosen: object) -> None:
    checkout = a_checkout(basket, shopper, mall.window, **chosen)
    orders = Order.objects.count()
    with pytest.raises(error):
        place_order(checkout=checkout, customer=shopper.customer, key="submit", now=NOW)
    assert Order.objects.count() == orders
    basket.refresh_from_db()
    assert basket.status == BasketStatus.OPEN


@pytest.mark.parametrize(("mixed", "placing", "paying"), [(False, 53, 62), (True, 80, 83)])
def test_an_order_costs_so_many_statements(mixed: bool, placing: int, paying: int) -> None:
    """Each is time that the next shopper may wait for a row: more of them need a reason."""
    mall = a_mall()
    a_placed_order(mall, goods=((mall.tofu, Way.DELIVERY),))  # its accounts are open by now
    shopper = a_shopper()
    if mixed:
        basket = a_mixed_basket(mall, shopper)
        a_hold_for(basket, mall.slot)
    else:
        basket = a_basket_of(shopper, (mall.spinach, Way.DELIVERY))
    checkout = a_checkout(basket, shopper, mall.window)
    with CaptureQueriesContext(connection) as placed:
        order = place_order(checkout=checkout, customer=shopper.customer, key="k", now=NOW)
    with CaptureQueriesContext(connection) as paid:
        charge_and_confirm(payment_reference=order.payments[0].reference, now=NOW)
    assert (len(placed), len(paid)) == (placing, paying)
