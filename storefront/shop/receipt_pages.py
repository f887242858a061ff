"""The receipt of an order, to be printed, and the wish for a cash receipt."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commerce.orders.models import Order, OrderStatus
from commerce.payments.models import PaymentMethod, PaymentStatus
from commerce.receipts import actions as cash_receipts
from commerce.receipts.models import CashReceipt
from commerce.receipts.receipt import receipt_of
from storefront.accounts.access import signed_in_or_guest
from storefront.refusals import REFUSALS, BadInput, as_dict, status_of
from storefront.shop.order_pages import own_order

PURPOSES = ("person", "business")


@signed_in_or_guest
@require_http_methods(["GET", "HEAD", "POST"])
def receipt(request: HttpRequest, reference: str) -> HttpResponse:
    """By seller and tax class; a POST asks for a cash receipt."""
    order = own_order(request, reference)
    refusal = None
    if request.method == "POST":
        try:
            _ask(request, order)
        except REFUSALS as caught:
            refusal = as_dict(caught)
        else:
            messages.success(request, _("현금영수증을 신청했습니다. 모두 받으신 뒤에 발급됩니다."))
            return redirect("order_receipt", reference)
    context = {"order": order, "receipt": receipt_of(order), **_paid(order), "refusal": refusal}
    context |= {"cash": _cash(order), "typed": request.POST}
    status = status_of(refusal["code"]) if refusal else 200
    return render(request, "shop/receipt.html", context, status=status)


def _ask(request: HttpRequest, order: Order) -> None:
    purpose = request.POST.get("purpose", "")
    if purpose not in PURPOSES:
        raise BadInput("purpose")
    cash_receipts.ask(
        order=order,
        for_business=purpose == "business",
        identifier=request.POST.get("identifier", ""),
        now=timezone.now(),
    )


def _cash(order: Order) -> CashReceipt | None:
    return CashReceipt.objects.filter(order=order).first()


def _paid(order: Order) -> dict[str, Any]:
    payments = list(order.payments.select_related("voucher__programme").order_by("pk"))
    paid = [payment for payment in payments if payment.status == PaymentStatus.PAID]
    by_voucher = any(payment.method == PaymentMethod.VOUCHER for payment in paid)
    return {
        "paid": paid,
        "paid_won": sum(payment.amount_won for payment in paid),
        "refunded_won": sum(payment.refunded_won for payment in paid),
        "refunded_exempt_won": sum(payment.tax_free_refunded_won for payment in paid),
        "by_budget": by_voucher,
        "may_ask": cash_receipts.paid_in_cash(order) and order.status != OrderStatus.CANCELLED,
    }
