"""Drive-in screenings: what is coming, a bay for a car, waiting for one."""

from functools import partial
from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from commerce.basket import actions as baskets
from drivethrough.screenings import actions, queries, waiting
from drivethrough.screenings.models import BayWait, Screening, ScreeningStatus, Ticket
from storefront.accounts.access import public, signed_in
from storefront.accounts.customers import shopper
from storefront.journeys.book_bay import book_bay
from storefront.refusals import REFUSALS, BadInput, as_dict, status_of
from storefront.shop.basket_of import basket_for_adding
from storefront.shop.trying import tried
from storefront.typed import number_of

LONGEST_KEY = 64


@public
@require_safe
def screenings(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    user = request.user
    context = {
        "coming": queries.coming(now),
        "tickets": queries.tickets_of(user.reference, now) if user.is_authenticated else [],
        "now": now,
    }
    return render(request, "shop/screenings.html", context)


@public
@require_safe
def screening(request: HttpRequest, reference: str) -> HttpResponse:
    """The plan of the bays; ``bay``: the one that was pressed, then asked a plate for."""
    found = queries.screening(reference)
    chosen = 0
    if "bay" in request.GET:
        chosen = number_of(request.GET, "bay", range(1, found.bays + 1))
    return _page(request, found, chosen=chosen)


def _page(
    request: HttpRequest, screening: Screening, *, chosen: int, status: int = 200, **said: Any
) -> HttpResponse:
    rows = queries.rows_of_bays(screening)
    free = {bay.number for row in rows for bay in row if not bay.taken}
    now = timezone.now()
    wait = _wait_of(request, screening)
    awaited = queries.awaited(screening)
    context = {
        "screening": screening,
        "rows": rows,
        "left": len(free),
        "on_sale": screening.status == ScreeningStatus.OPEN and now < screening.cut_off_at,
        "awaited": awaited,
        "full": awaited or not free,
        "wait": wait,
        "before": queries.before_in_line(wait) if wait else 0,
        "chosen": chosen if chosen in free and not awaited else 0,
        "key": str(uuid4()),
        **said,
    }
    return render(request, "shop/screening.html", context, status=status)


def _wait_of(request: HttpRequest, screening: Screening) -> BayWait | None:
    user = request.user
    return queries.wait_of(screening, user.reference) if user.is_authenticated else None


@signed_in
@require_POST
def buy(request: HttpRequest, reference: str) -> HttpResponse:
    """``pay``: at the ``gate`` when driving in, or ``now`` in the checkout, with what else is in
    the basket."""
    found = queries.screening(reference)
    bay = number_of(request.POST, "bay", range(1, found.bays + 1))
    try:
        if request.POST.get("pay") == "now":
            _put_in_basket(request, _held(request, reference, bay))
            return redirect("checkout")
        ticket = book_bay(
            customer=shopper(request),
            screening_reference=reference,
            bay=bay,
            key=_key(request),
            now=timezone.now(),
            **_car(request),
        )
    except REFUSALS as caught:
        refusal = as_dict(caught)
        said = {"refusal": refusal, "typed": request.POST}
        return _page(request, found, chosen=bay, status=status_of(refusal["code"]), **said)
    return redirect("ticket", ticket.reference)


def _car(request: HttpRequest) -> dict[str, str]:
    return {
        "plate": request.POST.get("plate", ""),
        "phone_last4": request.POST.get("phone_last4", ""),
    }


def _held(request: HttpRequest, reference: str, bay: int) -> Ticket:
    return actions.hold(
        screening_reference=reference,
        bay=bay,
        owner_reference=basket_for_adding(request).reference,
        key=_key(request),
        now=timezone.now(),
        **_car(request),
    )


def _put_in_basket(request: HttpRequest, ticket: Ticket) -> None:
    baskets.add_ticket(
        basket=basket_for_adding(request),
        ticket_reference=ticket.reference,
        name=ticket.screening.title,
        name_en=ticket.screening.title_en,
        price_won=ticket.screening.price_won,
    )


def _key(request: HttpRequest) -> str:
    key = request.POST.get("key", "")
    if not 0 < len(key) <= LONGEST_KEY:
        raise BadInput("key")
    return key


@signed_in
@require_POST
def wait(request: HttpRequest, reference: str) -> HttpResponse:
    owner = shopper(request).user_reference
    join = partial(
        waiting.join, screening_reference=reference, owner_reference=owner, now=timezone.now()
    )
    tried(request, join, _("자리가 나면 메시지로 알려 드릴게요."))
    return redirect("screening", reference)


@signed_in
@require_POST
def leave(request: HttpRequest, reference: str) -> HttpResponse:
    owner = shopper(request).user_reference
    go = partial(
        waiting.leave, screening_reference=reference, owner_reference=owner, now=timezone.now()
    )
    tried(request, go, _("더 기다리지 않습니다."))
    return redirect("screening", reference)


@signed_in
@require_POST
def take(request: HttpRequest, reference: str) -> HttpResponse:
    """The bay that is kept for this one goes into the basket."""
    found = queries.screening(reference)
    try:
        ticket = waiting.take_offer(
            screening_reference=reference,
            owner_reference=shopper(request).user_reference,
            basket_reference=basket_for_adding(request).reference,
            now=timezone.now(),
            **_car(request),
        )
        _put_in_basket(request, ticket)
    except REFUSALS as caught:
        refusal = as_dict(caught)
        said = {"refusal": refusal, "typed": request.POST}
        return _page(request, found, chosen=0, status=status_of(refusal["code"]), **said)
    return redirect("checkout")
