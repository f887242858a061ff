"""Addresses that only whoever got the message knows: they open without signing in."""

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse

from storefront.refusals import NotFound


def token_of(reference: str, page: str) -> str:
    """For one page only: the token of another page opens nothing here."""
    return Signer(salt=page).sign(reference)


def link_to(page: str, reference: str) -> str:
    """The whole address, for a message."""
    return f"{settings.PUBLIC_URL}{reverse(page, args=[token_of(reference, page)])}"


def reference_in(token: str, page: str) -> str:
    """NOT_FOUND for a token that this mall has not made."""
    try:
        return Signer(salt=page).unsign(token)
    except BadSignature:
        raise NotFound("link") from None
