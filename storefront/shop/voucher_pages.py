"""A member's own vouchers: what is left of each and what it may pay for; adding one."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from commerce.business_days import business_date
from commerce.customers.models import Customer
from commerce.payments.queries import paid_by_vouchers
from commerce.vouchers import actions as vouchers
from commerce.vouchers.models import Voucher
from commerce.vouchers.queries import kept_by, named
from storefront.accounts.access import signed_in
from storefront.accounts.customers import shopper
from storefront.refusals import REFUSALS, as_dict, status_of
from storefront.shop.voucher_form import newly_typed

SHOWN = 50


@signed_in
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def my_vouchers(request: HttpRequest) -> HttpResponse:
    customer, now = shopper(request), timezone.now()
    if request.method != "POST":
        return _page(request, customer, now)
    try:
        found = vouchers.find_typed(
            code=newly_typed(request), customer=customer, member=True, now=now
        )
        vouchers.keep(voucher=found, customer=customer, now=now)
    except REFUSALS as refusal:
        return _page(request, customer, now, as_dict(refusal))
    messages.success(request, _("바우처를 등록했습니다. 주문할 때 골라 쓰세요."))
    return redirect("my_vouchers")


def _page(
    request: HttpRequest, customer: Customer, now: datetime, refusal: dict[str, Any] | None = None
) -> HttpResponse:
    own = list(kept_by(customer).order_by("-until_on", "-pk")[:SHOWN])
    terms = named(voucher.programme for voucher in own)
    uses = paid_by_vouchers(own)
    rows = [
        {
            "voucher": voucher,
            "state": _state(voucher, now),
            "named": terms[voucher.programme_id],
            "uses": uses.get(voucher.pk, []),
        }
        for voucher in own
    ]
    context = {"rows": rows, "refusal": refusal, "typed": newly_typed(request) if refusal else ""}
    status = status_of(refusal["code"]) if refusal else 200
    return render(request, "shop/my_vouchers.html", context, status=status)


def _state(voucher: Voucher, now: datetime) -> str:
    today = business_date(now)
    if not voucher.spendable_won:
        return "over" if voucher.expired_won else "spent"
    if today > voucher.until_on:
        return "over"
    return "soon" if today < voucher.programme.from_on else "good"
