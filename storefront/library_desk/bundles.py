"""The library's bundles: all of them by state, and one with its copies."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from commerce.books import actions as books
from commerce.books import queries
from commerce.books.models import Stage
from storefront.accounts.access import needs
from storefront.accounts.models import Role
from storefront.library_desk.desk import RETURNABLE, bundle_of, common, library_of
from storefront.library_desk.wording import bundle_states
from storefront.refusals import REFUSALS, BadInput, as_dict
from storefront.typed import page_of

A_PAGE = 24


@needs(Role.LIBRARIAN)
@require_safe
def bundles(request: HttpRequest) -> HttpResponse:
    library = library_of(request)
    state, stage = request.GET.get("state", ""), request.GET.get("stage", "")
    states = bundle_states()
    if (state and state not in states) or (stage and stage not in Stage.values):
        raise BadInput("state")
    counts = queries.bundle_counts(library.reference)
    shown = queries.bundles_of(library.reference).order_by("theme", "pk")
    shown = shown.filter(status=state) if state else shown
    shown = shown.filter(stage=stage) if stage else shown
    context = {
        **common(library),
        "page": page_of(request.GET, shown, A_PAGE),
        "state": state,
        "stage": stage,
        "stages": Stage.values,
        "tabs": [(name, words, counts[name]) for name, words in states.items() if counts[name]],
        "all_count": sum(counts.values()),
    }
    return render(request, "library_desk/bundles.html", context)


@needs(Role.LIBRARIAN)
@require_safe
def bundle(request: HttpRequest, bundle: str) -> HttpResponse:
    library = library_of(request)
    found = bundle_of(library, bundle)
    context = {
        **common(library),
        "bundle": found,
        "copies": found.copies.all(),
        "loan": queries.active_loans([found.reference]).get(found.reference),
        "returnable": RETURNABLE,
    }
    return render(request, "library_desk/bundle.html", context)


@needs(Role.LIBRARIAN)
@require_POST
def release(request: HttpRequest, bundle: str) -> HttpResponse:
    """Clean again: families may choose it."""
    library = library_of(request)
    found = bundle_of(library, bundle)
    done = _("'%(theme)s' 꾸러미를 다시 빌려줄 수 있어요.") % {"theme": found.theme}
    _try(
        request,
        lambda: books.release_bundle(bundle_reference=found.reference, library=library),
        done,
    )
    return redirect(_back(request), *_back_args(request, found.reference))


@needs(Role.LIBRARIAN)
@require_POST
def found(request: HttpRequest, bundle: str) -> HttpResponse:
    """A missing copy turned up."""
    library = library_of(request)
    whole = bundle_of(library, bundle)
    barcode = request.POST.get("barcode", "")
    if barcode not in {copy.barcode for copy in whole.copies.all()}:
        raise BadInput("barcode")
    done = _("찾은 책을 꾸러미에 되돌렸습니다.")
    _try(request, lambda: books.mark_found(barcode=barcode, library=library), done)
    return redirect("library_bundle", whole.reference)


def _try(request: HttpRequest, action: Any, done: str) -> None:
    try:
        action()
    except REFUSALS as refusal:
        messages.error(request, as_dict(refusal)["message"])
    else:
        messages.success(request, done)


def _back(request: HttpRequest) -> str:
    return "library_home" if request.POST.get("back") == "today" else "library_bundle"


def _back_args(request: HttpRequest, reference: str) -> list[str]:
    return [] if _back(request) == "library_home" else [reference]
