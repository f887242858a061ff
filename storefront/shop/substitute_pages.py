"""Whether something else may come instead of what a stall does not have."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commerce.orders.substitutes import substitution
from storefront.accounts.access import public
from storefront.journeys.substitute import PAGE, accept, refuse
from storefront.notices.links import reference_in
from storefront.refusals import REFUSALS, BadInput, as_dict, status_of


@public
@require_http_methods(["GET", "HEAD", "POST"])
def substitute(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind the link of the message: it opens without signing in, and names nobody."""
    reference = reference_in(token, PAGE)
    now = timezone.now()
    refusal = None
    if request.method == "POST":
        try:
            _answer(request, reference)
        except REFUSALS as caught:
            refusal = as_dict(caught)
        else:
            messages.success(request, _("알려 주셔서 고맙습니다."))
            return redirect("substitute", token)
    made = substitution(reference)
    context = {"made": made, "is_open": made.is_open(now), "refusal": refusal}
    status = status_of(refusal["code"]) if refusal else 200
    return render(request, "shop/substitute.html", context, status=status)


def _answer(request: HttpRequest, reference: str) -> None:
    """``do``: ``accept`` or ``refuse``. BAD_INPUT."""
    answers = {"accept": accept, "refuse": refuse}
    chosen = answers.get(request.POST.get("do", ""))
    if chosen is None:
        raise BadInput("do")
    chosen(reference=reference, now=timezone.now())
