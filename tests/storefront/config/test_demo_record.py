from datetime import date
from pathlib import Path

import pytest

from storefront.config.stack import demo_record
from storefront.config.stack.state import State

MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)


@pytest.fixture
def state(tmp_path: Path) -> State:
    return State(tmp_path)


def test_a_fresh_database_gets_what_was_asked_for(state: State) -> None:
    assert demo_record.wanted(state, asked_for="full", fresh=True, today=MONDAY) == "full"
    assert demo_record.wanted(state, asked_for="none", fresh=True, today=MONDAY) is None


def test_a_mall_of_ones_own_never_gets_the_demo(state: State) -> None:
    assert demo_record.wanted(state, asked_for="small", fresh=False, today=MONDAY) is None


def test_the_demo_is_loaded_once_a_day_to_open_the_days_to_come(state: State) -> None:
    demo_record.begun(state, "full")
    demo_record.done(state, "full", MONDAY)
    assert demo_record.wanted(state, asked_for="small", fresh=False, today=MONDAY) is None
    assert demo_record.wanted(state, asked_for="small", fresh=False, today=TUESDAY) == "full"


def test_a_loading_that_was_cut_off_is_done_again(state: State) -> None:
    demo_record.begun(state, "small")
    assert demo_record.wanted(state, asked_for="none", fresh=False, today=MONDAY) == "small"
