"""Money that the depot's drivers took at doors: who holds it, and receiving what they counted."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from logistics.fleet.models import Driver
from storefront.accounts.access import needs
from storefront.accounts.models import Role
from storefront.dispatch_desk.desk import depot_of, menu
from storefront.tills.receiving import count_facts, decide, rows, the_count


@needs(Role.DISPATCHER)
@require_safe
def tills(request: HttpRequest) -> HttpResponse:
    context = {
        "desk_menu": menu(),
        "depot": depot_of(request),
        "rows": rows(_own(request)),
    }
    return render(request, "dispatch_desk/tills.html", context)


@needs(Role.DISPATCHER)
@require_http_methods(["GET", "HEAD", "POST"])
def till_count(request: HttpRequest, reference: str) -> HttpResponse:
    """Of one of the depot's drivers; any other is NOT_FOUND."""
    found = the_count(reference, _own(request))
    if request.method == "POST":
        decide(request, found)
        return redirect("dispatch_till_count", reference)
    context = {"desk_menu": menu(), "depot": depot_of(request), **count_facts(request, found)}
    return render(request, "dispatch_desk/till_count.html", context)


def _own(request: HttpRequest) -> set[str]:
    """The drivers of the depot."""
    own = Driver.objects.filter(depot=depot_of(request))
    return set(own.values_list("reference", flat=True))
