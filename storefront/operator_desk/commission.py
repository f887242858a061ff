"""The mall's share: which rules hold, what a new one would change, proposing and approving it."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from commerce.business_days import business_date
from commerce.catalogue.models import Category
from commerce.merchants.models import Market, Merchant
from commerce.merchants.queries import markets, merchants
from commerce.settlement import commissions
from commerce.settlement.commissions import Difference, Wished
from commerce.settlement.models import CommissionProposal, CommissionRule, ProposalStatus
from storefront.accounts.access import needs
from storefront.accounts.models import Role, User
from storefront.operator_desk.desk import desk
from storefront.refusals import REFUSALS, BadInput, NotFound, as_dict
from storefront.typed import parsed

RULES_SHOWN = 100
MARKET = "MKT-"
# What a form says of a rule; a rule in words is made of the same.
FIELDS = ("whom", "category", "percent", "from_on")


@needs(Role.OPERATOR)
@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    return _page(request, request.GET)


@needs(Role.OPERATOR)
@require_safe
def tried(request: HttpRequest) -> HttpResponse:
    """What the rule would have changed in the last four weeks; nothing is set yet."""
    try:
        wished = _wished(request.GET)
        found = commissions.simulate(wished, now=timezone.now())
    except REFUSALS as refusal:
        return _page(request, request.GET, refusal=as_dict(refusal))
    context = desk(
        **_effect(wished, found),
        typed={field: request.GET.get(field, "") for field in FIELDS},
        key=get_random_string(24),
    )
    return render(request, "operator_desk/commission_tried.html", context)


@needs(Role.OPERATOR)
@require_POST
def propose(request: HttpRequest) -> HttpResponse:
    """Waits for another operator; nothing is set yet."""
    try:
        commissions.propose(
            _wished(request.POST),
            seen_won=parsed(request.POST, "seen_won", int),
            by=request.user.reference,  # type: ignore[union-attr]
            key=request.POST.get("key", "")[:64] or get_random_string(24),
            now=timezone.now(),
        )
    except REFUSALS as refusal:
        return _page(request, request.POST, refusal=as_dict(refusal))
    messages.success(request, _("제안했습니다. 다른 운영자가 승인하면 그날부터 적용합니다."))
    return redirect("operator_commission")


@needs(Role.OPERATOR)
@require_safe
def proposal(request: HttpRequest, reference: str) -> HttpResponse:
    """What it would change by now, and saying yes or no."""
    found = _proposal(reference)
    wished = commissions.wished_of(found)
    refusal: dict[str, Any] | None = None
    differences: list[Difference] = []
    if found.status == ProposalStatus.PROPOSED:
        try:
            differences = commissions.simulate(wished, now=timezone.now())
        except REFUSALS as refused:  # its day has come, or its shop is gone
            refusal = as_dict(refused)
    names = _names({found.proposed_by, found.decided_by})
    context = desk(
        **_effect(wished, differences),
        proposal=found,
        proposed_by=names.get(found.proposed_by, ""),
        decided_by=names.get(found.decided_by, ""),
        may_approve=found.proposed_by != request.user.reference,  # type: ignore[union-attr]
        refusal=refusal,
    )
    return render(request, "operator_desk/commission_proposal.html", context)


@needs(Role.OPERATOR)
@require_POST
def approve(request: HttpRequest, reference: str) -> HttpResponse:
    _proposal(reference)
    try:
        commissions.approve(
            reference=reference,
            seen_won=parsed(request.POST, "seen_won", int),
            by=request.user.reference,  # type: ignore[union-attr]
            now=timezone.now(),
        )
    except REFUSALS as refusal:
        messages.error(request, as_dict(refusal)["message"])
        return redirect("operator_commission_proposal", reference)
    messages.success(request, _("수수료를 정했습니다. 그날부터 건네 드리는 상품에 적용합니다."))
    return redirect("operator_commission")


@needs(Role.OPERATOR)
@require_POST
def reject(request: HttpRequest, reference: str) -> HttpResponse:
    _proposal(reference)
    try:
        commissions.reject(
            reference=reference,
            reason=request.POST.get("reason", ""),
            by=request.user.reference,  # type: ignore[union-attr]
            now=timezone.now(),
        )
    except REFUSALS as refusal:
        messages.error(request, as_dict(refusal)["message"])
        return redirect("operator_commission_proposal", reference)
    messages.success(request, _("제안을 돌려보냈습니다."))
    return redirect("operator_commission")


def _proposal(reference: str) -> CommissionProposal:
    found = CommissionProposal.objects.filter(reference=reference).first()
    if found is None:
        raise NotFound("proposal")
    return found


def _effect(wished: Wished, found: Sequence[Difference]) -> dict[str, Any]:
    """What the rule would have changed, merchant by merchant."""
    references = [one.merchant_reference for one in found]
    names = {one.reference: one for one in Merchant.objects.filter(reference__in=references)}
    return {
        "rule": _told([_drafted(wished)])[0],
        "rows": [(names[one.merchant_reference], one) for one in found],
        "goods_won": sum(one.goods_won for one in found),
        "by_won": sum(one.by_won for one in found),
    }


def _names(references: set[str]) -> dict[str, str]:
    people = User.objects.filter(reference__in=references - {""})
    return dict(people.values_list("reference", "full_name"))


def _page(
    request: HttpRequest, typed: QueryDict, *, refusal: dict[str, Any] | None = None
) -> HttpResponse:
    today = business_date(timezone.now())
    standing = commissions.standing(today)
    told = _told(list(commissions.rules()[:RULES_SHOWN]))
    context = desk(
        standing=[one for one in told if one["row"].pk in standing],
        coming=[one for one in told if one["row"].from_on > today],
        past=[one for one in told if one["row"].from_on <= today and one["row"].pk not in standing],
        proposed=[
            (one, _told([_drafted(commissions.wished_of(one))])[0])
            for one in commissions.proposals()
        ],
        markets=markets(),
        merchants=merchants(),
        categories=Category.objects.all(),
        first_on=today + timedelta(days=1),
        typed={field: typed.get(field, "") for field in FIELDS},
        refusal=refusal,
    )
    status = 400 if refusal else 200
    return render(request, "operator_desk/commission.html", context, status=status)


def _wished(form: QueryDict) -> Wished:
    """Raises BAD_INPUT."""
    whom = form.get("whom", "")
    of_market = whom.startswith(MARKET)
    return Wished(
        merchant_reference="" if of_market else whom,
        market_reference=whom if of_market else "",
        category=form.get("category", ""),
        basis_points=_basis_points(form.get("percent", "")),
        from_on=parsed(form, "from_on", date.fromisoformat),
    )


def _basis_points(percent: str) -> int | None:
    """``6.5`` and ``6.5%`` are 650; nothing lifts the rule. Raises BAD_INPUT."""
    whole, _dot, part = percent.strip().removesuffix("%").strip().partition(".")
    if not whole and not part:
        return None
    digits = whole + part.ljust(2, "0")
    if len(whole) > 3 or len(part) > 2 or not (digits.isascii() and digits.isdigit()):
        raise BadInput("percent")
    return int(digits)


def _drafted(wished: Wished) -> CommissionRule:
    return CommissionRule(**vars(wished))


def _told(rows: list[CommissionRule]) -> list[dict[str, Any]]:
    """Each rule with what its references are called, and who set it."""
    sellers = Merchant.objects.in_bulk([x.merchant_reference for x in rows], field_name="reference")
    places = Market.objects.in_bulk([x.market_reference for x in rows], field_name="reference")
    kinds = Category.objects.in_bulk([x.category for x in rows], field_name="slug")
    people = _names({who for x in rows for who in (x.set_by, x.approved_by)})
    return [
        {
            "row": row,
            "whom": sellers.get(row.merchant_reference) or places.get(row.market_reference),
            "category": kinds.get(row.category),
            "percent": None if row.basis_points is None else f"{row.basis_points / 100:g}%",
            "by": people.get(row.set_by, ""),
            "approved_by": people.get(row.approved_by, ""),
        }
        for row in rows
    ]
