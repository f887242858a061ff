"""The last place of a delivery window."""

from datetime import time
from functools import partial
from threading import Barrier

import pytest
from django.db import IntegrityError

from logistics.delivery_windows import actions
from logistics.delivery_windows.models import DeliveryWindow, WindowPlace
from tests.builders.logistics import BEFORE_CUT_OFF, a_depot, a_key, a_window
from tests.races.together import at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

SHOPPERS = 8


def take(window: DeliveryWindow, key: str) -> partial[WindowPlace]:
    return partial(actions.take, window_reference=window.reference, key=key, now=BEFORE_CUT_OFF)


def live(window: DeliveryWindow) -> int:
    return WindowPlace.objects.filter(window=window, released_at__isnull=True).count()


def taken(window: DeliveryWindow) -> int:
    return DeliveryWindow.objects.get(pk=window.pk).taken_stops


def test_control_looking_before_taking_promises_the_last_place_twice() -> None:
    window = a_window(stops=1)
    both_have_looked = Barrier(2, timeout=20)

    def taken_after_looking(key: str) -> WindowPlace:
        seen = DeliveryWindow.objects.get(pk=window.pk)
        assert seen.left == 1
        both_have_looked.wait()
        seen.taken_stops += 1
        seen.save()
        return WindowPlace.objects.create(window=seen, key=key, taken_at=BEFORE_CUT_OFF)

    at_once([partial(taken_after_looking, a_key()), partial(taken_after_looking, a_key())])

    assert (live(window), taken(window)) == (2, 1)


def test_the_last_place_goes_to_one_shopper() -> None:
    window = a_window(stops=1)

    answers = at_once([take(window, a_key()) for _ in range(SHOPPERS)])

    assert sum(isinstance(answer, WindowPlace) for answer in answers) == 1
    assert sum(isinstance(answer, actions.WindowFull) for answer in answers) == SHOPPERS - 1
    assert (live(window), taken(window)) == (1, 1)


def test_many_shoppers_fill_a_window_and_no_more() -> None:
    window = a_window(stops=5)

    at_once([take(window, a_key()) for _ in range(SHOPPERS)])

    assert (live(window), taken(window)) == (5, 5)


def test_control_looking_before_seating_a_key_fails_in_one_tab() -> None:
    window, key = a_window(), a_key()
    both_have_looked = Barrier(2, timeout=20)

    def seated_after_looking() -> WindowPlace:
        found = WindowPlace.objects.filter(key=key).first()
        both_have_looked.wait()
        return found or WindowPlace.objects.create(window=window, key=key, taken_at=BEFORE_CUT_OFF)

    answers = at_once([seated_after_looking] * 2)

    assert sorted(isinstance(answer, IntegrityError) for answer in answers) == [False, True]


@pytest.mark.parametrize("stops", [1, 5])
def test_the_same_key_in_many_tabs_is_one_place(stops: int) -> None:
    window, key = a_window(stops=stops), a_key()

    answers = at_once([take(window, key)] * SHOPPERS)

    assert set(answers) == {WindowPlace.objects.get()}
    assert taken(window) == 1


def test_one_key_for_two_windows_gets_one_of_them() -> None:
    depot, key = a_depot(), a_key()
    first, other = a_window(depot=depot), a_window(depot=depot, start=time(16), end=time(18))

    answers = at_once([take(first, key), take(other, key)])

    assert sum(isinstance(answer, WindowPlace) for answer in answers) == 1
    assert sum(isinstance(answer, actions.WindowKeyReused) for answer in answers) == 1
    assert taken(first) + taken(other) == 1


def test_a_key_released_in_many_tabs_gives_one_place_back() -> None:
    window, key = a_window(stops=3), a_key()
    take(window, key)()
    take(window, a_key())()

    answers = at_once([partial(actions.release, key=key, now=BEFORE_CUT_OFF)] * SHOPPERS)

    assert sorted(answers) == [False] * (SHOPPERS - 1) + [True]
    assert (live(window), taken(window)) == (1, 1)


def test_a_released_key_that_comes_back_in_many_tabs_is_one_place() -> None:
    window, key = a_window(stops=3), a_key()
    take(window, key)()
    actions.release(key=key, now=BEFORE_CUT_OFF)

    answers = at_once([take(window, key)] * SHOPPERS)

    assert set(answers) == {WindowPlace.objects.get()}
    assert (live(window), taken(window)) == (1, 1)


def test_taking_and_releasing_at_once_leaves_the_count_right() -> None:
    window = a_window(stops=2)
    keys = [a_key(), a_key()]
    for key in keys:
        take(window, key)()
    works = [partial(actions.release, key=key, now=BEFORE_CUT_OFF) for key in keys]

    at_once([*works, *(take(window, a_key()) for _ in range(4)), *(take(window, k) for k in keys)])

    assert live(window) == taken(window) <= 2
