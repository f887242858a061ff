"""Today's work: what to pack, what comes back, what is late, what is clean again."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from commerce.books import queries
from commerce.books.models import BundleStatus, Loan, LoanStatus
from commerce.orders.models import FulfilmentStatus
from commerce.orders.queries import fulfilments_by_reference
from storefront.accounts.access import needs
from storefront.accounts.models import Role
from storefront.library_desk.desk import common, library_of


@needs(Role.LIBRARIAN)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    library = library_of(request)
    by_status: dict[str, list[Loan]] = {status: [] for status in LoanStatus.values}
    for loan in queries.for_library(library.reference):
        by_status[loan.status].append(loan)
    kept = by_status[LoanStatus.ON_LOAN] + by_status[LoanStatus.COLLECTION_BOOKED]
    today = timezone.localdate()
    back = queries.bundles_of(library.reference)
    context = {
        **common(library),
        **_to_pack(by_status[LoanStatus.REQUESTED]),
        "overdue": [loan for loan in kept if loan.due_on and loan.due_on < today],
        "coming_back": by_status[LoanStatus.IN_VAN_BACK],
        "counts": {status: len(loans) for status, loans in by_status.items()},
        "quarantine": back.filter(status=BundleStatus.QUARANTINE),
        "incomplete": back.filter(status=BundleStatus.INCOMPLETE),
    }
    return render(request, "library_desk/today.html", context)


def _to_pack(requested: list[Loan]) -> dict[str, object]:
    """Each with its fulfilment, soonest first; those whose order is still to be paid wait."""
    parts = fulfilments_by_reference([loan.key for loan in requested])
    pairs = [(loan, parts.get(loan.key)) for loan in requested]
    unpaid = [loan for loan, part in pairs if part and part.status == FulfilmentStatus.PLACED]
    ready = [(loan, part) for loan, part in pairs if loan not in unpaid]
    ready.sort(key=lambda pair: pair[1].promised_from if pair[1] else pair[0].requested_at)
    return {"to_pack": ready, "unpaid": len(unpaid)}
