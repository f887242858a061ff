"""The site's till: money taken at its lanes and its screenings' gate, counted and handed in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from storefront.accounts.access import needs
from storefront.accounts.models import Role
from storefront.lane_tablet.desk import menu, site_of
from storefront.tills.counting import take_form, till_facts


@needs(Role.FARMER)
@require_http_methods(["GET", "HEAD", "POST"])
def till(request: HttpRequest) -> HttpResponse:
    site = site_of(request)
    refusal = take_form(request, site.reference) if request.method == "POST" else None
    if request.method == "POST" and refusal is None:
        return redirect("lane_till")
    context = {**menu(), "site": site, **till_facts(request, site.reference), "refusal": refusal}
    return render(request, "lane_tablet/till.html", context, status=400 if refusal else 200)
