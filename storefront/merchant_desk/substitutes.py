"""Something like it for a line of which nothing is there; the shopper decides."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commerce.orders.models import OrderLine, ShortReason, WhenShort
from commerce.orders.substitutes import fitting
from storefront.accounts.access import needs
from storefront.journeys.substitute import propose
from storefront.merchant_desk.desk import PACKS, desk, scope_of
from storefront.refusals import REFUSALS, NotFound, as_dict, status_of
from storefront.typed import one_of

SHOWN = 30


@needs(*PACKS)
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest, reference: str) -> HttpResponse:
    """What fits the line; one of it is proposed."""
    line = _own_line(request, reference)
    if request.method != "POST":
        return _page(request, line)
    try:
        propose(
            line_reference=reference,
            merchant_reference=scope_of(request),
            variant_reference=request.POST.get("variant", ""),
            reason=one_of(request.POST, "reason", ShortReason),
            now=timezone.now(),
        )
    except REFUSALS as caught:
        refusal = as_dict(caught)
        return _page(request, line, refusal=refusal, status=status_of(refusal["code"]))
    messages.success(request, _("손님께 여쭈었습니다. 답이 없으면 돈을 돌려드립니다."))
    return redirect("merchant_orders")


def _page(request: HttpRequest, line: OrderLine, *, status: int = 200, **said: Any) -> HttpResponse:
    context = desk(request, line=line, variants=fitting(line, line.fulfilment.way)[:SHOWN], **said)
    return render(request, "merchant_desk/substitute.html", context, status=status)


def _own_line(request: HttpRequest, reference: str) -> OrderLine:
    """NOT_FOUND for another's, and where the shopper wants the money back."""
    own = OrderLine.objects.filter(reference=reference, merchant_reference=scope_of(request))
    wanted = own.exclude(fulfilment__order__when_short=WhenShort.REFUND)
    line = wanted.select_related("fulfilment").first()
    if line is None:
        raise NotFound("line")
    return line
