"""A Saleor's payments through our gateway, while its shopper or its staff wait for the answer."""

from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from commerce.payments.gateway import gateway
from commerce.saleor.app import charging, requests, verifying
from commerce.saleor.app.actions import EventMalformed
from commerce.saleor.app.models import Installation
from commerce.saleor.app.upstream import upstream
from storefront.accounts.access import public
from storefront.saleor_app.doors import raw_body, tells_saleor, when_allowed

Body = Mapping[str, Any]
Answer = Callable[[Installation, Body, bytes], dict[str, Any]]


@public
@csrf_exempt
@when_allowed
@require_POST
@tells_saleor
def payments(request: HttpRequest) -> HttpResponse:
    """The event's header says what is asked; only the signed body is believed for the rest."""
    raw = raw_body(request)
    installation = verifying.installed(request.headers.get("Saleor-Api-Url", ""))
    body = verifying.signed(
        installation,
        request.headers.get("Saleor-Signature", ""),
        raw,
        upstream=upstream(),
        now=timezone.now(),
    )
    answer = ANSWERS.get(str(body.get("__typename", "")))
    if answer is None:
        raise EventMalformed("event")
    return JsonResponse(answer(installation, body, raw))


def _how_to_pay(installation: Installation, body: Body, raw: bytes) -> dict[str, Any]:
    """What a storefront needs to show the gateway's own card fields."""
    name = gateway().name
    keys = {"stripe": settings.STRIPE_PUBLISHABLE_KEY, "toss": settings.TOSS_CLIENT_KEY}
    return {"data": {"gateway": name, "publishableKey": keys.get(name, "")}}


def _session(installation: Installation, body: Body, raw: bytes) -> dict[str, Any]:
    return charging.session(installation, body, timezone.now())


def _requested(installation: Installation, body: Body, raw: bytes) -> dict[str, Any]:
    return requests.answer(installation, body, raw, timezone.now())


# By the signed body's own name for the event: the header is not signed.
ANSWERS: dict[str, Answer] = {
    "PaymentGatewayInitializeSession": _how_to_pay,
    "TransactionInitializeSession": _session,
    "TransactionProcessSession": _session,
    "TransactionChargeRequested": _requested,
    "TransactionRefundRequested": _requested,
    "TransactionCancelationRequested": _requested,
}
