"""Large letters on every page, for whoever asked for them: a cookie keeps it for a year."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from storefront.accounts.access import public

COOKIE = "text_size"
LARGE = "large"
YEAR_SECONDS = 365 * 24 * 60 * 60


def is_large(request: HttpRequest) -> bool:
    return request.COOKIES.get(COOKIE) == LARGE


@public
@require_POST
def set_text_size(request: HttpRequest) -> HttpResponse:
    """``size``: ``large``, or anything else for the usual one; back to ``next``, on this site."""
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure()):
        back = reverse("home")
    answer = HttpResponseRedirect(back)
    if request.POST.get("size") == LARGE:
        answer.set_cookie(
            COOKIE,
            LARGE,
            max_age=YEAR_SECONDS,
            httponly=True,
            samesite="Lax",
            secure=request.is_secure(),
        )
    else:
        answer.delete_cookie(COOKIE, samesite="Lax")
    return answer
