"""Bodies that other servers send us: small, JSON, and byte for byte as they were signed."""

import re

from django.http import HttpRequest

from storefront.refusals import BadInput, StorefrontError


class BodyTooLarge(StorefrontError):
    """``data``: ``most``, the bytes that are taken."""

    code = "BODY_TOO_LARGE"


class OurFault(StorefrontError):
    code = "SERVER_ERROR"
    retryable = True


def json_body(request: HttpRequest, *, most: int) -> bytes:
    """The body's own bytes, which a signature is over. BAD_INPUT, BODY_TOO_LARGE."""
    if request.content_type != "application/json":
        raise BadInput("content_type")
    told = request.headers.get("Content-Length") or "0"
    if not re.fullmatch(r"[0-9]{1,12}", told):
        raise BadInput("content_length")
    if int(told) > most:
        raise BodyTooLarge("body", most=most)
    return request.body
