"""A new bundle out of copies that are in none."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commerce.books import actions as books
from commerce.books import queries
from commerce.books.actions import CopyUnknown
from commerce.books.models import Bundle, Copy, Library, Stage
from storefront.accounts.access import needs
from storefront.accounts.models import Role
from storefront.library_desk.barcodes import as_barcodes
from storefront.library_desk.desk import common, library_of
from storefront.refusals import REFUSALS, BadInput, as_dict, status_of

PICTURES = tuple(
    f"pictures/books/{name}.webp"
    for name in (
        "first-sounds",
        "animals",
        "bath",
        "bedtime",
        "feelings",
        "food",
        "nature",
        "seasons",
        "siblings",
        "wheels",
    )
)
MOST_COPIES = 30


@needs(Role.LIBRARIAN)
@require_http_methods(["GET", "HEAD", "POST"])
def compose(request: HttpRequest) -> HttpResponse:
    library = library_of(request)
    refusal = None
    if request.method == "POST":
        try:
            bundle = _compose(library, request.POST)
        except REFUSALS as caught:
            refusal = as_dict(caught)
        else:
            messages.success(request, _("새 꾸러미를 만들었습니다. 바로 빌려줄 수 있어요."))
            return redirect("library_bundle", bundle.reference)
    context = {
        **common(library),
        "stages": Stage.values,
        "pictures": PICTURES,
        "typed": request.POST if refusal else {"stage": Stage.BABY, "picture": PICTURES[0]},
        "refusal": refusal,
    }
    status = status_of(refusal["code"]) if refusal else 200
    return render(request, "library_desk/compose.html", context, status=status)


def _compose(library: Library, form: Any) -> Bundle:
    stage, picture = form.get("stage", ""), form.get("picture", "")
    if stage not in Stage.values:
        raise BadInput("stage")
    if picture not in PICTURES:
        raise BadInput("picture")
    return books.compose_bundle(
        library=library,
        stage=stage,
        theme=form.get("theme", ""),
        theme_en=form.get("theme_en", ""),
        picture=picture,
        copies=_copies(as_barcodes(form.get("barcodes", ""))),
    )


def _copies(barcodes: list[str]) -> list[Copy]:
    """All of these copies. Raises COPY_UNKNOWN naming those that nobody has entered."""
    if len(barcodes) > MOST_COPIES:
        raise BadInput("barcodes")
    known = queries.copies_by_barcode(barcodes)
    unknown = [barcode for barcode in barcodes if barcode not in known]
    if unknown:
        raise CopyUnknown("barcodes", barcodes=unknown)
    return list(known.values())
