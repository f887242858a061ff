"""When cars come, and what is to be expected of one that is not here."""

import random
from dataclasses import replace

import pytest

from drivethrough.planning.punctuality import OBSERVED, offsets_of, outlook
from tests.drivethrough.planning.world import PUNCTUAL, SLOT, TEN


def test_as_many_come_before_their_time_as_were_counted() -> None:
    assert OBSERVED.here_by(0) == pytest.approx(0.844, abs=0.001)


def test_drawn_arrivals_follow_the_distribution() -> None:
    chance = random.Random(5)
    drawn = [OBSERVED.drawn(chance) for _ in range(20_000)]
    came = sorted(late for late in drawn if late is not None)
    assert len(came) / len(drawn) == pytest.approx(1 - OBSERVED.missing_share, abs=0.005)
    for second in (-1_200, -600, 0, 600, 1_800):
        share = sum(late <= second for late in came) / len(came)
        assert share == pytest.approx(OBSERVED.here_by(second), abs=0.015)


def test_the_table_of_offsets_follows_the_distribution() -> None:
    offsets = offsets_of(OBSERVED, 0)
    for second in (-1_200, -600, 0, 600, 1_800):
        share = sum(offset <= second for offset in offsets) / len(offsets)
        assert share == pytest.approx(OBSERVED.here_by(second), abs=0.03)


def test_of_cars_that_may_come_at_any_time_of_a_slot_half_are_here_early_in_it() -> None:
    view = outlook(OBSERVED, moment=TEN, within=SLOT, not_here_by=TEN - 7_200)
    assert view is not None
    assert view.chance == pytest.approx(1 - OBSERVED.missing_share)
    assert TEN < view.by(1, 2) < TEN + SLOT // 2


def test_the_longer_a_car_is_not_here_the_less_it_is_expected() -> None:
    moments = [TEN - 3_600, TEN, TEN + 1_200, TEN + 3_600]
    views = [outlook(OBSERVED, moment=TEN, within=0, not_here_by=at) for at in moments]
    chances = [view.chance for view in views if view is not None]
    assert len(chances) == len(moments)
    assert chances == sorted(chances, reverse=True)
    assert chances[-1] < 0.5


def test_what_is_expected_always_lies_ahead() -> None:
    for at in range(TEN - 3_600, TEN + 3_600, 300):
        view = outlook(OBSERVED, moment=TEN, within=SLOT, not_here_by=at)
        assert view is not None
        assert at < view.by(0, 1) <= view.by(1, 5) <= view.by(1, 2) <= view.by(1, 1)


def test_later_than_any_car_nothing_is_expected() -> None:
    assert outlook(OBSERVED, moment=TEN, within=0, not_here_by=TEN + 86_400) is None


def test_who_is_punctual_comes_at_the_moment() -> None:
    view = outlook(PUNCTUAL, moment=TEN, within=0, not_here_by=0)
    assert view is not None
    assert (view.by(1, 2), view.chance) == (TEN, 1.0)


def test_nobody_comes_where_everybody_is_missing() -> None:
    nobody = replace(OBSERVED, missing_share=1.0)
    assert [nobody.drawn(random.Random(seed)) for seed in range(5)] == [None] * 5
