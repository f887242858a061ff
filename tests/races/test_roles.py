"""Operators who decide about one another, and about others, at the same moment."""

from collections import Counter
from functools import partial
from threading import Barrier

import pytest
from django.db import IntegrityError

from storefront.accounts import actions
from storefront.accounts.models import Grant, GrantChange, Role
from storefront.refusals import NotAllowed
from tests.builders.books import a_library
from tests.builders.commerce import NOW
from tests.builders.logistics import a_depot, a_driver
from tests.builders.mall import a_user
from tests.races.together import at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

TABS = 6


def some_operators(count):
    return [a_user(f"op{number}@jangteo.test", (Role.OPERATOR, "")) for number in range(count)]


def operators_left():
    return Grant.objects.filter(role=Role.OPERATOR).count()


def dismissing(user, *, by):
    return partial(
        actions.revoke, user=user, role=Role.OPERATOR, scope_reference="", by=by, now=NOW
    )


def giving(user, role, scope, *, by):
    return partial(actions.grant, user=user, role=role, scope_reference=scope, by=by, now=NOW)


def test_control_two_operators_who_only_look_leave_none():
    both_have_looked = Barrier(2, timeout=20)

    def dismissed_after_looking(user):
        assert operators_left() == 2
        both_have_looked.wait()
        Grant.objects.filter(user=user, role=Role.OPERATOR).delete()

    at_once([partial(dismissed_after_looking, user) for user in some_operators(2)])

    assert operators_left() == 0


def test_of_two_operators_who_dismiss_each_other_one_stays():
    first, second = some_operators(2)
    for _ in range(10):
        answers = at_once([dismissing(first, by=second), dismissing(second, by=first)])

        assert Counter(map(type, answers)) == {type(None): 1, NotAllowed: 1}
        assert operators_left() == 1
        for user in (first, second):
            Grant.objects.get_or_create(user=user, role=Role.OPERATOR)


def test_a_ring_of_operators_neither_deadlocks_nor_dismisses_everybody():
    ring = some_operators(TABS)

    answers = at_once([dismissing(ring[number], by=ring[number - 1]) for number in range(TABS)])

    assert set(map(type, answers)) == {type(None), NotAllowed}
    assert operators_left() == TABS - GrantChange.objects.count() >= 1


def test_an_operator_who_is_dismissed_meanwhile_appoints_nobody_after():
    first, second = some_operators(2)
    for number in range(10):
        friend = a_user(f"friend{number}@jangteo.test")

        gone, appointed = at_once(
            [dismissing(second, by=first), giving(friend, Role.OPERATOR, "", by=second)]
        )

        assert gone is None
        changes = list(GrantChange.objects.values_list("user", "granted")[:2])
        if isinstance(appointed, NotAllowed):
            assert changes[0] == (second.pk, False)
            assert not friend.grants.exists()
        else:
            assert changes == [(second.pk, False), (friend.pk, True)]
        Grant.objects.get_or_create(user=second, role=Role.OPERATOR)


def test_control_looking_for_the_drivers_account_before_giving_fails_in_one_tab():
    driver = a_driver(depot=a_depot()).reference
    both_have_looked = Barrier(2, timeout=20)

    def given_after_looking(user):
        assert not Grant.objects.filter(scope_reference=driver).exists()
        both_have_looked.wait()
        return Grant.objects.create(user=user, role=Role.DRIVER, scope_reference=driver)

    people = [a_user(f"driver{number}@jangteo.test") for number in range(2)]
    answers = at_once([partial(given_after_looking, user) for user in people])

    assert sorted(isinstance(answer, IntegrityError) for answer in answers) == [False, True]


def test_one_driver_given_to_many_people_is_one_persons():
    driver = a_driver(depot=a_depot()).reference
    people = [a_user(f"driver{number}@jangteo.test") for number in range(TABS)]
    operators = some_operators(2)

    answers = at_once(
        [
            giving(user, Role.DRIVER, driver, by=operators[number % 2])
            for number, user in enumerate(people)
        ]
    )

    assert Counter(map(type, answers)) == {Grant: 1, actions.DriverTaken: TABS - 1}
    assert Grant.objects.get(role=Role.DRIVER) in answers
    assert GrantChange.objects.count() == 1


def test_one_role_given_in_many_tabs_is_given_once():
    library, user, operators = a_library().reference, a_user(), some_operators(2)

    answers = at_once(
        [giving(user, Role.LIBRARIAN, library, by=operators[number % 2]) for number in range(TABS)]
    )

    assert set(answers) == {Grant.objects.get(user=user)}
    assert GrantChange.objects.count() == 1


def test_one_role_taken_away_in_many_tabs_is_taken_once():
    first, second = some_operators(2)

    answers = at_once([dismissing(second, by=first)] * TABS)

    assert answers == [None] * TABS
    assert GrantChange.objects.count() == 1
