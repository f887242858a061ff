"""Who asks to sell here, and who sells: saying yes, no, and not any more."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from commerce.business_days import business_date
from commerce.merchants import actions, business_number
from commerce.merchants.models import Merchant, MerchantStatus
from commerce.merchants.queries import merchants_awaiting_approval
from commerce.payments.gateway import payouts
from commerce.settlement.commissions import general_rates
from drivethrough.sites.models import Site
from storefront.accounts.access import needs
from storefront.accounts.models import Role
from storefront.journeys.admit_merchant import admit
from storefront.journeys.admit_merchant import suspend as suspend_merchant
from storefront.operator_desk.desk import desk
from storefront.refusals import as_dict


@needs(Role.OPERATOR)
@require_safe
def merchants(request: HttpRequest) -> HttpResponse:
    waiting = list(merchants_awaiting_approval())
    others = Merchant.objects.select_related("market").exclude(status=MerchantStatus.SUBMITTED)
    points = general_rates([one.reference for one in others], business_date(timezone.now()))
    sites = dict(Site.objects.values_list("reference", "name"))
    context = desk(
        waiting=[
            {
                "merchant": merchant,
                "number_holds": business_number.is_valid(merchant.business_number),
                "site_name": sites.get(merchant.site_reference, ""),
            }
            for merchant in waiting
        ],
        merchants=[(merchant, f"{points[merchant.reference] / 100:g}%") for merchant in others],
        by_gateway=payouts() is not None,
    )
    return render(request, "operator_desk/merchants.html", context)


@needs(Role.OPERATOR)
@require_POST
def approve(request: HttpRequest, reference: str) -> HttpResponse:
    """They may sell, and whoever applied gets the desk."""
    try:
        merchant = admit(merchant_reference=reference, by=request.user, now=timezone.now())  # type: ignore[arg-type]
    except actions.MerchantClosed as refusal:
        messages.error(request, as_dict(refusal)["message"])
    else:
        messages.success(request, _("‘%(name)s’을(를) 승인했습니다.") % {"name": merchant.name})
    return redirect("operator_merchants")


@needs(Role.OPERATOR)
@require_POST
def suspend(request: HttpRequest, reference: str) -> HttpResponse:
    """Not admitted, or no longer: nothing of theirs is shown until approved again."""
    try:
        merchant = suspend_merchant(merchant_reference=reference, now=timezone.now())
    except actions.MerchantClosed as refusal:
        messages.error(request, as_dict(refusal)["message"])
    else:
        messages.success(request, _("‘%(name)s’의 판매를 멈췄습니다.") % {"name": merchant.name})
    return redirect("operator_merchants")


@needs(Role.OPERATOR)
@require_POST
def payout_account(request: HttpRequest, reference: str) -> HttpResponse:
    """Where the gateway sends what a merchant has earned."""
    account = request.POST.get("payout_account", "")
    try:
        merchant = actions.name_payout_account(
            merchant_reference=reference, account_reference=account
        )
    except actions.PayoutAccountFormat as refusal:
        messages.error(request, as_dict(refusal)["message"])
    else:
        said = _("‘%(name)s’의 송금 계정을 적었습니다.")
        messages.success(request, said % {"name": merchant.name})
    return redirect("operator_merchants")
