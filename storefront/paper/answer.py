"""A sheet as what a browser shows and prints."""

from django.http import HttpResponse

from storefront.paper.sheet import Sheet


def pdf_answer(sheet: Sheet, *, name: str) -> HttpResponse:
    """``name`` without its ending. Kept by no cache: it may name people."""
    answer = HttpResponse(sheet.as_bytes(), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    answer["Cache-Control"] = "no-store"
    return answer
