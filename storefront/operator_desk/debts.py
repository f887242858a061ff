"""Shops that owe the mall: how much, for how long, and what is done about it."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from commerce.merchants.models import Merchant
from commerce.settlement import debts as ledger
from commerce.settlement.debts import TOO_LONG_RUNS, Debt
from commerce.settlement.models import DebtEndKind, DebtStep
from storefront.accounts.access import needs
from storefront.accounts.models import Role, User
from storefront.operator_desk.desk import desk
from storefront.refusals import REFUSALS, NotFound, as_dict
from storefront.typed import whole_number

Step = Callable[[HttpRequest, str], None]


@needs(Role.OPERATOR)
@require_safe
def debts(request: HttpRequest) -> HttpResponse:
    """Whoever owes anything now, the longest first."""
    found = ledger.debts()
    references = [one.merchant_reference for one in found]
    shops = Merchant.objects.in_bulk(references, field_name="reference")
    proposed = DebtStep.objects.filter(kind=DebtEndKind.PROPOSED)
    context = desk(
        rows=[(shops[one.merchant_reference], one) for one in found],
        proposed=set(proposed.values_list("merchant_reference", flat=True)),
        owed_won=sum(one.owed_won for one in found),
        too_long=TOO_LONG_RUNS,
    )
    return render(request, "operator_desk/debts.html", context)


@needs(Role.OPERATOR)
@require_safe
def debt(request: HttpRequest, merchant: str) -> HttpResponse:
    """One shop's debt, and every step taken."""
    shop = _shop(merchant)
    owing = {one.merchant_reference: one for one in ledger.debts()}
    steps = ledger.steps_of(merchant)
    people = {who for step in steps for who in (step.by, step.approved_by) if who}
    names = dict(User.objects.filter(reference__in=people).values_list("reference", "full_name"))
    me = request.user.reference  # type: ignore[union-attr]
    proposed = next((step for step in steps if step.kind == DebtEndKind.PROPOSED), None)
    context = desk(
        shop=shop,
        debt=owing.get(merchant, Debt(merchant, 0, 0)),
        steps=[
            (step, ", ".join(names[x] for x in (step.by, step.approved_by) if x in names))
            for step in steps
        ],
        proposed=proposed,
        may_approve=proposed is not None and proposed.by != me,
        too_long=TOO_LONG_RUNS,
        key=get_random_string(24),
    )
    return render(request, "operator_desk/debt.html", context)


@needs(Role.OPERATOR)
@require_POST
def take_step(request: HttpRequest, merchant: str) -> HttpResponse:
    """Asked for, repaid, or to be written off: which one, ``do`` says."""
    _shop(merchant)
    steps: dict[str, tuple[Step, str]] = {
        "invoice": (_invoice, _("청구했다고 적었습니다.")),
        "repaid": (_repaid, _("갚은 돈을 장부에 적었습니다.")),
        "write_off": (_write_off, _("떠안기를 제안했습니다. 다른 운영자가 승인해야 합니다.")),
        "approve": (_approve, _("장터가 떠안았습니다.")),
        "withdraw": (_withdraw, _("제안을 거두었습니다.")),
    }
    if request.POST.get("do") not in steps:
        raise NotFound("step")
    step, said = steps[request.POST["do"]]
    try:
        step(request, merchant)
    except REFUSALS as refusal:
        messages.error(request, as_dict(refusal)["message"])
    else:
        messages.success(request, said)
    return redirect("operator_debt", merchant)


def _invoice(request: HttpRequest, merchant: str) -> None:
    ledger.invoice(
        merchant_reference=merchant, by=_me(request), key=_key(request), now=timezone.now()
    )


def _repaid(request: HttpRequest, merchant: str) -> None:
    ledger.record_repaid(
        merchant_reference=merchant,
        amount_won=whole_number(request.POST, "amount_won"),
        by=_me(request),
        key=_key(request),
        now=timezone.now(),
    )


def _write_off(request: HttpRequest, merchant: str) -> None:
    ledger.propose_write_off(
        merchant_reference=merchant,
        reason=request.POST.get("reason", ""),
        by=_me(request),
        key=_key(request),
        now=timezone.now(),
    )


def _approve(request: HttpRequest, merchant: str) -> None:
    ledger.approve_write_off(
        reference=_proposed(request, merchant), by=_me(request), now=timezone.now()
    )


def _withdraw(request: HttpRequest, merchant: str) -> None:
    ledger.withdraw_write_off(reference=_proposed(request, merchant))


def _proposed(request: HttpRequest, merchant: str) -> str:
    """This shop's, and no other's."""
    reference = request.POST.get("step", "")
    if not DebtStep.objects.filter(reference=reference, merchant_reference=merchant).exists():
        raise NotFound("step")
    return reference


def _me(request: HttpRequest) -> str:
    return request.user.reference  # type: ignore[union-attr]


def _key(request: HttpRequest) -> str:
    return request.POST.get("key", "")[:64] or get_random_string(24)


def _shop(reference: str) -> Merchant:
    found = Merchant.objects.filter(reference=reference).first()
    if found is None:
        raise NotFound("merchant")
    return found
