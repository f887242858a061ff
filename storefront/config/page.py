"""What every page knows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from storefront.accounts.access import grants_of


def facts(request: HttpRequest) -> dict[str, Any]:
    """``roles``: the desks to offer in the menu. ``basket_count``: read when the page shows it."""
    user = getattr(request, "user", None)
    return {
        "live_url": settings.LIVE_URL,
        "desks": SimpleLazyObject(
            lambda: [g.role for g in grants_of(user)] if user is not None else []
        ),
    }
