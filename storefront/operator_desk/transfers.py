"""Bank transfers: what is waited for, what came in, and what is to be sent back at the bank."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from commerce.business_days import SEOUL, business_date
from commerce.payments import transfers as by_transfer
from commerce.payments.models import Deposit, PaymentStatus
from commerce.payments.transfers import Seen
from commerce.settlement.queries import bank_days
from storefront.accounts.access import needs
from storefront.accounts.models import Role
from storefront.journeys.take_deposit import refund_sent, return_deposit, take_deposit
from storefront.operator_desk.desk import desk
from storefront.refusals import REFUSALS, BadInput, NotFound, as_dict, status_of
from storefront.templatetags.words import won
from storefront.typed import parsed, whole_number

SHOWN = 100
DAYS_SHOWN = 14
FIELDS = ("depositor", "amount_won", "deposited_at")


@needs(Role.OPERATOR)
@require_safe
def transfers(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    context = desk(
        account=settings.TRANSFER_ACCOUNT,
        awaited=by_transfer.awaited()[:SHOWN],
        owed=by_transfer.owed_back()[:SHOWN],
        refunds=by_transfer.refunds_to_send()[:SHOWN],
        deposits=Deposit.objects.select_related("payment__order")[:SHOWN],
        days=bank_days(business_date(now), DAYS_SHOWN),
        now=now,
        key=get_random_string(24),
    )
    return render(request, "operator_desk/transfers.html", context)


@needs(Role.OPERATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def transfer(request: HttpRequest, reference: str) -> HttpResponse:
    """One payment: a line of the bank's page is written down for it."""
    if request.method != "POST":
        return _page(request, reference)
    try:
        deposit = take_deposit(
            payment_reference=reference,
            seen=_seen(request),
            key=_key(request),
            now=timezone.now(),
        )
    except NotFound:
        raise
    except REFUSALS as caught:
        return _page(request, reference, refusal=as_dict(caught))
    deposit.payment.refresh_from_db()
    if deposit.payment.status == PaymentStatus.PAID:
        said = _("%(won)s이 들어왔다고 적었습니다. 주문이 확정되었습니다.")
    elif deposit.payment.status == PaymentStatus.OPEN:
        said = _("%(won)s이 들어왔다고 적었습니다. 아직 모자라서 기다립니다.")
    else:
        said = _("%(won)s이 들어왔다고 적었습니다. 주문이 끝나서 돌려 드려야 합니다.")
    messages.success(request, said % {"won": won(deposit.amount_won)})
    return redirect("operator_transfer", reference)


@needs(Role.OPERATOR)
@require_POST
def send_back(request: HttpRequest, reference: str) -> HttpResponse:
    """A person has sent back at the bank what no order needs."""
    try:
        returned = return_deposit(
            payment_reference=reference,
            amount_won=whole_number(request.POST, "amount_won"),
            key=_key(request),
            sent_by=request.user.reference,  # type: ignore[union-attr]
            now=timezone.now(),
        )
    except NotFound:
        raise
    except REFUSALS as caught:
        messages.error(request, as_dict(caught)["message"])
    else:
        said = _("%(won)s을 돌려 보냈다고 적었습니다.")
        messages.success(request, said % {"won": won(returned.amount_won)})
    return redirect("operator_transfers")


@needs(Role.OPERATOR)
@require_POST
def refund(request: HttpRequest, reference: str) -> HttpResponse:
    """A person has sent a refund at the bank."""
    try:
        sent = refund_sent(
            refund_reference=reference,
            sent_by=request.user.reference,  # type: ignore[union-attr]
            now=timezone.now(),
        )
    except REFUSALS as caught:
        messages.error(request, as_dict(caught)["message"])
    else:
        said = _("환불 %(won)s을 보냈다고 적었습니다.")
        messages.success(request, said % {"won": won(sent.amount_won)})
    return redirect("operator_transfers")


def _page(
    request: HttpRequest, reference: str, *, refusal: dict[str, Any] | None = None
) -> HttpResponse:
    payment = by_transfer.payments_by_transfer().filter(reference=reference).first()
    if payment is None:
        raise NotFound("payment")
    now = timezone.now()
    typed = {field: request.POST.get(field, "") for field in FIELDS}
    if request.method != "POST":
        missing = max(payment.amount_won - payment.in_hand_won, 0)
        typed = {
            "depositor": payment.order.contact_name,
            "amount_won": str(missing or ""),
            "deposited_at": f"{now.astimezone(SEOUL):%Y-%m-%dT%H:%M}",
        }
    context = desk(
        payment=payment,
        deposits=payment.deposits.all(),
        returns=payment.deposit_returns.all(),
        typed=typed,
        key=get_random_string(24),
        refusal=refusal,
    )
    status = status_of(refusal["code"]) if refusal else 200
    return render(request, "operator_desk/transfer.html", context, status=status)


def _seen(request: HttpRequest) -> Seen:
    """Raises BAD_INPUT."""
    at = parsed(request.POST, "deposited_at", datetime.fromisoformat)
    if not 2000 <= at.year <= 2100:
        raise BadInput("deposited_at")
    return Seen(
        depositor=request.POST.get("depositor", "").strip(),
        amount_won=whole_number(request.POST, "amount_won"),
        deposited_at=at.replace(tzinfo=SEOUL),
        recorded_by=request.user.reference,  # type: ignore[union-attr]
    )


def _key(request: HttpRequest) -> str:
    key = request.POST.get("key", "")
    if not 16 <= len(key) <= 64 or not key.isalnum():
        raise BadInput("key")
    return key
