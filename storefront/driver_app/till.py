"""The driver's own till: money taken at doors, counted and handed in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from storefront.accounts.access import needs
from storefront.accounts.models import Role
from storefront.driver_app.sheet import page_facts
from storefront.tills.counting import take_form, till_facts


@needs(Role.DRIVER)
@require_http_methods(["GET", "HEAD", "POST"])
def till(request: HttpRequest) -> HttpResponse:
    driver = request.scope  # type: ignore[attr-defined]
    refusal = take_form(request, driver) if request.method == "POST" else None
    if request.method == "POST" and refusal is None:
        return redirect("driver_till")
    context = page_facts(request, timezone.localdate()) | till_facts(request, driver)
    context["refusal"] = refusal
    return render(request, "driver_app/till.html", context, status=400 if refusal else 200)
