"""What shoppers want to give back of this shop's goods, and the answer."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from commerce.returns.actions import ReturnUnknown
from commerce.returns.queries import answered_returns, open_returns, photo_of
from storefront.accounts.access import needs
from storefront.accounts.models import Role
from storefront.journeys.answer_return import answer_return, answer_typed
from storefront.merchant_desk.desk import desk, scope_of
from storefront.private_pictures import private_picture
from storefront.refusals import REFUSALS, as_dict


@needs(Role.MERCHANT)
@require_safe
def returns(request: HttpRequest) -> HttpResponse:
    merchant = scope_of(request)
    context = desk(request, waiting=open_returns(merchant), answered=answered_returns(merchant))
    return render(request, "merchant_desk/returns.html", context)


@needs(Role.MERCHANT)
@require_POST
def answer(request: HttpRequest, reference: str) -> HttpResponse:
    try:
        answer_return(
            reference=reference,
            answer=answer_typed(request.POST.get("answer", "")),
            words=request.POST.get("words", ""),
            merchant_reference=scope_of(request),
            by=request.user.reference,  # type: ignore[union-attr]
            now=timezone.now(),
        )
    except ReturnUnknown:
        raise
    except REFUSALS as refusal:
        messages.error(request, as_dict(refusal)["message"])
    else:
        messages.success(request, _("손님께 답을 보냈습니다."))
    return redirect("merchant_returns")


@needs(Role.MERCHANT)
@require_safe
def photo(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    webp = photo_of(reference, number, merchant_reference=scope_of(request))
    return private_picture(webp)
