"""Every refusal as ``{code, field, message, retryable, data}``, in the reader's language.

Capabilities raise coded errors and know no words; this file has the words. A view catches a
refusal where it can show it beside the form; what it does not catch is answered here.
"""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import get_language

from commerce.errors import CommerceError
from drivethrough.errors import DrivethroughError
from logistics.errors import LogisticsError
from storefront.refusal_words import WORDS

Handler = Callable[[HttpRequest], HttpResponse]


class StorefrontError(Exception):
    """A refusal made by a screen or a journey itself."""

    code = "BAD_REQUEST"
    retryable = False

    def __init__(self, field: str = "", **data: object) -> None:
        super().__init__(self.code, field, data)
        self.field = field
        self.data = data


class BadInput(StorefrontError):
    """A value that cannot be meant: wrong form, wrong type, unknown choice."""

    code = "BAD_INPUT"


class NotFound(StorefrontError):
    code = "NOT_FOUND"


class NotAllowed(StorefrontError):
    """Whoever asks may not, or no longer."""

    code = "NOT_ALLOWED"


REFUSALS = (CommerceError, LogisticsError, DrivethroughError, StorefrontError)
STATUS = {"NOT_FOUND": 404, "NOT_ALLOWED": 403}


def status_of(code: str) -> int:
    """404 for what is not there or not theirs, 400 for what cannot be done."""
    return 404 if code.endswith("_UNKNOWN") else STATUS.get(code, 400)


def message(code: str, data: dict[str, Any] | None = None, language: str | None = None) -> str:
    """The words for a code; facts missing from ``data`` are left out rather than failing."""
    words = WORDS[code]
    text = words[1] if (language or get_language()) == "en" else words[0]
    try:
        return text.format(**(data or {}))
    except (KeyError, IndexError):
        return text


def as_dict(refusal: Any) -> dict[str, Any]:
    """``{code, field, message, message_ko, message_en, retryable, data}``, ready for JSON."""
    code = refusal.code
    plain = int | bool | list | dict
    data = {k: v if isinstance(v, plain) else str(v) for k, v in refusal.data.items()}
    return {
        "code": code,
        "field": refusal.field,
        "message": message(code, data),
        "message_ko": message(code, data, "ko"),
        "message_en": message(code, data, "en"),
        "retryable": refusal.retryable,
        "data": data,
    }


def wants_json(request: HttpRequest) -> bool:
    return request.content_type == "application/json" or "application/json" in request.headers.get(
        "Accept", ""
    )


def refuse_page(
    request: HttpRequest, code: str, *, status: int, data: dict[str, Any] | None = None
) -> HttpResponse:
    body = {
        "code": code,
        "field": "",
        "message": message(code, data),
        "message_ko": message(code, data, "ko"),
        "message_en": message(code, data, "en"),
        "retryable": False,
        "data": data or {},
    }
    if wants_json(request):
        return JsonResponse(body, status=status)
    return render(request, "refusal.html", {"refusal": body}, status=status)


def page_too_old(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Django's CSRF check refused a form: mostly one opened before somebody signed in or out."""
    return refuse_page(request, "PAGE_TOO_OLD", status=403)


def answer(request: HttpRequest, refusal: Exception) -> HttpResponse:
    body = as_dict(refusal)
    status = status_of(body["code"])
    if wants_json(request):
        return JsonResponse(body, status=status)
    return render(request, "refusal.html", {"refusal": body}, status=status)


def _has_nul(request: HttpRequest) -> bool:
    sent = [request.path, *(v for _, vs in request.GET.lists() for v in vs)]
    if request.method == "POST" and request.content_type != "application/json":
        sent += [v for _, vs in request.POST.lists() for v in vs]
    return any("\x00" in text for text in sent)


def answer_refusals(get_response: Handler) -> Handler:
    def middleware(request: HttpRequest) -> HttpResponse:
        # PostgreSQL has no text with NUL in it; nobody means one.
        if _has_nul(request):
            return answer(request, BadInput())
        return get_response(request)

    def process_exception(request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return answer(request, exception) if isinstance(exception, REFUSALS) else None

    middleware.process_exception = process_exception  # type: ignore[attr-defined]
    return middleware
