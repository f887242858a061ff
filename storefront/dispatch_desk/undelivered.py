"""What came back with the van: told why, and given up with its money when nobody can take it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from commerce.orders.models import Fulfilment
from commerce.orders.queries import undelivered as all_undelivered
from commerce.payments.models import HELD, PaymentMethod, PaymentStatus
from commerce.payments.tenders import paid_by_part
from logistics.consignments.models import Consignment, ConsignmentKind
from logistics.consignments.queries import by_owner
from logistics.network.models import Depot
from storefront.accounts.access import needs
from storefront.accounts.models import Role
from storefront.dispatch_desk import wording
from storefront.dispatch_desk.desk import depot_of, menu
from storefront.journeys import cancel_order
from storefront.refusals import REFUSALS, NotFound, as_dict


@needs(Role.DISPATCHER)
@require_safe
def undelivered(request: HttpRequest) -> HttpResponse:
    depot = depot_of(request)
    rows = [_row(fulfilment, move) for fulfilment, move in _brought_back_to(depot)]
    context = {"desk_menu": menu(), "depot": depot, "rows": rows}
    return render(request, "dispatch_desk/undelivered.html", context)


@needs(Role.DISPATCHER)
@require_POST
def close(request: HttpRequest, reference: str) -> HttpResponse:
    """Give the part up: its money goes back. Another depot's, or one that has ended: NOT_FOUND."""
    waiting = {f.reference: f for f, _move in _brought_back_to(depot_of(request))}
    if reference not in waiting:
        raise NotFound("fulfilment")
    try:
        cancel_order.cancel_part(
            fulfilment=waiting[reference], reason="undelivered", now=timezone.now()
        )
    except REFUSALS as refusal:
        messages.error(request, as_dict(refusal)["message"])
    else:
        messages.success(request, _("마감했어요. 결제한 금액은 손님께 돌려드립니다."))
    return redirect("dispatch_undelivered")


def _brought_back_to(depot: Depot) -> list[tuple[Fulfilment, Consignment]]:
    fulfilments = all_undelivered()
    moves = by_owner(fulfilment.reference for fulfilment in fulfilments)
    return [
        (fulfilment, move)
        for fulfilment in fulfilments
        for move in moves.get(fulfilment.reference, [])
        if move.kind == ConsignmentKind.DELIVER and move.depot_id == depot.pk
    ]


def _row(fulfilment: Fulfilment, move: Consignment) -> dict[str, Any]:
    before = any(
        payment.method != PaymentMethod.ON_SITE and payment.status in (*HELD, PaymentStatus.PAID)
        for payment in fulfilment.order.payments.all()
    )
    whole_won = fulfilment.total_won if before else 0
    several = paid_by_part(fulfilment.order)
    return {
        "fulfilment": fulfilment,
        "move": move,
        "reason": wording.failure(move.failure),
        "back_won": several.get(fulfilment.pk, 0) if several else whole_won,
    }
