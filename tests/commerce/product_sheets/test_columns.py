"""What a cell says, and that nothing written for a spreadsheet is taken for a formula."""

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commerce.catalogue.cut_off import CutOff
from commerce.product_sheets import columns


@pytest.mark.parametrize("english", [False, True])
def test_our_own_header_is_understood(english: bool) -> None:
    found = columns.columns_of(columns.header(english=english))
    assert list(found) == [column.key for column in columns.COLUMNS]


def test_spaces_case_and_units_in_a_header_do_not_matter() -> None:
    header = [column.ko for column in columns.COLUMNS if column.needed]
    header[header.index("판매가(원)")] = " 판매가 "
    assert columns.columns_of([*header, "", "WEIGHT (G)"])["weight_grams"] == len(header) + 1


def test_a_missing_column_is_named() -> None:
    with pytest.raises(columns.ColumnsMissing) as refusal:
        columns.columns_of(["상품 코드", "상품명", "분류", "단위", "판매가", "원산지", "보관"])
    assert refusal.value.data == {"columns": "과세, 받는 방법"}


@pytest.mark.parametrize(
    ("extra", "refused"),
    [("할인", columns.ColumnUnknown), ("상품명", columns.ColumnTwice)],
)
def test_a_column_that_would_be_lost_is_refused(extra: str, refused: type[Exception]) -> None:
    with pytest.raises(refused):
        columns.columns_of([*columns.header(english=False), extra])


@pytest.mark.parametrize(("cell", "won"), [("12000", 12_000), (" 12,000 원 ", 12_000)])
def test_a_number_may_be_written_as_people_do(cell: str, won: int) -> None:
    assert columns.whole_number("price_won", cell) == won


@pytest.mark.parametrize("cell", ["", "1.5", "-1", "٣", "1" * 10, "=1+1"])
def test_what_is_no_whole_number_is_refused(cell: str) -> None:
    with pytest.raises(columns.CellNumber):
        columns.whole_number("price_won", cell)


def test_choices_are_read_in_either_language_and_kept_in_one_order() -> None:
    assert columns.choices("ways", "배송, Drive-Through") == ["drive_through", "delivery"]
    assert columns.choices("ways", "택배, 집 배송") == ["delivery", "parcel"]
    with pytest.raises(columns.CellChoice) as refusal:
        columns.choice("storage", "미지근")
    assert refusal.value.data == {"choices": "상온, 냉장, 냉동"}


@pytest.mark.parametrize(
    ("cell", "days", "clock"),
    [
        ("당일 09:00", 0, time(9)),
        ("전날18:00", 1, time(18)),
        ("3일 전 12:30", 3, time(12, 30)),
        ("Day before 18:00", 1, time(18)),
        ("10 days before 7:05", 10, time(7, 5)),
    ],
)
def test_a_cut_off_is_read_in_either_language(cell: str, days: int, clock: time) -> None:
    assert columns.cut_off(cell) == CutOff(days, clock)


@pytest.mark.parametrize("cell", ["18:00", "전날", "전날 25:00", "어제 18:00", "3일 18:00"])
def test_what_is_no_cut_off_is_refused(cell: str) -> None:
    with pytest.raises(columns.CellCutOff):
        columns.cut_off(cell)


@given(
    st.none()
    | st.builds(CutOff, st.integers(0, 14), st.times().map(lambda t: time(t.hour, t.minute))),
    st.booleans(),
)
def test_a_cut_off_written_is_read_back_the_same(when: CutOff | None, english: bool) -> None:
    assert columns.cut_off(columns.cut_off_cell(when, english=english)) == when


@given(st.text())
def test_a_guarded_cell_is_no_formula_and_comes_back_as_it_was(cell: str) -> None:
    written = columns.guarded(cell)
    assert not written.startswith(columns.FORMULA)
    assert columns.unguarded(written) == cell
