"""What all of the app's addresses share: they are there only where a Saleor is allowed, take small
JSON bodies, and answer a refusal so that the Saleor knows whether to come again.

A Saleor comes again after a 5xx and never after a 3xx or 4xx. So what may be good later is 503.
"""

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase

from commerce.saleor.app.actions import OtherApp
from commerce.saleor.app.dashboard_token import (
    DashboardNotPermitted,
    DashboardTokenExpired,
    DashboardTokenInvalid,
)
from commerce.saleor.app.signature import SignatureMalformed, SignatureWrong, SigningKeyUnknown
from commerce.saleor.app.upstream import TokenRefused
from commerce.saleor.app.verifying import SaleorNotAllowed
from storefront import refusals
from storefront.bodies import BodyTooLarge, OurFault, json_body
from storefront.refusals import REFUSALS, NotFound, as_dict

log = logging.getLogger(__name__)

View = Callable[[HttpRequest], HttpResponseBase]

# Our subscriptions ask for ids; a basket of a thousand lines stays below this.
MOST_BYTES = 512 * 1024


STATUS = {
    SignatureMalformed.code: 401,
    SignatureWrong.code: 401,
    SigningKeyUnknown.code: 401,
    DashboardTokenInvalid.code: 401,
    DashboardTokenExpired.code: 401,
    DashboardNotPermitted.code: 403,
    SaleorNotAllowed.code: 403,
    TokenRefused.code: 403,
    OtherApp.code: 403,
    BodyTooLarge.code: 413,
}


def status_of(refusal: Any) -> int:
    if refusal.retryable:
        return 503
    return STATUS.get(refusal.code) or refusals.status_of(refusal.code)


def when_allowed(view: View) -> View:
    """NOT_FOUND while no Saleor is allowed."""

    @wraps(view)
    def answer(request: HttpRequest) -> HttpResponseBase:
        if not settings.SALEOR_ALLOWED_API_URLS:
            raise NotFound("saleor")
        return view(request)

    return answer


def tells_saleor(view: View) -> View:
    """Refusals as JSON; ``error.message`` is what a Saleor shows its staff after an install."""

    @wraps(view)
    def answer(request: HttpRequest) -> HttpResponseBase:
        try:
            return view(request)
        except REFUSALS as refusal:
            return _refused(refusal)
        except (OperationalError, InterfaceError):
            log.exception("the database did not answer a Saleor")
            return _refused(OurFault())

    return answer


def _refused(refusal: Any) -> JsonResponse:
    told = as_dict(refusal)
    words = f"{told['message_ko']} {told['message_en']}"
    return JsonResponse(told | {"error": {"message": words}}, status=status_of(refusal))


def raw_body(request: HttpRequest) -> bytes:
    """The body's own bytes, which the signature is over. BAD_INPUT, BODY_TOO_LARGE."""
    return json_body(request, most=MOST_BYTES)
