"""What goes by courier: what to send, what is on its way, and what a parcel costs with this
shop."""

from collections.abc import Callable
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from commerce.catalogue.models import Way
from commerce.merchants import actions as merchants
from commerce.merchants.parcel_terms import ParcelTerms
from commerce.merchants.queries import parcel_terms
from commerce.orders.models import FulfilmentStatus
from commerce.orders.queries import MerchantPart, for_merchant
from commerce.parcels.couriers import Courier
from commerce.parcels.models import Parcel
from commerce.parcels.queries import parcels_of
from storefront.accounts.access import needs
from storefront.accounts.models import Role
from storefront.journeys.send_parcel import (
    pay_back,
    say_it_came,
    say_it_came_back,
    send_parcel,
)
from storefront.merchant_desk.desk import PACKS, desk, own_merchant, scope_of
from storefront.refusals import REFUSALS, BadInput, as_dict, status_of
from storefront.typed import one_of, whole_number

TO_SEND = [FulfilmentStatus.CONFIRMED, FulfilmentStatus.READY, FulfilmentStatus.UNDELIVERED]
TERMS = "terms"


class Sent(NamedTuple):
    part: MerchantPart
    parcel: Parcel


@needs(*PACKS)
@require_safe
def parcels(request: HttpRequest) -> HttpResponse:
    return _page(request)


def _page(
    request: HttpRequest, *, refused: str = "", refusal: dict[str, Any] | None = None
) -> HttpResponse:
    """``refused``: which form was sent and refused, a part's reference or ``terms``."""
    own = own_merchant(request)
    parts = [p for p in for_merchant(own.reference, statuses=TO_SEND) if p.way == Way.PARCEL]
    out = for_merchant(own.reference, statuses=[FulfilmentStatus.OUT])
    sent = parcels_of(part.reference for part in out)
    shown = {TERMS, *sent, *(part.reference for part in parts)}
    context = desk(
        request,
        to_send=parts,
        on_the_way=[Sent(part, sent[part.reference]) for part in out if part.reference in sent],
        terms=parcel_terms(own),
        couriers=list(Courier),
        last_courier=_last_courier(own.reference),
        key=_key_again(request, refused) or str(uuid4()),
        typed=request.POST if refused else {},
        refused=refused,
        refusal=refusal,
        refused_elsewhere=refused not in shown,
        may_set_terms=request.acting_as == Role.MERCHANT,  # type: ignore[attr-defined]
        now=timezone.now(),
    )
    status = status_of(refusal["code"]) if refusal else 200
    return render(request, "merchant_desk/parcels.html", context, status=status)


def _last_courier(merchant_reference: str) -> str:
    """A stall sends with the same one nearly always."""
    sent = Parcel.objects.filter(fulfilment__hands_over=merchant_reference)
    last = sent.order_by("-pk").values_list("courier", flat=True).first()
    return last or Courier.CJ


def _refused(request: HttpRequest, form: str, caught: Exception) -> HttpResponse:
    return _page(request, refused=form, refusal=as_dict(caught))


def _key_again(request: HttpRequest, refused: str) -> str:
    return request.POST.get("key", "") if refused else ""


@needs(*PACKS)
@require_POST
def send(request: HttpRequest, reference: str) -> HttpResponse:
    """A courier has it, or its number was wrong."""
    try:
        send_parcel(
            key=_key(request, reference),
            fulfilment_reference=reference,
            merchant_reference=scope_of(request),
            courier=one_of(request.POST, "courier", Courier),
            number=request.POST.get("number", "")[:40],
            by=request.user.reference,  # type: ignore[union-attr]
            now=timezone.now(),
        )
    except REFUSALS as caught:
        return _refused(request, reference, caught)
    messages.success(request, _("보냈다고 손님께 알렸습니다."))
    return redirect("merchant_parcels")


def _key(request: HttpRequest, reference: str) -> str:
    """One page has one key for all its forms; what it is for tells them apart."""
    try:
        typed = UUID(request.POST.get("key", ""))
    except ValueError:
        raise BadInput("key") from None
    return f"{typed.hex}:{reference}"[:64]


@needs(*PACKS)
@require_POST
def came(request: HttpRequest, reference: str) -> HttpResponse:
    """The shopper has it, as the courier says."""
    said = _("도착했다고 적었습니다. 상품 값과 택배비가 정산에 들어갑니다.")
    return _done(request, reference, say_it_came, said)


@needs(*PACKS)
@require_POST
def came_back(request: HttpRequest, reference: str) -> HttpResponse:
    """The courier could not bring it."""
    said = _("되돌아왔다고 손님께 알렸습니다. 다시 보내거나 환불해 주세요.")
    return _done(request, reference, say_it_came_back, said)


@needs(Role.MERCHANT)
@require_POST
def paid_back(request: HttpRequest, reference: str) -> HttpResponse:
    """What came back is not sent again."""
    return _done(request, reference, pay_back, _("돈을 돌려드리고 손님께 알렸습니다."))


def _done(
    request: HttpRequest, reference: str, journey: Callable[..., object], said: str
) -> HttpResponse:
    """What a journey does with one of the merchant's own parcels, or why not."""
    try:
        journey(
            fulfilment_reference=reference,
            merchant_reference=scope_of(request),
            now=timezone.now(),
        )
    except REFUSALS as caught:
        return _refused(request, reference, caught)
    messages.success(request, said)
    return redirect("merchant_parcels")


@needs(Role.MERCHANT)
@require_POST
def set_terms(request: HttpRequest) -> HttpResponse:
    form = request.POST
    try:
        free_from = form.get("free_from_won", "").strip()
        merchants.set_parcel_terms(
            merchant_reference=scope_of(request),
            terms=ParcelTerms(
                won=whole_number(form, "won"),
                far_won=whole_number(form, "far_won"),
                free_from_won=whole_number(form, "free_from_won") if free_from else None,
            ),
        )
    except REFUSALS as caught:
        return _refused(request, TERMS, caught)
    messages.success(request, _("택배비를 저장했습니다. 지금부터 들어오는 주문에 씁니다."))
    return redirect("merchant_parcels")
