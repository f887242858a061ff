"""Paying merchants: every run so far, and the next one."""

from datetime import date, timedelta

from django.contrib import messages
from django.db.models import Count, Prefetch, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from commerce.business_days import business_date
from commerce.merchants.models import Merchant
from commerce.settlement import payouts
from commerce.settlement.models import AccountKind, LedgerEntry, Payout, Settlement
from storefront.accounts.access import needs
from storefront.accounts.models import Role
from storefront.journeys.settle_merchants import settle_until
from storefront.operator_desk.desk import desk
from storefront.refusals import REFUSALS, BadInput, NotFound, StorefrontError, as_dict
from storefront.templatetags.words import won

RUNS_SHOWN = 60


class SettlementDayOpen(StorefrontError):
    """What is handed over later that day would wait for the next run. ``data``: ``last_on``."""

    code = "SETTLEMENT_DAY_OPEN"


@needs(Role.OPERATOR)
@require_safe
def settlements(request: HttpRequest) -> HttpResponse:
    runs = (
        Settlement.objects.order_by("-until_on")
        .values("until_on")
        .annotate(merchants=Count("pk"), won=Sum("total_won"))
    )
    unpaid = LedgerEntry.objects.filter(account__kind=AccountKind.MERCHANT, settlement=None)
    context = desk(
        runs=runs[:RUNS_SHOWN],
        unpaid_won=-(unpaid.aggregate(won=Sum("amount_won"))["won"] or 0),
        last_on=_yesterday(),
    )
    return render(request, "operator_desk/settlements.html", context)


@needs(Role.OPERATOR)
@require_safe
def run(request: HttpRequest, until_on: str) -> HttpResponse:
    """One run: what each merchant was paid."""
    try:
        on = _date(until_on)
    except BadInput:
        raise NotFound("run") from None
    made = list(
        Settlement.objects.filter(until_on=on)
        .prefetch_related(Prefetch("payouts", Payout.objects.order_by("pk")))
        .order_by("merchant_reference")
    )
    if not made:
        raise NotFound("run")
    paid_to = {settlement.merchant_reference for settlement in made}
    names = dict(Merchant.objects.filter(reference__in=paid_to).values_list("reference", "name"))
    context = desk(
        until_on=on,
        rows=[
            (settlement, names.get(settlement.merchant_reference, ""), _latest(settlement))
            for settlement in made
        ],
        total_won=sum(settlement.total_won for settlement in made),
    )
    return render(request, "operator_desk/settlement_run.html", context)


def _latest(settlement: Settlement) -> Payout | None:
    """None where nothing is to be paid."""
    return max(settlement.payouts.all(), key=lambda payout: payout.pk, default=None)


@needs(Role.OPERATOR)
@require_POST
def sent(request: HttpRequest, reference: str) -> HttpResponse:
    """The operator has sent it at the bank; who it was stays written down."""
    try:
        payout = payouts.record_sent_by_hand(
            payout_reference=reference,
            sent_by=request.user.reference,  # type: ignore[union-attr]
            now=timezone.now(),
        )
    except payouts.PayoutNotByHand as refusal:
        messages.error(request, as_dict(refusal)["message"])
        return redirect("operator_settlements")
    messages.success(request, _("%(won)s을 보냈다고 적었습니다.") % {"won": won(payout.amount_won)})
    return redirect("operator_settlement_run", payout.settlement.until_on.isoformat())


@needs(Role.OPERATOR)
@require_POST
def send_again(request: HttpRequest, reference: str) -> HttpResponse:
    """A person decides to send anew what the gateway would not."""
    try:
        payout = payouts.open_again(payout_reference=reference, now=timezone.now())
    except payouts.PayoutStands as refusal:
        messages.error(request, as_dict(refusal)["message"])
        return redirect("operator_settlements")
    messages.success(request, _("정산금을 다시 보냅니다. 잠시 뒤 결과를 확인해 주세요."))
    return redirect("operator_settlement_run", payout.settlement.until_on.isoformat())


@needs(Role.OPERATOR)
@require_POST
def settle(request: HttpRequest) -> HttpResponse:
    """Pay what was handed over until the end of a day that is over. A repeat pays nothing more."""
    try:
        on = _date(request.POST.get("until_on", ""))
        if on > _yesterday():
            raise SettlementDayOpen("until_on", last_on=_yesterday())
        made = settle_until(until_on=on, now=timezone.now())
    except REFUSALS as refusal:
        messages.error(request, as_dict(refusal)["message"])
        return redirect("operator_settlements")
    said = _("가게 %(count)s곳에 모두 %(won)s을 정산했습니다.")
    total = won(sum(settlement.total_won for settlement in made))
    messages.success(request, said % {"count": len(made), "won": total})
    return redirect("operator_settlements")


def _yesterday() -> date:
    return business_date(timezone.now()) - timedelta(days=1)


def _date(text: str) -> date:
    try:
        on = date.fromisoformat(text)
    except ValueError:
        raise BadInput("until_on") from None
    if not 2000 <= on.year <= 2100:
        raise BadInput("until_on")
    return on
