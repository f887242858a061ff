"""How many cars a slot should take: asked beside the form that opens slots, and filled in there."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from drivethrough.openings.actions import MOST_CARS
from storefront.accounts.access import needs
from storefront.accounts.models import Role
from storefront.journeys.suggest_cars import suggest_cars
from storefront.lane_tablet import slots
from storefront.lane_tablet.desk import site_of
from storefront.refusals import REFUSALS, as_dict
from storefront.typed import number_of

STAFF = range(1, 21)
WAITS = range(1, 61)  # minutes


@needs(Role.FARMER)
@require_safe
def suggest(request: HttpRequest) -> HttpResponse:
    site = site_of(request)
    asked = {name: request.GET.get(name, "") for name in slots.EMPTY_QUESTION}
    try:
        suggestion = suggest_cars(
            site=site,
            slot_minutes=number_of(request.GET, "slot_minutes", slots.MINUTES),
            preparers=number_of(request.GET, "staff", STAFF),
            wait_minutes=number_of(request.GET, "wait", WAITS),
        )
    except REFUSALS as caught:
        refusal = as_dict(caught)
        return slots.page(request, site, status=400, asked=asked, suggestion_refusal=refusal)
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
    typed = {
        "on_date": tomorrow,
        **slots.EMPTY_FORM,
        "minutes": asked["slot_minutes"],
        "preparers": asked["staff"],
        "cars": str(min(MOST_CARS, max(1, suggestion.cars))),
    }
    return slots.page(request, site, asked=asked, suggestion=suggestion, typed=typed)
