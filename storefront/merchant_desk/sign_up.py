"""Asking to sell here: a form any signed-in person may send; the operator says yes or no."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commerce.merchants import queries as merchants
from commerce.merchants.models import (
    MailOrderExemption,
    Market,
    Merchant,
    MerchantKind,
    VatType,
)
from drivethrough.sites import queries as sites
from storefront.accounts.access import signed_in
from storefront.accounts.models import Application
from storefront.journeys.admit_merchant import apply_to_sell
from storefront.refusals import REFUSALS, as_dict
from storefront.typed import one_of, tick

SAID = (
    "name",
    "name_en",
    "owner_name",
    "business_number",
    "mail_order_number",
    "city",
    "address",
    "phone",
    "story",
    "story_en",
)
CHOSEN = ("kind", "vat_type", "market", "site", "few_sales")


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def apply(request: HttpRequest) -> HttpResponse:
    refusal: dict[str, Any] | None = None
    if request.method == "POST":
        try:
            apply_to_sell(user=request.user, **_facts(request.POST), now=timezone.now())  # type: ignore[arg-type]
        except REFUSALS as caught:
            refusal = as_dict(caught)
        else:
            messages.success(request, _("신청을 받았습니다. 확인한 뒤 이메일로 알려 드립니다."))
            return redirect("merchant_apply")
    context = {
        "typed": {field: request.POST.get(field, "") for field in (*SAID, *CHOSEN)},
        "refusal": refusal,
        "markets": merchants.markets(),
        "sites": sites.sites(),
        "applied": _applied(request),
    }
    return render(request, "merchant_desk/apply.html", context, status=400 if refusal else 200)


def _facts(form: QueryDict) -> dict[str, Any]:
    few_sales = MailOrderExemption.FEW_SALES if tick(form, "few_sales") else None
    return {
        **{field: form.get(field, "") for field in SAID},
        "kind": one_of(form, "kind", MerchantKind),
        "vat_type": one_of(form, "vat_type", VatType),
        "market": _market(form.get("market", "")),
        "site_reference": _site(form.get("site", "")),
        "mail_order_exemption": few_sales,
    }


def _market(reference: str) -> Market | None:
    return merchants.market(reference) if reference else None


def _site(reference: str) -> str:
    """Where the farm would meet cars; the operator sees it before saying yes."""
    return sites.site(reference).reference if reference else ""


def _applied(request: HttpRequest) -> list[Merchant]:
    asked = Application.objects.filter(user=request.user).values("merchant_reference")  # type: ignore[misc]
    return list(Merchant.objects.filter(reference__in=asked).order_by("-created_at"))
