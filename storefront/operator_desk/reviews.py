"""Every review; the mall hides one for a reason, and may show it again."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from commerce.reviews import actions
from commerce.reviews.queries import reviews_for_desk
from commerce.text import TextRequired, TextTooLong
from storefront.accounts.access import needs
from storefront.accounts.models import Role
from storefront.operator_desk.desk import desk
from storefront.refusals import as_dict
from storefront.typed import page_of

PER_PAGE = 20


@needs(Role.OPERATOR)
@require_safe
def reviews(request: HttpRequest) -> HttpResponse:
    page = page_of(request.GET, reviews_for_desk(), PER_PAGE)
    return render(request, "operator_desk/reviews.html", desk(page=page))


@needs(Role.OPERATOR)
@require_POST
def hide(request: HttpRequest, reference: str) -> HttpResponse:
    by = request.user.reference  # type: ignore[union-attr]
    try:
        actions.hide(reference=reference, reason=request.POST.get("reason", ""), by=by)
    except (TextRequired, TextTooLong) as refusal:
        messages.error(request, as_dict(refusal)["message"])
    else:
        messages.success(request, _("후기를 가렸습니다."))
    return redirect("operator_reviews")


@needs(Role.OPERATOR)
@require_POST
def show(request: HttpRequest, reference: str) -> HttpResponse:
    actions.show_again(reference=reference)
    messages.success(request, _("후기를 다시 보입니다."))
    return redirect("operator_reviews")
