"""The bank's page of the sandbox gateway: the whole way of a 3-D Secure card, without a network."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from commerce.payments.gateway import gateway
from commerce.payments.models import Payment, PaymentStatus
from commerce.payments.queries import payment as payment_by_reference
from commerce.payments.sandbox.bank import decide
from storefront.accounts.access import signed_in
from storefront.accounts.customers import shopper
from storefront.journeys.confirm_payment import look_and_confirm
from storefront.refusals import BadInput, NotFound


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def bank(request: HttpRequest, reference: str) -> HttpResponse:
    """Allow or refuse; a second answer, or one that comes late, changes nothing."""
    payment = _own(request, reference)
    if request.method == "POST":
        answer = request.POST.get("answer", "")
        if answer not in ("allow", "refuse"):
            raise BadInput("answer")
        decide(key=payment.reference, allows=answer == "allow")
        look_and_confirm(payment_reference=payment.reference, now=timezone.now())
        return redirect("order", payment.order.reference)
    if payment.status != PaymentStatus.CHARGING:
        return redirect("order", payment.order.reference)
    return render(request, "payment_pages/sandbox_bank.html", {"payment": payment})


def _own(request: HttpRequest, reference: str) -> Payment:
    found = payment_by_reference(reference)
    if gateway().name != "sandbox" or found is None:
        raise NotFound("payment")
    if found.order.customer_id != shopper(request).pk:
        raise NotFound("payment")
    return found
