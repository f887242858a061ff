"""Loans under way, and packing one."""

from datetime import date, datetime

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from commerce.books import actions as books
from commerce.books import queries
from commerce.books.models import Library, Loan, LoanStatus
from commerce.orders import actions as orders
from commerce.orders.queries import contents
from storefront.accounts.access import needs
from storefront.accounts.models import Role
from storefront.library_desk.desk import RETURNABLE, common, library_of, loan_of
from storefront.library_desk.wording import loan_states
from storefront.refusals import REFUSALS, BadInput, as_dict

OVERDUE = "overdue"


@needs(Role.LIBRARIAN)
@require_safe
def loans(request: HttpRequest) -> HttpResponse:
    """Every loan under way, or those in one state."""
    library = library_of(request)
    state = request.GET.get("state", "")
    states = loan_states()
    if state and state != OVERDUE and state not in states:
        raise BadInput("state")
    everything = list(queries.for_library(library.reference))
    today = timezone.localdate()
    groups = {name: [loan for loan in everything if loan.status == name] for name in states}
    groups[OVERDUE] = [loan for loan in everything if _is_overdue(loan, today)]
    tabs = [(name, words, len(groups[name])) for name, words in states.items()]
    context = {
        **common(library),
        "loans": groups[state] if state else everything,
        "state": state,
        "tabs": [*tabs, (OVERDUE, _("연체"), len(groups[OVERDUE]))],
        "all_count": len(everything),
        "today": today,
        "returnable": RETURNABLE,
    }
    return render(request, "library_desk/loans.html", context)


def _is_overdue(loan: Loan, today: date) -> bool:
    at_home = loan.status in (LoanStatus.ON_LOAN, LoanStatus.COLLECTION_BOOKED)
    return at_home and loan.due_on is not None and loan.due_on < today


@needs(Role.LIBRARIAN)
@require_POST
def pack(request: HttpRequest, loan: str) -> HttpResponse:
    library = library_of(request)
    found = loan_of(library, loan)
    try:
        pack_bundle(loan=found, library=library, now=timezone.now())
    except REFUSALS as refusal:
        messages.error(request, as_dict(refusal)["message"])
    else:
        said = _("'%(theme)s' 꾸러미를 포장했습니다. 배송 차에 실을 수 있어요.")
        messages.success(request, said % {"theme": found.bundle.theme})
    return redirect("library_home")


@transaction.atomic
def pack_bundle(*, loan: Loan, library: Library, now: datetime) -> Loan:
    """The box is closed: its line in the family's order is ready too. A repeat changes nothing.

    The order's rows are locked before the loan's, as when a box is handed over.
    """
    for line in contents(loan.key):
        orders.mark_line_ready(
            line_reference=line.reference, merchant_reference=library.reference, now=now
        )
    return books.pack(loan_reference=loan.reference, library=library, now=now)
