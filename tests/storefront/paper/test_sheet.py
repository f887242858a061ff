"""A sheet is a PDF whatever is written on it."""

from datetime import UTC, datetime

from storefront.paper.sheet import Column, Label, Sheet

NOW = datetime(2026, 11, 26, 3, tzinfo=UTC)


def a_sheet() -> Sheet:
    return Sheet(title="새벽채소", language="ko", now=NOW)


def pages(sheet: Sheet) -> int:
    return sheet.as_bytes().count(b"/Type /Page\n")


def test_rows_go_over_to_the_next_page() -> None:
    sheet = a_sheet()
    sheet.table([Column("상품", 5), Column("수량", number=True)], [("시금치", "2")] * 60)
    assert pages(sheet) == 2


def test_a_label_is_not_cut_by_the_end_of_a_page() -> None:
    sheet = a_sheet()
    tall = Label("김영희", [f"시금치 {number}단" for number in range(30)], "https://jangteo.test/")
    sheet.labels([tall] * 4)
    assert pages(sheet) == 2


def test_rare_syllables_signs_and_pictures_do_not_stop_it() -> None:
    sheet = a_sheet()
    sheet.labels([Label("뷁 😀 **굵게**" * 9, ["€ ₩ \u200b 漢字", ""])])
    assert sheet.as_bytes().startswith(b"%PDF-")


def test_the_same_at_the_same_moment_is_the_same_file() -> None:
    first, second = a_sheet(), a_sheet()
    first.title("쪽지")
    second.title("쪽지")
    assert first.as_bytes() == second.as_bytes()
