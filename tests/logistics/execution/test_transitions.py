from datetime import UTC, datetime, timedelta
from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from logistics.execution.transitions import State, apply

NINE = datetime(2026, 11, 28, 0, 0, tzinfo=UTC)
TEN = NINE + timedelta(hours=1)

REPORTS = st.tuples(
    st.sampled_from([("delivered", ""), ("failed", "absent"), ("failed", "weather")]),
    st.integers(0, 3).map(lambda hours: NINE + timedelta(hours=hours)),
)
Report = tuple[tuple[str, str], datetime]


def after(*reports: Report) -> State:
    state = State()
    for (kind, reason), happened_at in reports:
        state = apply(state, kind=kind, reason=reason, happened_at=happened_at)
    return state


def test_a_later_report_corrects_an_earlier_one() -> None:
    assert after((("failed", "absent"), NINE), (("delivered", ""), TEN)) == State("done", TEN)


def test_a_late_report_does_not_undo_a_newer_one() -> None:
    assert after((("delivered", ""), TEN), (("failed", "absent"), NINE)) == State("done", TEN)


def test_at_the_same_moment_a_hand_over_outweighs_a_failure() -> None:
    for reports in permutations([(("failed", "absent"), TEN), (("delivered", ""), TEN)]):
        assert after(*reports) == State("done", TEN)


@given(st.lists(REPORTS, max_size=6), st.data())
def test_neither_order_nor_repeats_matter(reports: list[Report], data: st.DataObject) -> None:
    again = data.draw(st.lists(st.sampled_from(reports), max_size=4)) if reports else []
    shuffled = data.draw(st.permutations(reports + again))

    assert after(*shuffled) == after(*reports)
