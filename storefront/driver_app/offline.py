"""What lets the app work where there is no signal: its worker, its manifest, a page for "offline".

The worker must be served from inside its scope, so it is a view and no static file.
"""

import json
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from storefront.accounts.access import public

WORKER = Path(settings.BASE_DIR) / "storefront" / "static" / "js" / "driver-worker.js"
ASSETS = (
    "css/jangteo.css",
    "icons.svg",
    "mark.svg",
    "js/driver.js",
    "js/live.js",
    "js/map.js",
    "map/gyeonggi.json",
    "leaflet/leaflet.js",
    "leaflet/leaflet.css",
    "django_htmx/htmx-2.min.js",
    "pictures/empty-routes.webp",
)


@public
@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The worker's code, preceded by the addresses of what it keeps; new addresses, new worker."""
    keep = [static(name) for name in ASSETS] + [reverse("driver_offline")]
    text = f"const KEEP = {json.dumps(keep)};\n{WORKER.read_text()}"
    return HttpResponse(
        text,
        content_type="text/javascript; charset=utf-8",
        headers={"Cache-Control": "no-cache", "Service-Worker-Allowed": reverse("driver_home")},
    )


@public
@require_safe
def manifest(request: HttpRequest) -> JsonResponse:
    """So that the app can be put on the phone's first screen."""
    facts = {
        "name": _("장터 배송"),
        "short_name": _("장터 배송"),
        "start_url": reverse("driver_home"),
        "scope": reverse("driver_home"),
        "display": "standalone",
        "background_color": "#fbfaf6",
        "theme_color": "#124a31",
        "icons": [{"src": static("mark.svg"), "sizes": "any", "type": "image/svg+xml"}],
    }
    return JsonResponse(facts, content_type="application/manifest+json")


@public
@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """Shown for a page the phone has not kept. It names nobody."""
    return render(request, "driver_app/offline.html")
