"""A bundle comes back: every copy is looked for before it counts as returned."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commerce.books import actions as books
from commerce.books.actions import CopyUnknown
from commerce.books.models import Library, Loan, LoanStatus
from storefront.accounts.access import needs
from storefront.accounts.models import Role
from storefront.library_desk.barcodes import as_barcode
from storefront.library_desk.desk import RETURNABLE, common, library_of, loan_of
from storefront.refusals import REFUSALS, BadInput, as_dict, status_of


@dataclass(frozen=True)
class Looked:
    """Which copies were found so far, and what the last press asked for."""

    here: frozenset[str]
    missing: tuple[str, ...]
    asked: str


@needs(Role.LIBRARIAN)
@require_http_methods(["GET", "HEAD", "POST"])
def check_in(request: HttpRequest, loan: str) -> HttpResponse:
    """Tick or scan; copies not found are asked about once more before they count as missing."""
    library = library_of(request)
    found = loan_of(library, loan)
    if found.status not in RETURNABLE:
        return _not_now(request, found)
    if request.method != "POST":
        return _page(request, library, found, Looked(frozenset(), (), ""))
    looked = _read(request.POST, found)
    if looked.asked == "scan":
        return _scanned(request, library, found, looked)
    if looked.missing and looked.asked != "missing":
        return _page(request, library, found, looked, sure=True)
    try:
        books.check_in(
            loan_reference=found.reference,
            library=library,
            missing_barcodes=looked.missing,
            now=timezone.now(),
        )
    except REFUSALS as caught:
        return _page(request, library, found, looked, refusal=as_dict(caught))
    _say_done(request, looked)
    return redirect("library_bundle", found.bundle.reference)


def _not_now(request: HttpRequest, loan: Loan) -> HttpResponse:
    if loan.status == LoanStatus.RETURNED:
        messages.success(request, _("이미 반납을 마친 꾸러미입니다."))
    else:
        messages.error(request, _("아직 도서관을 떠나지 않은 꾸러미라 반납받을 수 없어요."))
    return redirect("library_bundle", loan.bundle.reference)


def _read(form: Any, loan: Loan) -> Looked:
    barcodes = {copy.barcode for copy in loan.bundle.copies.all()}
    here = frozenset(form.getlist("here"))
    asked = form.get("do", "")
    if asked not in ("scan", "check_in", "missing") or here - barcodes:
        raise BadInput("here")
    return Looked(here, tuple(sorted(barcodes - here)), asked)


def _scanned(request: HttpRequest, library: Library, loan: Loan, looked: Looked) -> HttpResponse:
    """One more copy is here. COPY_UNKNOWN is shown when it is of another bundle."""
    barcode = as_barcode(request.POST.get("barcode", ""))
    if barcode in looked.here or barcode in looked.missing:
        here = looked.here | {barcode}
        missing = tuple(other for other in looked.missing if other != barcode)
        return _page(request, library, loan, Looked(here, missing, "scan"))
    refusal = as_dict(CopyUnknown("barcode", barcodes=[barcode]))
    return _page(request, library, loan, looked, refusal=refusal)


def _page(
    request: HttpRequest, library: Library, loan: Loan, looked: Looked, **said: Any
) -> HttpResponse:
    refusal = said.get("refusal")
    context = {
        **common(library),
        "loan": loan,
        "bundle": loan.bundle,
        "copies": loan.bundle.copies.all(),
        "looked": looked,
        **said,
    }
    status = status_of(refusal["code"]) if refusal else 200
    return render(request, "library_desk/check_in.html", context, status=status)


def _say_done(request: HttpRequest, looked: Looked) -> None:
    if looked.missing:
        said = _("반납받았습니다. 빠진 책 %(n)d권은 찾으면 여기에서 '찾았어요'를 눌러 주세요.")
        messages.warning(request, said % {"n": len(looked.missing)})
    else:
        messages.success(
            request, _("모두 돌아왔습니다. 소독·정리를 마치면 '다시 빌려주기'를 눌러 주세요.")
        )
