"""A whole basket at once: everything it wants is taken together, by one of many, or not at all."""

from datetime import timedelta
from functools import partial
from threading import Barrier

import pytest
from django.db import transaction

from commerce.basket.models import Basket
from commerce.books.models import Loan
from commerce.catalogue.models import Way
from commerce.orders.models import Order, OrderStatus
from commerce.payments.models import Payment
from commerce.stock.models import Allocation
from drivethrough.slots import actions as slots
from drivethrough.slots.models import Booking, BookingStatus
from logistics.delivery_windows.models import WindowPlace
from storefront.journeys.cancel_order import cancel_order
from storefront.journeys.confirm_payment import charge_and_confirm
from storefront.journeys.hand_over import hand_over
from storefront.journeys.place_order import Placed, place_order
from storefront.refusals import REFUSALS
from tests.builders.journeys import (
    AT_THE_GATE,
    NOTHING_TAKEN,
    NOW,
    Mall,
    Shopper,
    a_basket_of,
    a_checkout,
    a_hold_for,
    a_mall,
    a_mixed_basket,
    a_placed_order,
    a_shopper,
    goods_part,
    taken_of,
)
from tests.races.together import at_once

pytestmark = pytest.mark.django_db(transaction=True)

TABS = 8
RIVALS = 16


def _submit(mall: Mall, shopper: Shopper, basket: Basket, key: str) -> Placed:
    checkout = a_checkout(basket, shopper, mall.window)
    return place_order(checkout=checkout, customer=shopper.customer, key=key, now=NOW)


def test_control_two_tabs_that_only_look_for_an_earlier_order_both_find_none() -> None:
    mall, shopper = a_mall(), a_shopper()
    basket, looked = a_mixed_basket(mall, shopper), Barrier(2, timeout=20)

    def look() -> bool:
        with transaction.atomic():
            known = Order.objects.filter(basket_reference=basket.reference).exists()
            looked.wait()
            return known

    assert at_once([look, look]) == [False, False]


@pytest.mark.parametrize("same_key", [True, False])
def test_one_basket_submitted_eight_times_is_one_order(same_key: bool) -> None:
    mall, shopper = a_mall(), a_shopper()
    basket = a_mixed_basket(mall, shopper)
    a_hold_for(basket, mall.slot)
    keys = ["submit" if same_key else f"tab-{n}" for n in range(TABS)]
    answers = at_once([partial(_submit, mall, shopper, basket, key) for key in keys])
    order = Order.objects.get()
    assert [answer.order for answer in answers] == [order] * TABS
    assert sum(answer.created for answer in answers) == 1
    assert taken_of(mall) == {"cars": 1, "stops": 1, "units": 3, "bundles": 1}
    found = [model.objects.count() for model in (Booking, Allocation, WindowPlace, Loan, Payment)]
    assert found == [1, 3, 1, 1, 1]


def test_the_last_of_everything_goes_to_one_of_sixteen_and_the_others_hold_nothing() -> None:
    mall = a_mall(on_hand=1, cars=RIVALS, stops=1)
    shoppers = [a_shopper() for _ in range(RIVALS)]
    wanted = [(s, a_mixed_basket(mall, s)) for s in shoppers]
    for _, basket in wanted:
        a_hold_for(basket, mall.slot)
    answers = at_once([partial(_submit, mall, s, b, f"submit-{b.pk}") for s, b in wanted])
    won = [answer for answer in answers if isinstance(answer, Placed)]
    assert len(won) == 1
    assert all(isinstance(a, REFUSALS) for a in answers if a not in won)
    assert Order.objects.count() == 1
    assert taken_of(mall) == {"cars": RIVALS, "stops": 1, "units": 3, "bundles": 1}
    assert Booking.objects.filter(status=BookingStatus.CONFIRMED).count() == 1
    assert Booking.objects.filter(status=BookingStatus.HELD).count() == RIVALS - 1
    slots.expire_holds(now=NOW + timedelta(minutes=16))
    assert taken_of(mall)["cars"] == 1


def test_the_last_slot_is_one_cars_however_many_checkouts_want_it() -> None:
    mall = a_mall(cars=1)
    goods = ((mall.strawberries, Way.DRIVE_THROUGH),)
    wanted = [(s, a_basket_of(s, *goods)) for s in (a_shopper() for _ in range(RIVALS))]

    def hold_and_submit(shopper: Shopper, basket: Basket) -> Placed:
        a_hold_for(basket, mall.slot)
        return _submit(mall, shopper, basket, f"submit-{basket.pk}")

    answers = at_once([partial(hold_and_submit, s, b) for s, b in wanted])
    assert sum(isinstance(answer, Placed) for answer in answers) == 1
    assert all(isinstance(a, (Placed, *REFUSALS)) for a in answers)
    assert taken_of(mall) == NOTHING_TAKEN | {"cars": 1, "units": 1}
    assert Booking.objects.count() == 1


def test_a_card_charged_by_page_and_worker_at_once_confirms_once() -> None:
    order = a_placed_order(a_mall(), charged=False)
    reference = order.payments.get().reference
    charge = partial(charge_and_confirm, payment_reference=reference, now=NOW)
    answers = at_once([charge] * TABS)
    assert not [answer for answer in answers if isinstance(answer, Exception)]
    order.refresh_from_db()
    assert order.status == OrderStatus.CONFIRMED


@pytest.mark.parametrize("attempt", range(4))
def test_a_cancellation_and_a_hand_over_at_once_never_both_happen(attempt: int) -> None:
    mall = a_mall()
    order = a_placed_order(mall, goods=((mall.strawberries, Way.DRIVE_THROUGH),))
    part = goods_part(order, Way.DRIVE_THROUGH)
    works = [
        partial(hand_over, fulfilment=part, taken_by=mall.site.reference, now=AT_THE_GATE),
        partial(cancel_order, order=order, reason="shopper", now=AT_THE_GATE),
    ]
    at_once(works if attempt % 2 else works[::-1])
    part.refresh_from_db()
    refunded = order.payments.get().refunded_won
    assert (part.status, refunded) in (("handed_over", 0), ("cancelled", 12_000))
