"""Drive-in screenings at the site: planned, called off, and who may drive in."""

from datetime import date, datetime, time
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from commerce.orders.models import Fulfilment
from commerce.payments.models import TakenAs
from commerce.payments.queries import due_on_site
from drivethrough.openings.queries import closings
from drivethrough.screenings import actions, gate, queries
from drivethrough.screenings.errors import ScreeningDayClosed, TicketUnknown
from drivethrough.screenings.models import (
    LONGEST_TITLE,
    MOST_BAYS,
    MOST_IN_ROW,
    Screening,
    Ticket,
    TicketStatus,
    WaitStatus,
)
from drivethrough.sites.models import Site
from drivethrough.slots.spans import at, business_date
from storefront.accounts.access import needs
from storefront.accounts.models import Role
from storefront.journeys.book_bay import gate_won, is_unpaid
from storefront.journeys.call_off_screening import call_off_screening
from storefront.journeys.let_car_in import let_car_in
from storefront.lane_tablet.desk import key_of, menu, site_of
from storefront.refusals import REFUSALS, BadInput, NotFound, as_dict, message, status_of
from storefront.templatetags.words import won
from storefront.told_later import taken_as_of
from storefront.typed import number_of, parsed, whole_number

MOST_WON = 1_000_000
LONGEST_TYPED = 40
EMPTY = {
    "title": "",
    "title_en": "",
    "on_date": "",
    "start": "19:00",
    "cut_off": "18:00",
    "price_won": "",
    "bays": "24",
    "bays_in_row": "6",
}


@needs(Role.FARMER)
@require_http_methods(["GET", "HEAD", "POST"])
def screenings(request: HttpRequest) -> HttpResponse:
    site = site_of(request)
    if request.method != "POST":
        return _list(request, site)
    try:
        asked = _asked(request.POST)
        _refuse_closed(site, asked["starts_at"])
        planned = actions.plan(site=site, key=key_of(request), now=timezone.now(), **asked)
    except REFUSALS as caught:
        refusal = as_dict(caught)
        typed = {name: request.POST.get(name, "") for name in EMPTY}
        return _list(
            request,
            site,
            status=status_of(refusal["code"]),
            typed=typed,
            refused="plan",
            refusal=refusal,
        )
    messages.success(request, _("상영을 열었어요. 지금부터 예매할 수 있습니다."))
    return redirect("lane_screening", planned.reference)


def _list(request: HttpRequest, site: Site, *, status: int = 200, **said: Any) -> HttpResponse:
    """The page; ``said`` is a form sent and refused: its name, what was typed, the refusal."""
    context = {
        **menu(),
        "site": site,
        "screenings": queries.at_site(site, timezone.now()),
        "longest_title": LONGEST_TITLE,
        "most_bays": MOST_BAYS,
        "most_in_row": MOST_IN_ROW,
        "first_on": timezone.localdate().isoformat(),
        "typed": EMPTY,
        "key": str(uuid4()),
        **said,
    }
    return render(request, "lane_tablet/screenings.html", context, status=status)


def _asked(form: QueryDict) -> dict[str, Any]:
    """The arguments of ``plan``; it is sold until a time on its own day. BAD_INPUT."""
    on_date = parsed(form, "on_date", date.fromisoformat)
    price_won = whole_number(form, "price_won")
    if price_won > MOST_WON:
        raise BadInput("price_won")
    return {
        "title": form.get("title", ""),
        "title_en": form.get("title_en", ""),
        "starts_at": _moment(form, "start", on_date),
        "cut_off_at": _moment(form, "cut_off", on_date),
        "price_won": price_won,
        "bays": number_of(form, "bays", range(1, MOST_BAYS + 1)),
        "bays_in_row": number_of(form, "bays_in_row", range(1, MOST_IN_ROW + 1)),
    }


def _refuse_closed(site: Site, starts_at: datetime) -> None:
    """It would be called off at once."""
    on_date = business_date(starts_at)
    if any(closing.on_date == on_date for closing in closings(site, on_date)):
        raise ScreeningDayClosed("on_date")


def _moment(form: QueryDict, field: str, on_date: date) -> datetime:
    try:
        return at(on_date, parsed(form, field, time.fromisoformat))
    except OverflowError:  # the first and the last day there are
        raise BadInput("on_date") from None


def _own(site: Site, reference: str) -> Screening:
    """A screening of this site; any other is NOT_FOUND."""
    found = queries.screening(reference)
    if found.site_id != site.pk:
        raise NotFound("screening")
    return found


@needs(Role.FARMER)
@require_safe
def screening(request: HttpRequest, reference: str) -> HttpResponse:
    site = site_of(request)
    found = _own(site, reference)
    tickets = list(queries.tickets_for(found))
    due = gate_won(tickets)
    context = {
        **menu(),
        "site": site,
        "screening": found,
        "tickets": [(ticket, due[ticket.reference]) for ticket in tickets],
        "came": sum(ticket.status == TicketStatus.USED for ticket in tickets),
        "waiting": found.waits.filter(status=WaitStatus.WAITING).count(),
        "key": str(uuid4()),
    }
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "lane_tablet/screening_part.html", context)
    return render(request, "lane_tablet/screening.html", context)


@needs(Role.FARMER)
@require_POST
def call_off(request: HttpRequest, reference: str) -> HttpResponse:
    found = _own(site_of(request), reference)
    told = call_off_screening(screening=found, now=timezone.now())
    messages.success(request, _("상영을 취소했어요. 표가 있는 %(n)d분께 알립니다.") % {"n": told})
    return redirect("lane_screenings")


@needs(Role.FARMER)
@require_safe
def ticket(request: HttpRequest, reference: str) -> HttpResponse:
    """What the code on a ticket opens: the car, its bay, and a button."""
    site = site_of(request)
    found = queries.ticket(reference)
    if found.screening.site_id != site.pk:
        raise TicketUnknown("ticket")
    context = {
        **menu(),
        "site": site,
        "ticket": found,
        "gate_won": gate_won([found])[found.reference],
        "unpaid": is_unpaid(found),
        "key": str(uuid4()),
    }
    return render(request, "lane_tablet/ticket.html", context)


@needs(Role.FARMER)
@require_POST
def check_in(request: HttpRequest) -> HttpResponse:
    """By a ticket's number or a plate; refused, what was typed stays. Where money is due, the
    ticket's own page asks how it was taken."""
    site, now = site_of(request), timezone.now()
    typed = request.POST.get("text", "")[:LONGEST_TYPED]
    try:
        key = key_of(request)
        taken_as = taken_as_of(request.POST)
        meant = gate.meant(site=site, text=typed, key=key, now=now)
        if taken_as is None and _is_due(meant):
            messages.warning(request, message("HOW_TAKEN_MISSING"))
            return redirect("lane_ticket", meant.reference)
        found = let_car_in(
            site=site, text=typed, key=key, taken_as=taken_as or TakenAs.CASH, now=now
        )
    except REFUSALS as caught:
        refusal = as_dict(caught)
        return _list(
            request,
            site,
            status=status_of(refusal["code"]),
            text=typed,
            refused="check_in",
            refusal=refusal,
        )
    messages.success(request, _let_in(found))
    return redirect("lane_screening", queries.ticket(found.reference).screening.reference)


def _is_due(ticket: Ticket) -> bool:
    """Money for it is still to be taken at the gate."""
    parts = Fulfilment.objects.filter(ticket_reference=ticket.reference)
    return bool(due_on_site(list(parts.values_list("reference", flat=True))))


def _let_in(found: Ticket) -> str:
    facts: dict[str, str | int] = {"plate": found.plate, "bay": found.bay}
    taken_won = gate_won([found])[found.reference]
    if not taken_won:
        return _("%(plate)s · %(bay)d번 자리로 안내해 주세요 · 결제 완료") % facts
    facts["won"] = won(taken_won)
    return _("%(plate)s · %(bay)d번 자리로 안내해 주세요 · 받은 돈 %(won)s") % facts
