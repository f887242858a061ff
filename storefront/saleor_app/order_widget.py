"""Beside an order in a Saleor's Dashboard: how, when and where we hand over each of its parts."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from commerce.orders.models import Fulfilment, FulfilmentStatus
from commerce.orders.queries import fulfilments_by_reference, fulfilments_of
from commerce.parcels.queries import parcels_of
from commerce.saleor.app import verifying
from commerce.saleor.app.queries import our_order
from commerce.saleor.app.upstream import upstream
from drivethrough.queue.queries import arrival_position
from logistics.planning.queries import task_in_force
from storefront.accounts.access import public
from storefront.refusals import BadInput, StorefrontError
from storefront.saleor_app.doors import when_allowed
from storefront.saleor_app.frame import framed

PERMISSION = "MANAGE_ORDERS"


class OrderForeign(StorefrontError):
    """An order of the Saleor that no fulfilment of ours belongs to."""

    code = "SALEOR_ORDER_UNKNOWN"


@public
@csrf_exempt
@sensitive_post_parameters("accessToken")
@when_allowed
@require_POST
@framed
def order(request: HttpRequest) -> HttpResponse:
    """The Dashboard's form: ``saleorApiUrl, accessToken, appId, orderId``. The token says the rest.

    The Saleor is asked for the order in that person's name, so it decides who may see it.
    """
    order_id = request.POST.get("orderId", "")
    if not order_id:
        raise BadInput("orderId")
    saleor = upstream()
    staff = verifying.staff(
        request.POST.get("saleorApiUrl", ""),
        request.POST.get("accessToken", ""),
        permission=PERMISSION,
        upstream=saleor,
        now=timezone.now(),
    )
    reference = saleor.external_reference(staff.api_url, staff.token, order_id)
    found = list(fulfilments_by_reference([reference]).values())
    found = found or fulfilments_of(our_order(staff.api_url, order_id))
    if not found:
        raise OrderForeign("order")
    return render(request, "saleor_app/order.html", {"parts": [_facts(part) for part in found]})


def _facts(fulfilment: Fulfilment) -> dict[str, Any]:
    """``car`` for a drive-through, ``task`` once a route brings it, both while it is under way;
    ``parcel`` once a courier has it."""
    over = fulfilment.status in (FulfilmentStatus.PLACED, FulfilmentStatus.CANCELLED)
    at_gate = bool(fulfilment.booking_reference)
    return {
        "fulfilment": fulfilment,
        "at_gate": at_gate,
        "over": over,
        "car": arrival_position(fulfilment.booking_reference) if at_gate and not over else None,
        "task": None if at_gate or over else task_in_force(fulfilment.reference),
        "parcel": parcels_of([fulfilment.reference]).get(fulfilment.reference),
    }
