"""Produce boxes: what is in them, subscribing, skipping one, ending."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from commerce import phone
from commerce.basket import actions as baskets
from commerce.boxes import actions as subscribing
from commerce.boxes import queries
from commerce.boxes.models import Box, Subscription
from commerce.customers import actions as customers
from commerce.customers.models import Customer
from commerce.customers.queries import address as own_address
from commerce.payments.gateway import NeedsAction, StoredCard
from logistics.network.queries import depot_for
from storefront.accounts.access import public, signed_in
from storefront.accounts.customers import shopper
from storefront.journeys.plan_checkout import OutOfArea
from storefront.refusals import REFUSALS, BadInput, NotFound, as_dict
from storefront.shop.basket_of import basket_for_adding
from storefront.shop.card_form import card_page, card_to_keep, setup_entry

SHOWN_RENEWALS = 8


def _box(reference: str) -> Box:
    found = queries.box(reference)
    if found is None:
        raise NotFound("box")
    return found


@public
@require_safe
def boxes(request: HttpRequest) -> HttpResponse:
    return render(request, "shop/boxes.html", {"boxes": queries.boxes()})


@public
@require_safe
def box(request: HttpRequest, reference: str) -> HttpResponse:
    found = _box(reference)
    context = {"box": found, "next_cycle": queries.next_cycle(found, timezone.now())}
    return render(request, "shop/box.html", context)


@signed_in
@require_POST
def add_to_basket(request: HttpRequest, reference: str) -> HttpResponse:
    """With other goods, in one checkout. SUBSCRIPTION_EXISTS."""
    found = _box(reference)
    try:
        subscribing.refuse_second(box=found, customer=shopper(request))
        baskets.add_box(
            basket=basket_for_adding(request), box_reference=found.reference, variant=found.variant
        )
    except REFUSALS as refusal:
        messages.error(request, as_dict(refusal)["message"])
        return redirect("box", reference)
    messages.success(request, _("정기 배송을 장바구니에 담았습니다."))
    return redirect("basket")


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache  # it may hold what lets a browser go on at the bank
@card_page
def subscribe(request: HttpRequest, reference: str) -> HttpResponse:
    found = _box(reference)
    customer = shopper(request)
    if request.method != "POST":
        return _form(request, found, customer)
    try:
        kept = _subscribe(request, found, customer)
    except REFUSALS as refusal:
        return _form(request, found, customer, refusal)
    if isinstance(kept, NeedsAction):
        return _form(request, found, customer, needed=kept)
    messages.success(request, _("구독을 시작했습니다. 마감 전까지는 언제든 건너뛸 수 있어요."))
    return redirect("my_boxes")


def _form(
    request: HttpRequest,
    box: Box,
    customer: Customer,
    refusal: Any = None,
    needed: NeedsAction | None = None,
) -> HttpResponse:
    typed = request.POST
    context: dict[str, Any] = {
        "box": box,
        "next_cycle": queries.next_cycle(box, timezone.now()),
        "addresses": customer.addresses.all(),
        "key": typed.get("key") or str(uuid4()),
        "contact_name": typed.get("contact_name", customer.full_name),
        "contact_phone": typed.get(
            "contact_phone", phone.shown(customer.phone) if customer.phone else ""
        ),
        "card": setup_entry(request, customer, refusal=refusal, needed=needed),
        "refusal": as_dict(refusal) if refusal else None,
    }
    return render(request, "shop/subscribe.html", context, status=400 if refusal else 200)


def _subscribe(request: HttpRequest, box: Box, customer: Customer) -> Subscription | NeedsAction:
    """Nothing is begun until the card is kept; then the same form is posted again."""
    form, now = request.POST, timezone.now()
    try:
        key = str(UUID(form.get("key", "")))
    except ValueError:
        raise BadInput("key") from None
    address = own_address(customer=customer, reference=form.get("address", ""))
    if depot_for(address.lat, address.lon) is None:
        raise OutOfArea("address")
    kept = card_to_keep(form, customer, now)
    if isinstance(kept, NeedsAction):
        return kept
    customers.rename(
        customer=customer,
        full_name=form.get("contact_name", ""),
        phone=form.get("contact_phone", ""),
    )
    return subscribing.subscribe(
        key=key, box=box, customer=customer, address=address, card_token=kept.token, now=now
    )


@signed_in
@require_safe
def my_boxes(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    rows = [
        {
            "subscription": subscription,
            "renewals": [
                {"renewal": r, "open": r.cycle.cut_off_at > now and not r.order_reference}
                for r in subscription.renewals.all()
                if r.cycle.hand_over_on >= timezone.localdate(now)
            ][:SHOWN_RENEWALS],
        }
        for subscription in queries.subscriptions_of(shopper(request))
    ]
    return render(request, "shop/my_boxes.html", {"rows": rows})


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@card_page
def change_card(request: HttpRequest, reference: str) -> HttpResponse:
    """Another card for the boxes to come."""
    customer = shopper(request)
    subscription = queries.subscriptions_of(customer).filter(reference=reference).first()
    if subscription is None:
        raise NotFound("subscription")
    refusal: Any = None
    needed: NeedsAction | None = None
    if request.method == "POST":
        try:
            kept = card_to_keep(request.POST, customer, timezone.now())
            if isinstance(kept, StoredCard):
                subscribing.change_card(
                    subscription_reference=reference, customer=customer, card_token=kept.token
                )
                messages.success(request, _("다음 꾸러미부터 새 카드로 결제합니다."))
                return redirect("my_boxes")
            needed = kept
        except REFUSALS as refused:
            refusal = refused
    context = {
        "subscription": subscription,
        "card": setup_entry(request, customer, refusal=refusal, needed=needed),
        "refusal": as_dict(refusal) if refusal else None,
    }
    return render(request, "shop/change_card.html", context, status=400 if refusal else 200)


@signed_in
@require_POST
def skip(request: HttpRequest, reference: str) -> HttpResponse:
    """Skip a cycle, or take it after all, until its cut-off."""
    customer, now = shopper(request), timezone.now()
    reference = reference
    try:
        if request.POST.get("do") == "unskip":
            subscribing.unskip(renewal_reference=reference, customer=customer, now=now)
            messages.success(request, _("다시 받기로 했습니다."))
        else:
            subscribing.skip(renewal_reference=reference, customer=customer, now=now)
            messages.success(request, _("이번에는 건너뜁니다. 요금은 청구되지 않아요."))
    except REFUSALS as refusal:
        messages.error(request, as_dict(refusal)["message"])
    return redirect("my_boxes")


@signed_in
@require_POST
def end(request: HttpRequest, reference: str) -> HttpResponse:
    try:
        subscribing.end(
            subscription_reference=reference,
            customer=shopper(request),
            now=timezone.now(),
        )
        messages.success(request, _("구독을 끝냈습니다. 그동안 고맙습니다."))
    except REFUSALS as refusal:
        messages.error(request, as_dict(refusal)["message"])
    return redirect("my_boxes")
