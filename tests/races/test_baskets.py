"""One shopper, several tabs."""

from functools import partial
from threading import Barrier

import pytest
from django.db import IntegrityError, transaction

from commerce.basket import actions
from commerce.basket.models import Basket, BasketLine, BasketStatus
from commerce.catalogue.models import Way
from commerce.customers.actions import add_address, customer_for
from commerce.customers.models import Address, Customer
from tests.builders.commerce import NOW, a_basket, a_customer, a_variant
from tests.races.together import at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

TABS = 8


def test_control_counting_up_without_a_lock_loses_one():
    variant = a_variant()
    basket = a_basket(goods=[(variant, 1)])
    both_have_looked = Barrier(2, timeout=20)

    @transaction.atomic
    def added_without_a_lock():
        line = BasketLine.objects.get(basket=basket, variant=variant)
        both_have_looked.wait()
        line.quantity += 1
        line.save()

    at_once([added_without_a_lock] * 2)

    assert basket.lines.get().quantity == 2  # 1 + 1 + 1, and one was lost


def test_the_same_goods_added_in_many_tabs_all_count():
    basket, variant = a_basket(), a_variant()
    add = partial(actions.add_goods, basket=basket, variant=variant, quantity=1, way=Way.DELIVERY)

    at_once([add] * TABS)

    assert basket.lines.get().quantity == TABS


def test_the_same_bundle_added_in_many_tabs_is_there_once():
    basket = a_basket()
    add = partial(
        actions.add_bundle, basket=basket, bundle_reference="BND-1", child_reference="CHD-1"
    )

    answers = at_once([add] * TABS)

    assert set(answers) == {basket.lines.get()}


def test_control_looking_before_opening_a_basket_fails_in_one_tab():
    customer = a_customer()
    both_have_looked = Barrier(2, timeout=20)

    def opened_after_looking():
        found = Basket.objects.filter(customer=customer, status=BasketStatus.OPEN).first()
        both_have_looked.wait()
        return found or Basket.objects.create(customer=customer, created_at=NOW)

    answers = at_once([opened_after_looking] * 2)

    assert sorted(isinstance(answer, IntegrityError) for answer in answers) == [False, True]


def test_many_tabs_open_one_basket():
    customer = a_customer()

    answers = at_once([partial(actions.open_basket, customer=customer, now=NOW)] * TABS)

    assert set(answers) == {Basket.objects.get()}


def test_control_looking_before_making_a_customer_fails_in_one_tab():
    both_have_looked = Barrier(2, timeout=20)

    def made_after_looking():
        found = Customer.objects.filter(user_reference="u1").first()
        both_have_looked.wait()
        return found or Customer.objects.create(user_reference="u1", created_at=NOW)

    answers = at_once([made_after_looking] * 2)

    assert sorted(isinstance(answer, IntegrityError) for answer in answers) == [False, True]


def test_many_tabs_make_one_customer():
    answers = at_once([partial(customer_for, user_reference="u1", now=NOW)] * TABS)

    assert set(answers) == {Customer.objects.get()}


def test_many_first_addresses_have_one_default():
    customer = a_customer()
    add = partial(
        add_address,
        customer=customer,
        label="집",
        city="수원시 팔달구",
        locality="인계동",
        street="인계로 123",
        detail="",
        postcode="16488",
        lat=37.27,
        lon=127.03,
        is_default=True,
    )

    answers = at_once([add] * TABS)

    assert all(isinstance(answer, Address) for answer in answers)
    assert Address.objects.filter(customer=customer, is_default=True).count() == 1


def test_a_guests_basket_adopted_in_many_tabs_counts_once():
    customer, variant = a_customer(), a_variant()
    guest = a_basket(goods=[(variant, 3)])
    adopt = partial(actions.adopt, basket=guest, customer=customer, now=NOW)

    answers = at_once([adopt] * TABS)

    assert set(answers) == {Basket.objects.get(customer=customer)}
    assert BasketLine.objects.get().quantity == 3


def test_goods_added_while_the_basket_comes_along_are_kept_or_refused():
    customer, variant = a_customer(), a_variant()
    guest = a_basket(goods=[(variant, 3)])
    adopt = partial(actions.adopt, basket=guest, customer=customer, now=NOW)
    add = partial(actions.add_goods, basket=guest, variant=variant, quantity=1, way=Way.DELIVERY)

    _own, added = at_once([adopt, add])

    refused = isinstance(added, actions.BasketClosed)
    assert BasketLine.objects.get().quantity == (3 if refused else 4)


def test_one_tab_orders_the_basket():
    basket = a_basket(goods=[(a_variant(), 1)])

    answers = at_once([partial(actions.close, basket=basket)] * TABS)

    assert sorted(answers) == [False] * (TABS - 1) + [True]
