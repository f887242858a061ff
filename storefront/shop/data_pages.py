"""One's own data: to take along, and to have erased."""

import json

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from storefront.accounts.access import signed_in
from storefront.journeys.erase_person import erase
from storefront.journeys.personal_data import personal_data
from storefront.refusals import REFUSALS, BadInput, as_dict, status_of
from storefront.typed import tick


@signed_in
@never_cache
@require_safe
def my_data(request: HttpRequest) -> HttpResponse:
    return render(request, "shop/my_data.html")


@signed_in
@require_POST
def take_along(request: HttpRequest) -> HttpResponse:
    """A file: by POST, so that no other page can have it fetched."""
    found = personal_data(user=request.user, now=timezone.now())  # type: ignore[arg-type]
    text = json.dumps(found, ensure_ascii=False, indent=2)
    answer = HttpResponse(text, content_type="application/json; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="jangteo.json"'
    answer["Cache-Control"] = "no-store"
    return answer


@signed_in
@require_POST
def erase_me(request: HttpRequest) -> HttpResponse:
    """For good, and only when it was ticked that this is known."""
    try:
        if not tick(request.POST, "sure"):
            raise BadInput("sure")
        erase(user=request.user, now=timezone.now())  # type: ignore[arg-type]
    except REFUSALS as caught:
        refusal = as_dict(caught)
        status = status_of(refusal["code"])
        return render(request, "shop/my_data.html", {"refusal": refusal}, status=status)
    logout(request)
    messages.success(request, _("개인정보를 지우고 탈퇴를 마쳤습니다."))
    return redirect("home")
