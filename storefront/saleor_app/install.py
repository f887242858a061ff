"""The end of the handshake: a Saleor that just installed our app gives us its token."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from commerce.saleor.app import actions
from commerce.saleor.app.upstream import upstream
from storefront.accounts.access import public
from storefront.refusals import BadInput
from storefront.saleor_app.doors import raw_body, tells_saleor, when_allowed


@public
@csrf_exempt
@when_allowed
@require_POST
@tells_saleor
def install(request: HttpRequest) -> HttpResponse:
    """A 2xx finishes the installing; anything else undoes it and shows our words."""
    actions.install(
        api_url=request.headers.get("Saleor-Api-Url", ""),
        token=_token(raw_body(request)),
        upstream=upstream(),
        now=timezone.now(),
    )
    return JsonResponse({})


def _token(body: bytes) -> str:
    """BAD_INPUT for anything but ``{"auth_token": "…"}``."""
    try:
        told: Any = json.loads(body)
    except (ValueError, RecursionError):
        told = None
    token = told.get("auth_token") if isinstance(told, dict) else None
    if not isinstance(token, str):
        raise BadInput("auth_token")
    return token
