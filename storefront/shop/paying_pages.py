"""Paying again, and coming back from a bank or a gateway's window.

Whoever comes back only makes us ask the gateway, so twice, late or by the back button is all one.
"""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from commerce.orders.queries import order as order_by_reference
from commerce.payments import actions as payments
from commerce.payments.models import PaymentMethod, PaymentStatus
from storefront.accounts.access import public, signed_in_or_guest
from storefront.journeys.confirm_payment import (
    charge_and_confirm,
    look_and_confirm,
    pay_by_window,
)
from storefront.refusals import REFUSALS, BadInput, NotFound, as_dict
from storefront.shop.card_form import card_token, picks_card_in_window
from storefront.shop.order_pages import own_order
from storefront.shop.paying import payment_of

LONGEST_TOKEN = 200


@signed_in_or_guest
@require_POST
def pay(request: HttpRequest, reference: str) -> HttpResponse:
    """Another card after a decline."""
    found = own_order(request, reference)
    now = timezone.now()
    try:
        opened = payments.open_payment(
            order=found,
            method=PaymentMethod.CARD,
            card_token=card_token(request.POST, now),
            card_follows=picks_card_in_window(),
            now=now,
        )
        for payment in opened:
            charge_and_confirm(payment_reference=payment.reference, now=now)
    except REFUSALS as refusal:
        messages.error(request, as_dict(refusal)["message"])
    return redirect("order", reference)


@signed_in_or_guest
@require_http_methods(["GET", "HEAD", "POST"])
def look(request: HttpRequest, reference: str) -> HttpResponse:
    """The shopper is back from the bank. Whoever had to sign in on the way only looks on."""
    found = own_order(request, reference)
    if request.method == "POST":
        for payment in found.payments.filter(status=PaymentStatus.CHARGING):
            look_and_confirm(payment_reference=payment.reference, now=timezone.now())
    return redirect("order", reference)


@public
@require_safe
def paid(request: HttpRequest, reference: str) -> HttpResponse:
    """Where Toss's window comes back to: ``orderId`` is our payment's key, ``paymentKey`` the card.

    Open to a session that was lost: the window forgets what was not confirmed within minutes, and
    Toss takes a payment key for its own order and amount only.
    """
    order = order_by_reference(reference)
    token = request.GET.get("paymentKey", "")
    if order is None or not picks_card_in_window():
        raise NotFound("order")
    payment = payment_of(order, request.GET.get("orderId", ""))
    if payment is None:
        raise NotFound("payment")
    if not 0 < len(token) <= LONGEST_TOKEN:
        raise BadInput("paymentKey")
    pay_by_window(payment_reference=payment.reference, card_token=token, now=timezone.now())
    return redirect("order", reference)


@signed_in_or_guest
@require_safe
def unpaid(request: HttpRequest, reference: str) -> HttpResponse:
    """The window was closed, or the card company said no: nothing was taken."""
    found = own_order(request, reference)
    messages.error(
        request, _("결제가 끝나지 않았습니다. 돈은 나가지 않았어요. 다시 결제해 주세요.")
    )
    return redirect("order", found.reference)
