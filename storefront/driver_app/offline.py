"""What lets the app work where there is no signal: its worker, its manifest, its page."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from storefront import offline as offline_app
from storefront.accounts.access import public

ASSETS = (
    "css/jangteo.css",
    "icons.svg",
    "mark.svg",
    "js/driver.js",
    "js/kept_events.js",
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
    return offline_app.worker(
        app="driver",
        scope=reverse("driver_home"),
        assets=ASSETS,
        offline_page=reverse("driver_offline"),
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
