"""Every address. Each screen package lists its own."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.views.i18n import set_language

from storefront.accounts.access import public
from storefront.config.files import media
from storefront.config.health import healthz
from storefront.refusals import refuse_page
from storefront.text_size import set_text_size

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("language/", public(set_language), name="set_language"),
    path("text-size/", set_text_size, name="set_text_size"),
    path("media/<path:path>", media, name="media"),
    path("accounts/", include("allauth.urls")),
    path("merchant/", include("storefront.merchant_desk.urls")),
    path("operator/", include("storefront.operator_desk.urls")),
    path("dispatch/", include("storefront.dispatch_desk.urls")),
    path("driver/", include("storefront.driver_app.urls")),
    path("lane/", include("storefront.lane_tablet.urls")),
    path("library/", include("storefront.library_desk.urls")),
    path("helper/", include("storefront.helper_desk.urls")),
    path("saleor/", include("storefront.saleor_app.urls")),
    path("payments/", include("storefront.payment_pages.urls")),
    path("", include("storefront.shop.urls")),
]


def _not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return refuse_page(request, "NOT_FOUND", status=404)


def _denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return refuse_page(request, "NOT_ALLOWED", status=403)


def _broken(request: HttpRequest) -> HttpResponse:
    return refuse_page(request, "SERVER_ERROR", status=500)


handler404 = _not_found
handler403 = _denied
handler500 = _broken
