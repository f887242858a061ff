"""What nobody should have to look for: boxes that never became orders, money in doubt."""

from datetime import datetime, timedelta

from django.contrib import messages
from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Concat
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from commerce.boxes.queries import MissingBox, missing_boxes
from commerce.core.comparing import open_differences
from commerce.core.working_off import stopped, tell_again
from commerce.harvests import actions as harvests
from commerce.payments.holding import handed_over_unpaid
from commerce.payments.models import Payment, PaymentStatus, Refund, RefundStatus
from commerce.payments.queries import chargebacks_open, events_given_up
from commerce.payments.sweeping import STALE_AFTER
from commerce.saleor.app.queries import given_up, order_to_see_to, orders_to_see_to
from commerce.settlement.models import Payout, PayoutStatus
from storefront.accounts.access import needs
from storefront.accounts.models import Role
from storefront.journeys.cancel_order import BACK
from storefront.journeys.confirm_payment import send_refunds, sweep_unknown, take_held
from storefront.journeys.cut_harvest import finish_cuts
from storefront.journeys.follow_saleor_order import follow_order
from storefront.journeys.refund_again import refund_again as ask_anew
from storefront.journeys.tell_core import tell_core
from storefront.operator_desk.desk import desk
from storefront.refusals import NotFound, message

# Right after a cut-off every box is still on its way through the night's run.
BOXES_MAY_TAKE = timedelta(hours=1)
# A person sends them at the bank on working days.
PAYOUTS_MAY_TAKE = timedelta(days=4)
SHOWN = 100


def boxes_missing(now: datetime) -> list[MissingBox]:
    return missing_boxes(now - BOXES_MAY_TAKE)


def payments_unknown(now: datetime) -> QuerySet[Payment]:
    """The gateway was asked and has not answered; oldest first."""
    return (
        Payment.objects.select_related("order")
        .filter(
            status__in=[PaymentStatus.CHARGING, PaymentStatus.CAPTURING, PaymentStatus.VOIDING],
            asked_at__lt=now - STALE_AFTER,
        )
        .order_by("asked_at", "pk")
    )


def refunds_waiting() -> QuerySet[Refund]:
    """Promised and not yet given back, or refused and not asked for again; oldest first."""
    again = Refund.objects.filter(key=Concat(Value("again:"), OuterRef("reference")))
    reckoned_afresh = Refund.objects.filter(
        payment=OuterRef("payment"),
        amount_won=OuterRef("amount_won"),
        key__startswith=BACK,
        pk__gt=OuterRef("pk"),
    )
    asked_again = Exists(again) | Q(key__startswith=BACK) & Exists(reckoned_afresh)
    return (
        Refund.objects.select_related("payment__order")
        .filter(
            Q(status=RefundStatus.OPEN) | Q(status=RefundStatus.REFUSED) & ~asked_again,
        )
        .order_by("opened_at", "pk")
    )


def payouts_stuck(now: datetime) -> QuerySet[Payout]:
    """Refused and not sent again, or not sent for days; oldest first."""
    again = Payout.objects.filter(settlement=OuterRef("settlement"), pk__gt=OuterRef("pk"))
    waiting = Q(status__in=[PayoutStatus.OPEN, PayoutStatus.SENT])
    return (
        Payout.objects.select_related("settlement")
        .exclude(status=PayoutStatus.DONE)
        .filter(
            waiting & Q(opened_at__lt=now - PAYOUTS_MAY_TAKE)
            | Q(status=PayoutStatus.REFUSED) & ~Exists(again)
        )
        .order_by("opened_at", "pk")
    )


@needs(Role.OPERATOR)
@require_safe
def watch(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    context = desk(
        boxes=boxes_missing(now)[:SHOWN],
        payments=payments_unknown(now)[:SHOWN],
        refunds=refunds_waiting()[:SHOWN],
        unpaid=handed_over_unpaid()[:SHOWN],
        steps=stopped()[:SHOWN],
        shares=[(share, message(share.refused)) for share in harvests.given_up()[:SHOWN]],
        chargebacks=chargebacks_open()[:SHOWN],
        events=events_given_up()[:SHOWN],
        payouts=payouts_stuck(now)[:SHOWN],
        deliveries=given_up()[:SHOWN],
        saleor_orders=[
            (order, message(order.problem, order.problem_data))
            for order in orders_to_see_to()[:SHOWN]
        ],
        differences=len(open_differences()),
        now=now,
    )
    return render(request, "operator_desk/watch.html", context)


@needs(Role.OPERATOR)
@require_POST
def ask_again(request: HttpRequest) -> HttpResponse:
    """What the sweep does every minute, at once: ask the gateway, send what waits to go back."""
    now = timezone.now()
    known = sweep_unknown(now=now) + take_held(now=now)
    sent = send_refunds(now=now)
    said = _("결제 %(known)s건을 확인하고 환불 %(sent)s건을 보냈습니다.")
    messages.success(request, said % {"known": known, "sent": sent})
    return redirect("operator_watch")


@needs(Role.OPERATOR)
@require_POST
def refund_again(request: HttpRequest, reference: str) -> HttpResponse:
    """A person decides to ask the gateway anew for money it would not give back."""
    refused = refunds_waiting().filter(reference=reference, status=RefundStatus.REFUSED).first()
    if refused is None:
        raise NotFound("refund")
    now = timezone.now()
    won = ask_anew(refused=refused, now=now)
    send_refunds(now=now)
    if won:
        messages.success(request, _("환불을 다시 보냈습니다. 결과는 아래 목록에서 확인해 주세요."))
    else:
        messages.error(request, _("이 주문에는 돌려줄 돈이 남아 있지 않습니다."))
    return redirect("operator_watch")


@needs(Role.OPERATOR)
@require_POST
def tell_core_again(request: HttpRequest) -> HttpResponse:
    """A person has seen to whatever was wrong: the commerce core is told anew."""
    now = timezone.now()
    again = tell_again(now=now)
    tell_core(now=now)
    messages.success(request, _("%(again)s건을 다시 전했습니다.") % {"again": again})
    return redirect("operator_watch")


@needs(Role.OPERATOR)
@require_POST
def cut_harvests_again(request: HttpRequest) -> HttpResponse:
    """A person has seen to whatever was wrong: shares that were given up are made anew."""
    again = harvests.try_again()
    finish_cuts(now=timezone.now())
    messages.success(request, _("몫 %(again)s건을 다시 나눕니다.") % {"again": again})
    return redirect("operator_watch")


@needs(Role.OPERATOR)
@require_POST
def follow_saleor_order_again(request: HttpRequest, pk: int) -> HttpResponse:
    """A person has seen to whatever was wrong: the order is read anew."""
    order = order_to_see_to(pk)
    if order is None:
        raise NotFound("order")
    follow_order(api_url=order.installation.api_url, order_id=order.order_id, now=timezone.now())
    if order_to_see_to(pk) is None:
        messages.success(request, _("Saleor 주문 %(order)s번이 풀렸습니다.") % {"order": order})
    else:
        said = _("Saleor 주문 %(order)s번은 아직 풀리지 않았습니다.")
        messages.error(request, said % {"order": order})
    return redirect("operator_watch")
