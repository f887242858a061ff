"""Rows as a file to download: XLSX or CSV."""

from collections.abc import Iterable, Sequence

from django.http import HttpRequest, HttpResponse

from commerce.product_sheets import files
from storefront.refusals import BadInput

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def kind_of(request: HttpRequest) -> str:
    """``xlsx`` unless ``csv`` is asked for. Raises BAD_INPUT."""
    kind = request.GET.get("file", "xlsx")
    if kind not in ("xlsx", "csv"):
        raise BadInput("file")
    return kind


def file_answer(
    rows: Iterable[Sequence[str | int]], *, kind: str, name: str, title: str
) -> HttpResponse:
    """``name`` without its ending; ``title`` is the sheet's."""
    if kind == "csv":
        answer = HttpResponse(files.csv_file(rows), content_type="text/csv; charset=utf-8")
    else:
        answer = HttpResponse(files.xlsx(rows, title=title), content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    answer["Cache-Control"] = "no-store"
    return answer
