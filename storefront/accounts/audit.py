"""Who pressed what: a row before anything is done, and then whether it was.

The row is committed before the page begins, so that what breaks off half way is written down too.
"""

from collections.abc import Callable
from typing import Any

from django.contrib.messages import ERROR, get_messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from storefront.accounts.models import AuditEntry, AuditOutcome, Role

Handler = Callable[[HttpRequest], HttpResponse]

# Drivers and lanes keep every event of their own; dispatchers' plans say who made them.
WRITTEN_DOWN = (Role.OPERATOR, Role.HELPER, Role.MERCHANT, Role.PACKER)


def written_down(get_response: Handler) -> Handler:
    """After ``deny_by_default``, which says who acts as what."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        entry: AuditEntry | None = getattr(request, "audit_entry", None)
        if entry is not None:
            entry.outcome = _outcome(request, response)
            entry.save(update_fields=["outcome"])
        return response

    def process_view(request: HttpRequest, view: Any, args: object, kwargs: dict[str, Any]) -> None:
        role = getattr(request, "acting_as", None)
        match = request.resolver_match
        if request.method != "POST" or role not in WRITTEN_DOWN or match is None:
            return
        request.audit_entry = AuditEntry.objects.create(  # type: ignore[attr-defined]
            at=timezone.now(),
            by=request.user,  # type: ignore[misc]
            role=role,
            scope_reference=request.scope,  # type: ignore[attr-defined]
            action=match.view_name[:60],
            subject=str(next(iter(kwargs.values()), ""))[:64],
        )

    middleware.process_view = process_view  # type: ignore[attr-defined]
    return middleware


def _outcome(request: HttpRequest, response: HttpResponse) -> AuditOutcome:
    """Pages refuse by their status, or by a message on the page they lead back to."""
    told: Any = get_messages(request)
    refused = response.status_code >= 400 or any(one.level >= ERROR for one in told)
    told.used = False  # looked at, not shown: the next page still tells it
    return AuditOutcome.REFUSED if refused else AuditOutcome.DONE
