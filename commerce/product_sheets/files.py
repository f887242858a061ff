"""Rows as spreadsheets write and read them, XLSX and CSV. What comes in is not trusted."""

import csv
import io
import logging
import zipfile
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

from commerce.errors import CommerceError

log = logging.getLogger(__name__)

LARGEST_BYTES = 3 * 1024 * 1024
# Of an XLSX, which is a zip file: all its parts together, and how many.
LARGEST_UNPACKED_BYTES = 40 * 1024 * 1024
MOST_PARTS = 500
MOST_ROWS = 5_000
MOST_COLUMNS = 40
ZIP, OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


class SheetTooLarge(CommerceError):
    """``data``: ``most_mb``."""

    code = "SHEET_TOO_LARGE"


class SheetTooLong(CommerceError):
    """``data``: ``most``, how many rows are taken."""

    code = "SHEET_TOO_LONG"


class SheetUnreadable(CommerceError):
    code = "SHEET_UNREADABLE"


class SheetEmpty(CommerceError):
    code = "SHEET_EMPTY"


class OldExcel(CommerceError):
    """The binary format of Excel up to 2003."""

    code = "SHEET_OLD_EXCEL"


def read(content: bytes) -> list[list[str]]:
    """Every row as text, the header first, not all of one length; XLSX by its first sheet.

    CSV in UTF-8, with or without a byte order mark, or in CP949 as Korean Excel writes it.
    Raises SheetTooLarge, SheetTooLong, SheetUnreadable, SheetEmpty, OldExcel.
    """
    if len(content) > LARGEST_BYTES:
        raise _too_large()
    if content.startswith(OLD_EXCEL):
        raise OldExcel("file")
    rows = _xlsx_rows(content) if content.startswith(ZIP) else _csv_rows(content)
    if len(rows) > MOST_ROWS + 1:
        raise SheetTooLong("file", most=MOST_ROWS)
    if len(rows) < 2:
        raise SheetEmpty("file")
    return rows


def xlsx(rows: Iterable[Sequence[str | int]], *, title: str) -> bytes:
    """One sheet. Text is as given: see ``columns.guarded``."""
    from openpyxl import Workbook  # 0.2 s, only for those who ask for a file

    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    for row in rows:
        sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def csv_file(rows: Iterable[Sequence[str | int]]) -> bytes:
    """UTF-8 with the byte order mark without which Excel shows no Korean."""
    file = io.StringIO(newline="")
    csv.writer(file).writerows(rows)
    return file.getvalue().encode("utf-8-sig")


def _csv_rows(content: bytes) -> list[list[str]]:
    reader = csv.reader(io.StringIO(_text(content), newline=""))
    try:
        return [[_clean(cell) for cell in row] for row in islice(reader, MOST_ROWS + 2)]
    except csv.Error as error:
        raise SheetUnreadable("file") from error


def _text(content: bytes) -> str:
    for encoding in ("utf-8-sig", "cp949"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise SheetUnreadable("file")


def _xlsx_rows(content: bytes) -> list[list[str]]:
    from openpyxl import load_workbook

    _check_parts(content)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # what the file says of its size may be wrong
        rows = sheet.iter_rows(max_col=MOST_COLUMNS, values_only=True)
        return [_row_text(row) for row in islice(rows, MOST_ROWS + 2)]
    except Exception as error:  # whatever a broken file makes the library stumble over
        log.info("an XLSX was not read: %s", type(error).__name__)
        raise SheetUnreadable("file") from error


def _check_parts(content: bytes) -> None:
    """What it unpacks to is looked at before anything is unpacked; no part can give out more than
    it says. A document type could make a small part grow in memory."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            parts = packed.infolist()
            if len(parts) > MOST_PARTS or sum(x.file_size for x in parts) > LARGEST_UNPACKED_BYTES:
                raise _too_large()
            if any(b"<!DOCTYPE" in packed.read(part) for part in parts):
                raise SheetUnreadable("file")
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError) as error:
        raise SheetUnreadable("file") from error


def _row_text(row: Sequence[Any]) -> list[str]:
    cells = [_cell_text(cell) for cell in row]
    while cells and not cells[-1]:  # the library fills up to MOST_COLUMNS
        cells.pop()
    return cells


def _cell_text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return _clean(str(cell))


def _clean(text: str) -> str:
    """Without what PostgreSQL refuses."""
    return text.replace("\x00", "")


def _too_large() -> SheetTooLarge:
    return SheetTooLarge("file", most_mb=LARGEST_BYTES // 1024 // 1024)
