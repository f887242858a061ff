"""Files as Korean offices make them, and files that mean no good."""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from commerce.errors import CommerceError
from commerce.product_sheets import files

ROWS = [["상품 코드", "판매가(원)"], ["나물-1", 2_500], ["", "'=1+1"]]
READ = [["상품 코드", "판매가(원)"], ["나물-1", "2500"], ["", "'=1+1"]]


def packed(**parts: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def test_what_is_written_is_read_again() -> None:
    assert files.read(files.xlsx(ROWS, title="상품")) == READ
    assert files.read(files.csv_file(ROWS)) == READ


def test_csv_begins_with_the_mark_that_excel_needs() -> None:
    assert files.csv_file(ROWS).startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949"])
def test_korean_csv_is_read_in_the_encodings_in_use(encoding: str) -> None:
    assert files.read("상품\r\n똠얌꿍,매운맛\r\n".encode(encoding))[1] == ["똠얌꿍", "매운맛"]


def test_a_whole_number_that_excel_keeps_as_a_fraction_is_whole() -> None:
    book, file = Workbook(), io.BytesIO()
    book.active.append(["price"])
    book.active.append([2_500.0])
    book.save(file)
    assert files.read(file.getvalue()) == [["price"], ["2500"]]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "SHEET_EMPTY"),
        (b"name\r\n", "SHEET_EMPTY"),
        (b"\xd0\xcf\x11\xe0 old", "SHEET_OLD_EXCEL"),
        (b"\x81\x00\xff\xff", "SHEET_UNREADABLE"),
        (b"a,b\r\n" + b"x" * 200_000 + b"\r\n", "SHEET_UNREADABLE"),
        (b"PK\x03\x04 no zip", "SHEET_UNREADABLE"),
        (packed(readme=b"no workbook"), "SHEET_UNREADABLE"),
        (packed(sheet=b"<?xml version='1.0'?><!DOCTYPE a>"), "SHEET_UNREADABLE"),
        (packed(bomb=b"\0" * (files.LARGEST_UNPACKED_BYTES + 1)), "SHEET_TOO_LARGE"),
        (packed(**{f"part{n}": b"" for n in range(501)}), "SHEET_TOO_LARGE"),
        (b"x" * (files.LARGEST_BYTES + 1), "SHEET_TOO_LARGE"),
        (b"a\r\n" * (files.MOST_ROWS + 2), "SHEET_TOO_LONG"),
    ],
)
def test_what_cannot_be_taken_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(CommerceError) as refusal:
        files.read(content)
    assert refusal.value.code == code


def test_a_row_far_down_is_not_walked_to() -> None:
    book, file = Workbook(), io.BytesIO()
    book.active["A1"] = "name"
    book.active["A900000"] = "far"
    book.save(file)
    with pytest.raises(files.SheetTooLong):
        files.read(file.getvalue())


@given(st.binary(max_size=300))
def test_no_bytes_break_it(content: bytes) -> None:
    for begun in (content, b"PK\x03\x04" + content):
        try:
            files.read(begun)
        except CommerceError:
            continue
