"""Which lists shoppers are shown, and by which rule each is ordered."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from commerce.catalogue import featured
from commerce.catalogue.models import Category, FeaturedList, RankingRule
from commerce.catalogue.queries import categories
from storefront.accounts.access import needs
from storefront.accounts.models import Role
from storefront.operator_desk.desk import desk
from storefront.refusals import REFUSALS, BadInput, as_dict, status_of
from storefront.typed import one_of


@needs(Role.OPERATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def lists(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return _page(request)
    try:
        featured.add(
            title=request.POST.get("title", ""),
            title_en=request.POST.get("title_en", ""),
            rule=one_of(request.POST, "rule", RankingRule),
            category=_category(request.POST.get("category", "")),
            now=timezone.now(),
        )
    except REFUSALS as caught:
        refusal = as_dict(caught)
        return _page(request, status=status_of(refusal["code"]), refusal=refusal)
    messages.success(request, _("목록을 더했습니다. 손님에게 바로 보입니다."))
    return redirect("operator_lists")


@needs(Role.OPERATOR)
@require_POST
def remove(request: HttpRequest, reference: str) -> HttpResponse:
    featured.remove(reference=reference)
    messages.success(request, _("목록을 내렸습니다."))
    return redirect("operator_lists")


def _category(slug: str) -> Category | None:
    """None for all of them. BAD_INPUT."""
    found = categories().filter(slug=slug).first() if slug else None
    if slug and found is None:
        raise BadInput("category")
    return found


def _page(request: HttpRequest, *, status: int = 200, **said: Any) -> HttpResponse:
    context = desk(
        lists=FeaturedList.objects.select_related("category"),
        rules=RankingRule.values,
        categories=categories(),
        most=featured.MOST_LISTS,
        typed={name: request.POST.get(name, "") for name in ("title", "title_en", "rule")},
        **said,
    )
    return render(request, "operator_desk/lists.html", context, status=status)
