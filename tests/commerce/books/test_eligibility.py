from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commerce.books.eligibility import STAGES, age_in_months, stage_on
from commerce.books.models import Stage


@pytest.mark.parametrize(
    ("on", "months"),
    [
        (date(2026, 1, 15), 0),
        (date(2026, 2, 14), 0),
        (date(2026, 2, 15), 1),
        (date(2027, 1, 14), 11),
        (date(2027, 1, 15), 12),
        (date(2026, 1, 14), -1),
    ],
)
def test_age_counts_whole_months(on, months):
    assert age_in_months(date(2026, 1, 15), on) == months


@pytest.mark.parametrize(
    ("months", "stage"),
    [(-1, None), (0, "0-18"), (18, "0-18"), (19, "19-35"), (35, "19-35"), (36, "36-60")],
)
def test_stages_change_at_their_edges(months, stage):
    on = date(2020 + months // 12, months % 12 + 1, 1)
    assert stage_on(date(2020, 1, 1), on) == stage


def test_a_child_ages_out_after_sixty_whole_months():
    assert stage_on(date(2021, 3, 1), date(2026, 3, 31)) == "36-60"
    assert stage_on(date(2021, 3, 1), date(2026, 4, 1)) is None


def test_the_stages_have_the_names_bundles_carry():
    assert [name for _, _, name in STAGES] == list(Stage.values)


@given(st.dates(date(2015, 1, 1), date(2030, 12, 31)), st.integers(0, 3000))
def test_age_never_falls_from_one_day_to_the_next(born_on, days):
    on = born_on + timedelta(days=days)
    step = age_in_months(born_on, on + timedelta(days=1)) - age_in_months(born_on, on)
    assert step in (0, 1)
