"""Money taken on site: who holds how much since when, what waits, and what did not come out."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from commerce.settlement.till_queries import MonthOfTill, is_till, months_with_differences
from storefront.accounts.access import needs
from storefront.accounts.models import Role, User
from storefront.operator_desk.desk import desk
from storefront.refusals import NotFound
from storefront.tills.counting import till_facts
from storefront.tills.receiving import count_facts, decide, names_of, rows, the_count


@needs(Role.OPERATOR)
@require_safe
def tills(request: HttpRequest) -> HttpResponse:
    found = rows()
    context = desk(
        rows=found,
        cash_won=sum(row.till.held.cash_won for row in found),
        slips_won=sum(row.till.held.slips_won for row in found),
        months=_named(months_with_differences()),
    )
    return render(request, "operator_desk/tills.html", context)


def _named(months: list[MonthOfTill]) -> list[tuple[MonthOfTill, str, str]]:
    """Each with its till's name and its person's."""
    tills_named = names_of({one.till_reference for one in months})
    people = User.objects.filter(reference__in={one.counted_by for one in months})
    people_named = dict(people.values_list("reference", "full_name"))
    return [
        (one, tills_named[one.till_reference], people_named.get(one.counted_by, ""))
        for one in months
    ]


@needs(Role.OPERATOR)
@require_safe
def till(request: HttpRequest, reference: str) -> HttpResponse:
    """One till: each taking with its order's lines, and its counts. NOT_FOUND for none."""
    if not is_till(reference):
        raise NotFound("till")
    context = desk(till_name=names_of([reference])[reference], **till_facts(request, reference))
    return render(request, "operator_desk/till.html", context)


@needs(Role.OPERATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def till_count(request: HttpRequest, reference: str) -> HttpResponse:
    found = the_count(reference)
    if request.method == "POST":
        decide(request, found)
        return redirect("operator_till_count", reference)
    return render(request, "operator_desk/till_count.html", desk(**count_facts(request, found)))
