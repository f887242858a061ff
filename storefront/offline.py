"""What lets an app work where there is no signal: its worker, and pages that it may keep for a day.

The worker must be served from inside its scope, so it is a view and no static file.
"""

import json
from collections.abc import Callable, Sequence
from functools import wraps
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.templatetags.static import static
from django.utils import timezone

View = Callable[..., HttpResponse]

WORKER = Path(settings.BASE_DIR) / "storefront" / "static" / "js" / "offline-worker.js"


def of_the_day(view: View) -> View:
    """Kept by the device's own worker until midnight or sign-out, and by nobody else's cache."""

    @wraps(view)
    def marked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response["Cache-Control"] = "private, no-store"
        response["X-Kept-For"] = request.scope  # type: ignore[attr-defined]
        response["X-Kept-Day"] = timezone.localdate().isoformat()
        return response

    return marked


def worker(*, app: str, scope: str, assets: Sequence[str], offline_page: str) -> HttpResponse:
    """The worker's code, preceded by the addresses of what it keeps; new addresses, new worker."""
    keep = [static(name) for name in assets] + [offline_page]
    facts = f"const APP = {json.dumps(app)}, SCOPE = {json.dumps(scope)};\n"
    return HttpResponse(
        f"{facts}const KEEP = {json.dumps(keep)};\n{WORKER.read_text()}",
        content_type="text/javascript; charset=utf-8",
        headers={"Cache-Control": "no-cache", "Service-Worker-Allowed": scope},
    )
