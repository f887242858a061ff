"""What buyers say of this shop's goods, and the shop's reply."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from commerce.reviews import actions
from commerce.reviews.queries import reviews_for_desk
from commerce.text import TextTooLong
from storefront.accounts.access import needs
from storefront.accounts.models import Role
from storefront.merchant_desk.desk import desk, scope_of
from storefront.refusals import as_dict
from storefront.typed import page_of

PER_PAGE = 20


@needs(Role.MERCHANT)
@require_safe
def reviews(request: HttpRequest) -> HttpResponse:
    page = page_of(request.GET, reviews_for_desk(scope_of(request)), PER_PAGE)
    return render(request, "merchant_desk/reviews.html", desk(request, page=page))


@needs(Role.MERCHANT)
@require_POST
def reply(request: HttpRequest, reference: str) -> HttpResponse:
    try:
        actions.reply(
            reference=reference,
            merchant_reference=scope_of(request),
            words=request.POST.get("words", ""),
            now=timezone.now(),
        )
    except TextTooLong as refusal:
        messages.error(request, as_dict(refusal)["message"])
    else:
        messages.success(request, _("답글을 적었습니다."))
    return redirect("merchant_reviews")
