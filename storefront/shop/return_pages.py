"""Sending something back: what may be said, until when, and what was said before ordering."""

from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from commerce.business_days import business_date
from commerce.catalogue import pictures
from commerce.orders.models import FulfilmentStatus, Order, OrderLine
from commerce.orders.return_notices import NOTICES, may_withdraw
from commerce.returns import actions as returns
from commerce.returns import deadlines
from commerce.returns.models import MOST_PHOTOS, ReturnKind, ReturnStatus
from commerce.returns.queries import photo_of
from storefront.accounts.access import signed_in_or_guest
from storefront.accounts.customers import shopper
from storefront.private_pictures import private_picture
from storefront.refusals import REFUSALS, BadInput, NotFound, as_dict, status_of
from storefront.shop.order_pages import own_order
from storefront.typed import one_of, whole_number


@signed_in_or_guest
@require_http_methods(["GET", "HEAD", "POST"])
def ask_return(request: HttpRequest, reference: str, line: str) -> HttpResponse:
    """Tell of a fault, or of a change of mind."""
    order = own_order(request, reference)
    found = _line_of(order, line)
    refusal = None
    if request.method == "POST":
        try:
            _ask(request, found)
        except REFUSALS as caught:
            refusal = as_dict(caught)
        else:
            messages.success(request, _("접수했습니다. 판매자가 보고 답을 드립니다."))
            return redirect("order", reference)
    context = {
        "order": order,
        "line": found,
        "most": returns.left_of(found),
        "most_photos": MOST_PHOTOS,
        "notice": NOTICES.get(found.return_notice),
        "typed": request.POST,
        "key": request.POST.get("key") or str(uuid4()),
        "refusal": refusal,
        **_until(found),
    }
    status = status_of(refusal["code"]) if refusal else 200
    return render(request, "shop/ask_return.html", context, status=status)


def _line_of(order: Order, reference: str) -> OrderLine:
    """A line of goods that was handed over. NOT_FOUND."""
    for part in order.fulfilments.all():
        for line in part.lines.all():
            if line.reference == reference and line.variant_id:
                if part.status != FulfilmentStatus.HANDED_OVER:
                    raise NotFound("line")
                return line
    raise NotFound("line")


def _until(line: OrderLine) -> dict[str, object]:
    """The last days for either; None for what may not be said (any more)."""
    received_on = business_date(line.fulfilment.ended_at)  # type: ignore[arg-type]
    today = business_date(timezone.now())
    withdraw = deadlines.last_day_to_withdraw(received_on)
    defects = deadlines.last_day_for_defects(received_on)
    may = may_withdraw(line.return_notice)
    return {
        "withdraw_until": withdraw if may and today <= withdraw else None,
        "defect_until": defects if today <= defects else None,
    }


def _ask(request: HttpRequest, line: OrderLine) -> None:
    try:
        key = str(UUID(request.POST.get("key", "")))
    except ValueError:
        raise BadInput("key") from None
    returns.ask(
        key=key,
        line_reference=line.reference,
        customer=shopper(request),
        kind=one_of(request.POST, "kind", ReturnKind),
        quantity=whole_number(request.POST, "quantity"),
        words=request.POST.get("words", ""),
        photos=_photos(request),
        now=timezone.now(),
    )


def _photos(request: HttpRequest) -> list[bytes]:
    """One file more than may be sent, and one byte of each, is enough to be refused."""
    files = request.FILES.getlist("picture")[: MOST_PHOTOS + 1]
    return [file.read(pictures.LARGEST_BYTES + 1) for file in files]


@signed_in_or_guest
@require_POST
def take_back_return(request: HttpRequest, reference: str) -> HttpResponse:
    """The shopper keeps it after all."""
    asked, _moved = returns.move(
        reference=reference,
        status=ReturnStatus.TAKEN_BACK,
        customer=shopper(request),
        now=timezone.now(),
    )
    messages.success(request, _("접수를 거두었습니다."))
    return redirect("order", asked.line.fulfilment.order.reference)


@signed_in_or_guest
@require_safe
def photo(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """One of the photos the shopper sent along. NOT_FOUND, for somebody else's too."""
    return private_picture(photo_of(reference, number, customer=shopper(request)))
