"""Who I am here: name, telephone, addresses, and the way to everything that is mine."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commerce import phone
from commerce.customers import actions as customers
from commerce.customers.models import Customer
from storefront.accounts.access import signed_in
from storefront.accounts.customers import shopper
from storefront.refusals import REFUSALS, as_dict


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    customer = shopper(request)
    refusal: dict[str, Any] | None = None
    if request.method == "POST":
        try:
            _rename(customer, request.POST)
        except REFUSALS as caught:
            refusal = as_dict(caught)
        else:
            messages.success(request, _("저장했습니다."))
            return redirect("account")
    context = {
        "customer": customer,
        "contact_name": request.POST.get("contact_name", customer.full_name),
        "contact_phone": request.POST.get(
            "contact_phone", phone.shown(customer.phone) if customer.phone else ""
        ),
        "addresses": customer.addresses.all(),
        "refusal": refusal,
    }
    return render(request, "shop/account.html", context, status=400 if refusal else 200)


def _rename(customer: Customer, form: Any) -> None:
    phone.to_e164(form.get("contact_phone", ""), field="contact_phone")
    customers.rename(
        customer=customer,
        full_name=form.get("contact_name", ""),
        phone=form.get("contact_phone", ""),
    )
