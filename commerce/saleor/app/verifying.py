"""Whom a Saleor's words are from: the right address, the right key, and keys that may change."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeVar

from django.conf import settings

from commerce.errors import CommerceError
from commerce.saleor.app import dashboard_token, signature
from commerce.saleor.app.api_url import normalised
from commerce.saleor.app.dashboard_token import Staff
from commerce.saleor.app.models import Installation
from commerce.saleor.app.signature import Jwks, SigningKeyUnknown
from commerce.saleor.app.upstream import Upstream

Answer = TypeVar("Answer")

# Whoever sends made-up key ids makes us ask no more often than this.
KEYS_ASKED_EVERY = timedelta(minutes=1)


class SaleorNotAllowed(CommerceError):
    """Not one of SALEOR_ALLOWED_API_URLS."""

    code = "SALEOR_NOT_ALLOWED"


class SaleorNotInstalled(CommerceError):
    """Allowed, but our app is not (or not yet) installed there."""

    code = "SALEOR_NOT_INSTALLED"
    retryable = True


class SigningKeysJustAsked(CommerceError):
    """The key is unknown, and the Saleor was asked for its keys a moment ago."""

    code = "SIGNING_KEYS_JUST_ASKED"
    retryable = True


class BodyMalformed(CommerceError):
    """Signed, but not what was subscribed to."""

    code = "SALEOR_BODY_MALFORMED"


def allowed(api_url: str) -> str:
    """The normalised address. SALEOR_NOT_ALLOWED, SALEOR_URL_MALFORMED."""
    url = normalised(api_url)
    if url not in {normalised(one) for one in settings.SALEOR_ALLOWED_API_URLS}:
        raise SaleorNotAllowed("api_url")
    return url


def installed(api_url: str) -> Installation:
    """SALEOR_NOT_ALLOWED, SALEOR_URL_MALFORMED, SALEOR_NOT_INSTALLED."""
    found = Installation.objects.filter(api_url=allowed(api_url)).first()
    if found is None:
        raise SaleorNotInstalled("api_url")
    return found


def signed(
    installation: Installation, given: str, body: bytes, *, upstream: Upstream, now: datetime
) -> dict[str, Any]:
    """The JSON object in a body that this very Saleor signed.

    As ``signature.verify``; SIGNING_KEYS_JUST_ASKED, SALEOR_BODY_MALFORMED, and what ``upstream``
    raises.
    """
    check = partial(signature.verify, given, body)
    _with_keys(installation, check, upstream=upstream, now=now)
    try:
        facts = json.loads(body)
    except (ValueError, RecursionError):
        facts = None
    if not isinstance(facts, dict):
        raise BodyMalformed("body")
    return facts


def staff(api_url: str, token: str, *, permission: str, upstream: Upstream, now: datetime) -> Staff:
    """As ``dashboard_token.read``, ``installed`` and ``signed``."""
    installation = installed(api_url)
    check = partial(_read_token, token, installation=installation, permission=permission, now=now)
    return _with_keys(installation, check, upstream=upstream, now=now)


def _read_token(
    token: str, jwks: Jwks, *, installation: Installation, permission: str, now: datetime
) -> Staff:
    return dashboard_token.read(
        token,
        jwks,
        api_url=installation.api_url,
        app_id=installation.app_id,
        permission=permission,
        now=now,
    )


def _with_keys(
    installation: Installation,
    check: Callable[[Jwks], Answer],
    *,
    upstream: Upstream,
    now: datetime,
) -> Answer:
    """An unknown key may be a new one: the Saleor is asked once, then it is unknown."""
    try:
        return check(installation.jwks)
    except SigningKeyUnknown:
        return check(_new_keys(installation, upstream, now))


def _new_keys(installation: Installation, upstream: Upstream, now: datetime) -> Jwks:
    # The update picks the one asker of the minute. The others come again later rather than being
    # told that a key is unknown which the asker may be learning right now.
    asker = Installation.objects.filter(
        pk=installation.pk, jwks_fetched_at__lte=now - KEYS_ASKED_EVERY
    ).update(jwks_fetched_at=now)
    if not asker:
        raise SigningKeysJustAsked("signature")
    jwks = upstream.jwks(installation.api_url)
    Installation.objects.filter(pk=installation.pk).update(jwks=dict(jwks))
    return jwks
