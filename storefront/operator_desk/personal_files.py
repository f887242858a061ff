"""What the mall knows of somebody, as a file to hand to them: JSON, or tables in a ZIP."""

import io
import json
import zipfile
from typing import Any

from commerce.product_sheets.columns import guarded
from commerce.product_sheets.files import csv_file


def as_json(found: dict[str, Any]) -> bytes:
    return json.dumps(found, ensure_ascii=False, indent=2).encode()


def as_zip(found: dict[str, Any]) -> bytes:
    """The same JSON, and a table for each list in it, for whoever has a spreadsheet only."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as files:
        files.writestr("jangteo.json", as_json(found))
        for name, rows in found.items():
            if isinstance(rows, list) and rows:
                files.writestr(f"{name}.csv", _table(rows))
    return packed.getvalue()


def _table(rows: list[dict[str, Any]]) -> bytes:
    header = list(rows[0])
    return csv_file([header, *([_cell(row[field]) for field in header] for row in rows)])


def _cell(value: Any) -> str | int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    return "" if value is None else guarded(str(value))
