"""What vouchers were shown to pay is what is held of them, whatever is in the basket."""

from typing import Any

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from commerce.basket import actions as baskets
from commerce.catalogue.models import TaxClass, Way
from commerce.merchants.models import MerchantKind
from commerce.payments.models import Payment
from storefront.journeys.place_order import place_order
from storefront.journeys.plan_checkout import plan_checkout
from storefront.journeys.plan_vouchers import plan_vouchers
from tests.builders.drivethrough import a_screening
from tests.builders.journeys import (
    NOW,
    TOMORROW,
    a_basket_of,
    a_checkout,
    a_hold_for,
    a_mall,
    a_shopper,
)
from tests.builders.vouchers import a_programme, a_voucher
from tests.journeys.test_screenings import put_in

pytestmark = pytest.mark.django_db

GOODS = st.lists(
    st.tuples(
        st.sampled_from(["spinach", "tofu", "strawberries"]),
        st.sampled_from([Way.DELIVERY, Way.DRIVE_THROUGH]),
        st.integers(1, 3),
    ).filter(lambda one: one[0] == "strawberries" or one[1] == Way.DELIVERY),
    min_size=1,
    max_size=4,
)
TERMS = st.fixed_dictionaries(
    {
        "covers_delivery": st.booleans(),
        "tax_class": st.sampled_from(["", *TaxClass.values]),
        "merchant_kinds": st.sampled_from([[], [MerchantKind.FARM], [MerchantKind.STALL]]),
        "categories": st.sampled_from([[], ["vegetables"], ["fish"]]),
        "single_use": st.booleans(),
    }
)
VOUCHERS = st.lists(
    st.tuples(TERMS, st.sampled_from([1, 777, 5_000, 33_333, 100_000])), min_size=1, max_size=3
)


@settings(max_examples=12)
@given(goods=GOODS, bay=st.booleans(), by_weight=st.booleans(), vouchers=VOUCHERS)
def test_what_was_shown_is_held_voucher_by_voucher(
    goods: list[tuple[str, Way, int]],
    bay: bool,
    by_weight: bool,
    vouchers: list[tuple[dict[str, Any], int]],
) -> None:
    with transaction.atomic():
        _ordered(goods, bay, by_weight, vouchers)
        transaction.set_rollback(True)


def _ordered(
    goods: list[tuple[str, Way, int]],
    bay: bool,
    by_weight: bool,
    vouchers: list[tuple[dict[str, Any], int]],
) -> None:
    mall, shopper = a_mall(on_hand=100), a_shopper()
    mall.tofu.by_weight = by_weight
    mall.tofu.save()
    basket = a_basket_of(shopper)
    for name, way, quantity in goods:
        baskets.add_goods(basket=basket, variant=getattr(mall, name), quantity=quantity, way=way)
    if any(way == Way.DRIVE_THROUGH for _name, way, _quantity in goods):
        a_hold_for(basket, mall.slot)
    if bay:
        put_in(basket, a_screening(site=mall.site, on_date=TOMORROW))
    held = [a_voucher(won, programme=a_programme(**terms)) for terms, won in vouchers]
    plan = plan_checkout(basket=basket, address=shopper.address, now=NOW)
    seen = plan_vouchers(plan=plan, vouchers=held)
    placed = place_order(
        checkout=a_checkout(
            basket,
            shopper,
            mall.window,
            vouchers=[voucher.reference for voucher in held],
            voucher_won=seen.covered_won,
        ),
        customer=shopper.customer,
        key="submit",
        now=NOW,
    )
    paid = Payment.objects.filter(order=placed.order)
    by_voucher = dict(paid.exclude(voucher=None).values_list("voucher", "amount_won"))
    assert by_voucher == {use.voucher.pk: use.won for use in seen.uses if use.won}
    assert sum(payment.amount_won for payment in paid) == placed.order.total_won
    assert sum(payment.amount_won for payment in placed.payments) == seen.rest_won
