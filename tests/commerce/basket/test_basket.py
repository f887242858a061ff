import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commerce.basket import actions, queries
from commerce.basket.models import Basket, BasketLine, BasketStatus
from commerce.catalogue.actions import change_price
from commerce.catalogue.models import ProductStatus, Way
from commerce.errors import CommerceError, NotFound
from commerce.merchants.models import MerchantStatus
from tests.builders.commerce import (
    NOW,
    a_basket,
    a_customer,
    a_market,
    a_merchant,
    a_product,
    a_variant,
)

pytestmark = pytest.mark.django_db


def added(basket, variant, quantity=1, way=Way.DELIVERY):
    return actions.add_goods(basket=basket, variant=variant, quantity=quantity, way=way)


def contents(basket):
    return [(line.variant_id, line.way, line.quantity) for line in basket.lines.all()]


def test_a_customer_has_one_open_basket():
    customer = a_customer()

    first = actions.open_basket(customer=customer, now=NOW)

    assert actions.open_basket(customer=customer, now=NOW) == first
    assert queries.open_basket_of(customer) == first


def test_an_ordered_basket_makes_room_for_a_new_one():
    customer = a_customer()
    first = actions.open_basket(customer=customer, now=NOW)
    assert actions.close(basket=first)

    assert actions.open_basket(customer=customer, now=NOW) != first


def test_each_guest_has_a_basket():
    first = actions.open_basket(customer=None, now=NOW)
    second = actions.open_basket(customer=None, now=NOW)

    assert first != second
    assert queries.guest_basket(first.reference) == first


def test_a_customers_basket_is_no_guests():
    basket = a_basket(customer=a_customer())

    assert queries.guest_basket(basket.reference) is None


def test_goods_remember_the_price_seen():
    basket, variant = a_basket(), a_variant(price_won=8_000)

    line = added(basket, variant, 2)

    assert (line.quantity, line.price_seen_won) == (2, 8_000)


def test_goods_added_again_count_up():
    basket, variant = a_basket(), a_variant()
    added(basket, variant, 2)
    added(basket, variant, 3)

    assert contents(basket) == [(variant.pk, Way.DELIVERY, 5)]


def test_one_variant_can_go_two_ways():
    variant = a_variant(merchant=a_merchant(site_reference="SIT-1"))
    basket = a_basket()
    added(basket, variant, 1)
    added(basket, variant, 2, way=Way.DRIVE_THROUGH)

    assert contents(basket) == [
        (variant.pk, Way.DELIVERY, 1),
        (variant.pk, Way.DRIVE_THROUGH, 2),
    ]


@pytest.mark.parametrize("quantity", [0, -1, 100, 10**12])
def test_a_quantity_out_of_range_is_refused(quantity):
    basket = a_basket()

    with pytest.raises(actions.QuantityRange) as refusal:
        added(basket, a_variant(), quantity)

    assert refusal.value.data == {"least": 1, "max": 99}
    assert contents(basket) == []


def test_the_sum_on_a_line_has_the_same_limit():
    basket, variant = a_basket(), a_variant()
    added(basket, variant, 98)

    with pytest.raises(actions.QuantityRange):
        added(basket, variant, 2)
    with pytest.raises(actions.QuantityRange):
        added(basket, variant, -1)

    assert contents(basket) == [(variant.pk, Way.DELIVERY, 98)]


def test_a_drive_through_needs_a_merchant_at_a_site():
    basket = a_basket()

    with pytest.raises(actions.WayUnavailable) as refusal:
        added(basket, a_variant(), way=Way.DRIVE_THROUGH)

    assert refusal.value.data == {"ways": [Way.DELIVERY]}
    assert contents(basket) == []


def test_a_way_the_product_does_not_go_is_refused():
    farm = a_merchant(site_reference="SIT-1")
    basket = a_basket()

    with pytest.raises(actions.WayUnavailable):
        added(basket, a_variant(merchant=farm, ways=[Way.DRIVE_THROUGH]))

    assert contents(basket) == []


@pytest.mark.parametrize(
    "fields",
    [
        {"status": ProductStatus.DRAFT},
        {"status": ProductStatus.WITHDRAWN},
        {"on_hand": None},
    ],
)
def test_what_is_not_on_the_shelf_cannot_be_added(fields):
    basket = a_basket()

    with pytest.raises(actions.NotForSale) as refusal:
        added(basket, a_variant(**fields))

    assert refusal.value.data == {"name": "딸기", "name_en": "Strawberries"}
    assert contents(basket) == []


def test_a_suspended_merchants_goods_cannot_be_added():
    variant = a_variant(merchant=a_merchant(status=MerchantStatus.SUSPENDED))
    basket = a_basket()

    with pytest.raises(actions.NotForSale):
        added(basket, variant)

    assert contents(basket) == []


def test_a_quantity_can_be_set():
    basket = a_basket()
    line = added(basket, a_variant())

    assert actions.set_quantity(line=line, quantity=99).quantity == 99
    for quantity in (100, -1):
        with pytest.raises(actions.QuantityRange):
            actions.set_quantity(line=line, quantity=quantity)

    assert basket.lines.get().quantity == 99


def test_a_quantity_of_nothing_takes_the_line_out():
    basket = a_basket()
    line = added(basket, a_variant())

    assert actions.set_quantity(line=line, quantity=0) is None
    assert contents(basket) == []


def test_a_line_another_tab_took_out_is_not_found():
    basket = a_basket()
    line = added(basket, a_variant())
    same = queries.line_of(basket=basket, reference=line.reference)
    actions.remove(line=same)
    actions.remove(line=line)

    with pytest.raises(NotFound):
        actions.set_quantity(line=line, quantity=2)
    assert contents(basket) == []


def test_nobody_reaches_into_another_basket():
    line = added(a_basket(), a_variant())

    with pytest.raises(NotFound):
        queries.line_of(basket=a_basket(), reference=line.reference)


def test_a_bundle_is_in_the_basket_once():
    basket = a_basket()
    first = actions.add_bundle(basket=basket, bundle_reference="BND-1", child_reference="CHD-1")
    second = actions.add_bundle(basket=basket, bundle_reference="BND-1", child_reference="CHD-2")

    assert second == first
    line = basket.lines.get()
    assert (line.quantity, line.child_reference) == (1, "CHD-2")
    with pytest.raises(actions.QuantityRange):
        actions.set_quantity(line=line, quantity=2)


def test_an_ordered_basket_does_not_change():
    basket = a_basket()
    line = added(basket, a_variant())
    actions.close(basket=basket)

    for change in (
        lambda: added(basket, a_variant()),
        lambda: actions.add_bundle(
            basket=basket, bundle_reference="BND-1", child_reference="CHD-1"
        ),
        lambda: actions.set_quantity(line=line, quantity=2),
        lambda: actions.set_quantity(line=line, quantity=0),
        lambda: actions.remove(line=line),
        lambda: actions.accept_prices(basket=basket),
    ):
        with pytest.raises(actions.BasketClosed):
            change()

    assert contents(basket) == [(line.variant_id, Way.DELIVERY, 1)]


def test_a_basket_is_ordered_once():
    basket = a_basket()

    assert [actions.close(basket=basket), actions.close(basket=basket)] == [True, False]
    assert Basket.objects.get().status == BasketStatus.ORDERED


def test_a_changed_price_needs_a_fresh_yes():
    variant = a_variant(price_won=8_000)
    basket = a_basket(goods=[(variant, 2)])
    change_price(variant=variant, price_won=8_800)

    view = queries.basket_for_checkout(basket.reference)
    assert view.price_changes == view.lines
    with pytest.raises(actions.PriceChanged) as refusal:
        actions.check_ready(view=view)
    assert refusal.value.data == {
        "name": "딸기",
        "name_en": "Strawberries",
        "line": view.lines[0].reference,
        "old": 8_000,
        "new": 8_800,
    }

    actions.accept_prices(basket=basket)
    view = queries.basket_for_checkout(basket.reference)
    actions.check_ready(view=view)
    assert view.goods_won == 17_600


def test_an_empty_basket_is_not_ready():
    with pytest.raises(actions.BasketEmpty):
        actions.check_ready(view=queries.basket_for_checkout(a_basket().reference))


def test_goods_withdrawn_since_are_not_ready():
    product = a_product()
    basket = a_basket(goods=[(product.first_variant, 1)])
    product.status = ProductStatus.WITHDRAWN
    product.save()

    with pytest.raises(CommerceError) as refusal:
        actions.check_ready(view=queries.basket_for_checkout(basket.reference))

    assert refusal.value.code == "NOT_FOR_SALE"


def test_a_gate_the_farm_left_is_not_ready():
    farm = a_merchant(site_reference="SIT-1")
    basket = a_basket(goods=[(a_variant(merchant=farm), 1)], way=Way.DRIVE_THROUGH)
    farm.site_reference = ""
    farm.save()

    with pytest.raises(actions.NotForSale):
        actions.check_ready(view=queries.basket_for_checkout(basket.reference))


def test_a_bundle_alone_is_ready_and_free():
    basket = a_basket()
    actions.add_bundle(basket=basket, bundle_reference="BND-1", child_reference="CHD-1")

    view = queries.basket_for_checkout(basket.reference)

    actions.check_ready(view=view)
    assert (view.goods_won, view.unit_count) == (0, 1)
    assert (view.lines[0].product, view.lines[0].merchant, view.lines[0].market) == (None,) * 3
    assert not view.lines[0].short


def test_checkout_sees_who_sells_and_what_is_left():
    market = a_market()
    variant = a_variant(merchant=a_merchant(market=market), on_hand=1)
    basket = a_basket(goods=[(variant, 2)])

    [line] = queries.basket_for_checkout(basket.reference).lines

    assert (line.variant, line.product, line.market) == (variant, variant.product, market)
    assert line.merchant == variant.product.merchant
    assert (line.left, line.short, line.for_sale, line.price_changed) == (1, True, True, False)


def test_a_long_basket_costs_as_many_queries_as_a_short_one():
    counts = []
    for how_many in (1, 20):
        basket = a_basket(goods=[(a_variant(), 1) for _ in range(how_many)])
        with CaptureQueriesContext(connection) as captured:
            view = queries.basket_for_checkout(basket.reference)
            _ = [(line.merchant.name, line.market, line.left) for line in view.lines]
        counts.append(len(captured))

    assert counts == [5, 5]


def test_an_unknown_basket_is_not_found():
    with pytest.raises(NotFound):
        queries.basket_for_checkout("BKT-NONE")


def test_a_guests_basket_comes_along_on_sign_in():
    strawberries, spinach = a_variant(), a_variant()
    customer = a_customer()
    own = a_basket(customer=customer, goods=[(strawberries, 60)])
    guest = a_basket(goods=[(strawberries, 50), (spinach, 2)])
    actions.add_bundle(basket=own, bundle_reference="BND-1", child_reference="CHD-1")
    actions.add_bundle(basket=guest, bundle_reference="BND-1", child_reference="")

    merged = actions.adopt(basket=guest, customer=customer, now=NOW)

    assert merged == own
    assert sorted(contents(own), key=str) == sorted(
        [
            (strawberries.pk, Way.DELIVERY, 99),
            (spinach.pk, Way.DELIVERY, 2),
            (None, Way.DELIVERY, 1),
        ],
        key=str,
    )
    assert own.lines.get(bundle_reference="BND-1").child_reference == "CHD-1"
    assert not Basket.objects.filter(pk=guest.pk).exists()


def test_coming_along_twice_changes_nothing():
    customer, variant = a_customer(), a_variant()
    guest = a_basket(goods=[(variant, 2)])
    own = actions.adopt(basket=guest, customer=customer, now=NOW)

    assert actions.adopt(basket=guest, customer=customer, now=NOW) == own
    assert actions.adopt(basket=own, customer=customer, now=NOW) == own
    assert contents(own) == [(variant.pk, Way.DELIVERY, 2)]


def test_somebody_elses_basket_does_not_come_along():
    variant = a_variant()
    theirs = a_basket(customer=a_customer(), goods=[(variant, 2)])

    own = actions.adopt(basket=theirs, customer=a_customer(), now=NOW)

    assert contents(own) == []
    assert contents(theirs) == [(variant.pk, Way.DELIVERY, 2)]


def test_an_ordered_guest_basket_does_not_come_along():
    guest = a_basket(goods=[(a_variant(), 2)])
    actions.close(basket=guest)

    own = actions.adopt(basket=guest, customer=a_customer(), now=NOW)

    assert contents(own) == []
    assert BasketLine.objects.get().basket == guest


def test_one_line_is_had_another_way_and_the_others_as_before():
    basket = a_basket()
    variant, other = (a_variant(ways=[Way.DELIVERY, Way.PARCEL]) for _ in range(2))
    line = added(basket, variant, 2)
    added(basket, other)

    for _twice in range(2):
        actions.change_line_way(line=line, way=Way.PARCEL)

    assert contents(basket) == [(variant.pk, "parcel", 2), (other.pk, "delivery", 1)]


def test_a_line_that_is_there_both_ways_becomes_one():
    basket, variant = a_basket(), a_variant(ways=[Way.DELIVERY, Way.PARCEL])
    line = added(basket, variant, 60)
    added(basket, variant, 50, Way.PARCEL)

    actions.change_line_way(line=line, way=Way.PARCEL)

    assert contents(basket) == [(variant.pk, "parcel", 99)]


def test_a_way_its_merchant_does_not_offer_changes_nothing():
    basket, variant = a_basket(), a_variant(ways=[Way.DELIVERY])
    line = added(basket, variant)

    with pytest.raises(actions.WayUnavailable):
        actions.change_line_way(line=line, way=Way.PARCEL)

    assert contents(basket) == [(variant.pk, "delivery", 1)]


def test_a_regular_box_is_always_brought():
    basket, variant = a_basket(), a_variant(ways=[Way.DELIVERY, Way.PARCEL])
    line = actions.add_box(basket=basket, box_reference="BOX-1", variant=variant)

    with pytest.raises(NotFound):
        actions.change_line_way(line=line, way=Way.PARCEL)

    assert queries.basket_for_checkout(basket.reference).lines[0].other_ways == []
