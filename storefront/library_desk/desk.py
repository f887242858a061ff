"""What every page of the library desk needs: the library acted for, its menu, its own loans."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from commerce.books import queries
from commerce.books.models import Bundle, Library, Loan, LoanStatus
from storefront.refusals import NotFound

# A bundle in one of these may come over the desk.
RETURNABLE = (LoanStatus.ON_LOAN, LoanStatus.COLLECTION_BOOKED, LoanStatus.IN_VAN_BACK)


def library_of(request: HttpRequest) -> Library:
    """The library this person works for."""
    found = queries.library(request.scope)  # type: ignore[attr-defined]
    if found is None:
        raise NotFound("library")
    return found


def loan_of(library: Library, reference: str) -> Loan:
    """A loan of this library; any other is NOT_FOUND."""
    found = queries.loan(reference)
    if found is None or found.bundle.library_id != library.pk:
        raise NotFound("loan")
    return found


def bundle_of(library: Library, reference: str) -> Bundle:
    """A bundle of this library; any other is NOT_FOUND."""
    found = queries.bundle(reference)
    if found is None or found.library_id != library.pk:
        raise NotFound("bundle")
    return found


def common(library: Library) -> dict[str, Any]:
    return {
        "library": library,
        "desk_menu": [
            {"url": "library_home", "label": _("오늘 할 일")},
            {"url": "library_loans", "label": _("대출")},
            {"url": "library_bundles", "label": _("책 꾸러미")},
            {"url": "library_statistics", "label": _("통계")},
        ],
    }
