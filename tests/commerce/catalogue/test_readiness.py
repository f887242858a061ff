"""How long a product takes to make ready, until when it is ordered, and in how many."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from commerce.catalogue import actions
from commerce.catalogue.cut_off import CutOff
from commerce.catalogue.preparation import PreparationRange, in_minutes, seconds_of
from tests.builders.commerce import a_product, a_variant

FRIDAY = date(2026, 3, 6)
THE_EVENING_BEFORE = CutOff(1, time(18))


def test_a_cut_off_is_a_time_of_seouls_wall_clock() -> None:
    assert THE_EVENING_BEFORE.closes_at(FRIDAY) == datetime(2026, 3, 5, 9, tzinfo=UTC)


def test_a_second_before_the_cut_off_is_in_time_and_the_cut_off_is_not() -> None:
    closes_at = THE_EVENING_BEFORE.closes_at(FRIDAY)
    assert THE_EVENING_BEFORE.takes(FRIDAY, closes_at - timedelta(seconds=1))
    assert not THE_EVENING_BEFORE.takes(FRIDAY, closes_at)


@pytest.mark.parametrize(("typed", "seconds"), [("2", 120), ("1.5", 90), (" 3분 ", 180), ("0", 0)])
def test_minutes_are_read_as_typed(typed: str, seconds: int) -> None:
    assert seconds_of(typed) == seconds


@pytest.mark.parametrize("typed", ["", "-1", "1.55", "241", "두 분", "٣"])
def test_what_is_no_number_of_minutes_is_refused(typed: str) -> None:
    with pytest.raises(PreparationRange):
        seconds_of(typed)


@pytest.mark.parametrize("tenths", range(0, 2_400, 7))
def test_minutes_written_are_read_back_the_same(tenths: int) -> None:
    assert seconds_of(in_minutes(tenths * 6)) == tenths * 6


@pytest.mark.django_db
def test_a_product_keeps_its_readiness() -> None:
    product = a_product()
    actions.set_readiness(product=product, preparation_seconds=90, cut_off=THE_EVENING_BEFORE)
    product.refresh_from_db()
    assert (product.preparation_seconds, product.own_cut_off) == (90, THE_EVENING_BEFORE)


@pytest.mark.django_db
def test_a_cut_off_can_be_taken_away() -> None:
    product = a_product()
    actions.set_readiness(product=product, preparation_seconds=0, cut_off=THE_EVENING_BEFORE)
    actions.set_readiness(product=product, preparation_seconds=0, cut_off=None)
    product.refresh_from_db()
    assert product.own_cut_off is None


@pytest.mark.django_db
@pytest.mark.parametrize("days", [-1, 15])
def test_a_cut_off_is_at_most_two_weeks_before(days: int) -> None:
    with pytest.raises(actions.CutOffDays):
        actions.set_readiness(
            product=a_product(), preparation_seconds=0, cut_off=CutOff(days, time(18))
        )


@pytest.mark.django_db
@pytest.mark.parametrize("step", [0, 100])
def test_an_order_step_is_from_1_to_99(step: int) -> None:
    with pytest.raises(actions.OrderStepRange):
        actions.set_order_step(variant=a_variant(), order_step=step)
