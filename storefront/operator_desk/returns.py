"""Everything shoppers want to give back, for the mall to see and, where need be, to answer."""

from collections.abc import Iterable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from commerce.merchants.models import Merchant
from commerce.returns.actions import ReturnUnknown
from commerce.returns.models import ReturnRequest
from commerce.returns.queries import answered_returns, open_returns, photo_of
from storefront.accounts.access import needs
from storefront.accounts.models import Role
from storefront.journeys.answer_return import answer_return, answer_typed
from storefront.operator_desk.desk import desk
from storefront.private_pictures import private_picture
from storefront.refusals import REFUSALS, as_dict


@needs(Role.OPERATOR)
@require_safe
def returns(request: HttpRequest) -> HttpResponse:
    context = desk(
        waiting=_with_sellers(open_returns()), answered=_with_sellers(answered_returns())
    )
    return render(request, "operator_desk/returns.html", context)


def _with_sellers(asked: Iterable[ReturnRequest]) -> list[ReturnRequest]:
    """Each also says ``seller``."""
    found = list(asked)
    references = {one.line.merchant_reference for one in found}
    names = dict(Merchant.objects.filter(reference__in=references).values_list("reference", "name"))
    for one in found:
        one.seller = names.get(one.line.merchant_reference, "")  # type: ignore[attr-defined]
    return found


@needs(Role.OPERATOR)
@require_POST
def answer(request: HttpRequest, reference: str) -> HttpResponse:
    """The mall answers for the merchant."""
    try:
        answer_return(
            reference=reference,
            answer=answer_typed(request.POST.get("answer", "")),
            words=request.POST.get("words", ""),
            merchant_reference=None,
            by=request.user.reference,  # type: ignore[union-attr]
            now=timezone.now(),
        )
    except ReturnUnknown:
        raise
    except REFUSALS as refusal:
        messages.error(request, as_dict(refusal)["message"])
    else:
        messages.success(request, _("손님께 답을 보냈습니다."))
    return redirect("operator_returns")


@needs(Role.OPERATOR)
@require_safe
def photo(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    return private_picture(photo_of(reference, number))
