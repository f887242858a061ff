"""Pages shown inside a Saleor's Dashboard, and nowhere else.

No cookie of ours gets there, so nobody is signed in and the browser's own language counts.
"""

from collections.abc import Callable
from functools import wraps

from csp.constants import NONE
from csp.decorators import csp_replace
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_exempt

from storefront.refusals import REFUSALS, as_dict
from storefront.saleor_app.doors import status_of

View = Callable[[HttpRequest], HttpResponseBase]


def framed(view: View) -> View:
    """May be framed by the Dashboards of the settings; shows refusals as a page of its own."""

    @wraps(view)
    @never_cache
    @xframe_options_exempt
    def answer(request: HttpRequest) -> HttpResponseBase:
        # Read for each request: X-Frame-Options cannot name another origin, only this can.
        ancestors = settings.SALEOR_DASHBOARD_ORIGINS or [NONE]
        language = translation.get_language_from_request(request)
        with translation.override(language):
            page = csp_replace({"frame-ancestors": ancestors})(_or_refusal(view))(request)
        page.headers["Content-Language"] = language
        return page

    return answer


def _or_refusal(view: View) -> View:
    def answer(request: HttpRequest) -> HttpResponseBase:
        try:
            return view(request)
        except REFUSALS as refusal:
            context = {"refusal": as_dict(refusal)}
            return render(request, "saleor_app/refusal.html", context, status=status_of(refusal))

    return answer
