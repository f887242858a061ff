"""Paying merchants: every run so far, and the next one."""

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.contrib import messages
from django.db.models import Prefetch, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from commerce.business_days import business_date
from commerce.merchants.models import Merchant
from commerce.settlement import payouts, runs
from commerce.settlement.models import (
    AccountKind,
    LedgerEntry,
    Payout,
    RunStatus,
    Settlement,
    SettlementRun,
)
from storefront.accounts.access import needs
from storefront.accounts.models import Role, User
from storefront.journeys.settle_merchants import settle_until
from storefront.operator_desk.desk import desk
from storefront.refusals import REFUSALS, BadInput, NotFound, StorefrontError, as_dict
from storefront.templatetags.words import local_name, won
from storefront.typed import parsed

RUNS_SHOWN = 60


class Step(NamedTuple):
    """``at`` is None while it is still to come; ``by`` is empty where nobody did it."""

    word: str
    at: datetime | None
    by: str


class SettlementDayOpen(StorefrontError):
    """What is handed over later that day would wait for the next run. ``data``: ``last_on``."""

    code = "SETTLEMENT_DAY_OPEN"


@needs(Role.OPERATOR)
@require_safe
def settlements(request: HttpRequest) -> HttpResponse:
    unpaid = LedgerEntry.objects.filter(account__kind=AccountKind.MERCHANT, settlement=None)
    context = desk(
        runs=SettlementRun.objects.order_by("-until_on", "-pk")[:RUNS_SHOWN],
        unpaid_won=-(unpaid.aggregate(won=Sum("amount_won"))["won"] or 0),
        last_on=_yesterday(),
    )
    return render(request, "operator_desk/settlements.html", context)


@needs(Role.OPERATOR)
@require_safe
def run(request: HttpRequest, until_on: str) -> HttpResponse:
    """One run: what each merchant is paid, who answers for it, and what is to be done next."""
    found = _run(until_on)
    made = list(
        found.settlements.prefetch_related(
            Prefetch("payouts", Payout.objects.order_by("pk"))
        ).order_by("merchant_reference")
    )
    paid_to = {settlement.merchant_reference for settlement in made}
    shops = Merchant.objects.filter(reference__in=paid_to)
    names = {shop.reference: local_name(shop) for shop in shops}
    earlier = SettlementRun.objects.filter(until_on=found.until_on, status=RunStatus.REJECTED)
    me = request.user.reference  # type: ignore[union-attr]
    context = desk(
        run=found,
        rows=[
            (settlement, names.get(settlement.merchant_reference, ""), _latest(settlement))
            for settlement in made
        ],
        steps=_steps(found),
        may_approve=me != (found.calculated_by or found.reviewed_by),
        may_reject=found.status in (RunStatus.CALCULATED, RunStatus.REVIEWED),
        rejected=_rejected(earlier.order_by("pk")),
    )
    return render(request, "operator_desk/settlement_run.html", context)


def _run(until_on: str) -> SettlementRun:
    try:
        same_day = SettlementRun.objects.filter(until_on=_date(until_on))
        # The one that counts; where there is none yet, the last one that was rejected.
        found = same_day.live().first() or same_day.order_by("pk").last()
    except BadInput:
        found = None
    if found is None:
        raise NotFound("run")
    return found


def _rejected(runs: Iterable[SettlementRun]) -> list[tuple[SettlementRun, str]]:
    """Runs somebody said no to, with that person's name."""
    found = list(runs)
    names = _names({run.rejected_by for run in found})
    return [(run, names.get(run.rejected_by, "")) for run in found]


def _names(references: set[str]) -> dict[str, str]:
    people = User.objects.filter(reference__in=references - {""})
    return {person.reference: person.full_name or person.email for person in people}


def _steps(run: SettlementRun) -> list[Step]:
    """What was done, by whom; nobody is named where the clock or a gateway did it."""
    done = [
        (_("계산"), run.calculated_at, run.calculated_by),
        (_("검토"), run.reviewed_at, run.reviewed_by),
        (_("승인"), run.approved_at, run.approved_by),
        (_("모두 보냄"), run.paid_at, ""),
        (_("대사"), run.reconciled_at, run.reconciled_by),
    ]
    names = _names({by for _word, _at, by in done})
    return [Step(word, at, names.get(by, "")) for word, at, by in done]


@needs(Role.OPERATOR)
@require_POST
def review(request: HttpRequest, until_on: str) -> HttpResponse:
    return _take_step(request, until_on, runs.review, _("검토했다고 적었습니다."))


@needs(Role.OPERATOR)
@require_POST
def approve(request: HttpRequest, until_on: str) -> HttpResponse:
    """By somebody else than whoever calculated it; then the money is on its way."""
    return _take_step(request, until_on, runs.approve, _("정산을 승인했습니다. 송금을 시작합니다."))


@needs(Role.OPERATOR)
@require_POST
def reject(request: HttpRequest, until_on: str) -> HttpResponse:
    """Nothing of it is paid: its lines are free for the next run, and the reason stays."""
    try:
        runs.reject(
            number=parsed(request.POST, "number", int),
            reason=request.POST.get("reason", ""),
            by=request.user.reference,  # type: ignore[union-attr]
            now=timezone.now(),
        )
    except REFUSALS as refusal:
        messages.error(request, as_dict(refusal)["message"])
    else:
        messages.success(request, _("정산을 돌려보냈습니다. 고친 뒤에 다시 계산해 주세요."))
    return redirect("operator_settlement_run", _run(until_on).until_on.isoformat())


@needs(Role.OPERATOR)
@require_POST
def reconcile(request: HttpRequest, until_on: str) -> HttpResponse:
    return _take_step(request, until_on, runs.reconcile, _("대사를 마쳤다고 적었습니다."))


def _take_step(
    request: HttpRequest, until_on: str, step: Callable[..., SettlementRun], said: str
) -> HttpResponse:
    found = _run(until_on)
    try:
        step(
            until_on=found.until_on,
            by=request.user.reference,  # type: ignore[union-attr]
            now=timezone.now(),
        )
    except REFUSALS as refusal:
        messages.error(request, as_dict(refusal)["message"])
    else:
        messages.success(request, said)
    return redirect("operator_settlement_run", until_on)


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
    """Calculate what was handed over until the end of a day that is over; nothing is paid yet."""
    try:
        on = _date(request.POST.get("until_on", ""))
        if on > _yesterday():
            raise SettlementDayOpen("until_on", last_on=_yesterday())
        made = settle_until(
            until_on=on,
            by=request.user.reference,  # type: ignore[union-attr]
            now=timezone.now(),
        )
    except REFUSALS as refusal:
        messages.error(request, as_dict(refusal)["message"])
        return redirect("operator_settlements")
    said = _("가게 %(count)s곳의 정산 %(won)s을 계산했습니다. 다른 운영자가 승인하면 보냅니다.")
    total = won(made.total_won)
    messages.success(request, said % {"count": made.merchant_count, "won": total})
    return redirect("operator_settlement_run", on.isoformat())


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
