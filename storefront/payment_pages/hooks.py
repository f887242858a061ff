"""Where a payment gateway tells us that something happened: kept at once, followed afterwards.

Gateways come again after every answer but a 2xx: Stripe for three days, Toss seven times
(https://docs.stripe.com/webhooks#retries,
https://docs.tosspayments.com/reference/using-api/webhook-events). So what nobody here follows is
answered 200, what may be good later 503, and 4xx is for what is not from a gateway at all.
"""

import logging

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from kombu.exceptions import OperationalError as BrokerSilent

from commerce.payments import hearing
from storefront.accounts.access import public
from storefront.bodies import BodyTooLarge, OurFault, json_body
from storefront.journeys.tasks import follow_gateway_events
from storefront.refusals import REFUSALS, as_dict, status_of

log = logging.getLogger(__name__)

# A gateway's largest objects are a few dozen kilobytes.
MOST_BYTES = 256 * 1024


@public
@csrf_exempt
@require_POST
def hook(request: HttpRequest, gateway: str) -> HttpResponse:
    """A repeat is answered as the first time."""
    try:
        event = hearing.receive(
            name=gateway,
            body=json_body(request, most=MOST_BYTES),
            headers=request.headers,
            now=timezone.now(),
        )
    except REFUSALS as refusal:
        status = 413 if isinstance(refusal, BodyTooLarge) else status_of(refusal.code)
        return JsonResponse(as_dict(refusal), status=status)
    except (OperationalError, InterfaceError):
        log.exception("the database did not answer a gateway")
        return JsonResponse(as_dict(OurFault()), status=503)
    if event is not None:
        _wake()
    return JsonResponse({})


def _wake() -> None:
    try:
        follow_gateway_events.delay()
    except BrokerSilent:
        log.warning("nobody could be woken to follow a gateway's event: the next beat will")
