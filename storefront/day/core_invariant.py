"""What the commerce core keeps in our own tables is what became of each part of an order."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce

from commerce.core.models import CoreLine, CoreOrder
from commerce.core.port import CoreStatus
from commerce.orders.models import Fulfilment, FulfilmentStatus, OrderLine
from commerce.returns.models import ReturnRequest, ReturnStatus

# What fell short or was given up was paid and given back, or was never asked for on site; what was
# sent back afterwards was paid.
PAID = Q(
    charged_won=F("won") + F("refunded_won") - F("returned_won"),
    refunded_won__lte=F("short_won") + F("returned_won"),
)
UNPAID = Q(charged_won=0)
LEFT = Q(status=CoreStatus.FULFILLED) | Q(status=CoreStatus.PARTLY_FULFILLED, short_won__gt=0)
# Something else came in place of all that was ordered: of this order nothing leaves.
ALL_INSTEAD = Q(status=CoreStatus.CONFIRMED, leaves=False)
AGREEING = (
    Q(part=FulfilmentStatus.PLACED, status=CoreStatus.PLACED) & UNPAID
    | Q(part__in=("confirmed", "ready", "out", "undelivered"), status=CoreStatus.CONFIRMED)
    & (PAID | UNPAID)
    | Q(part=FulfilmentStatus.HANDED_OVER) & (LEFT | ALL_INSTEAD) & PAID
    | Q(part=FulfilmentStatus.CANCELLED, status__in=(CoreStatus.CANCELLED, CoreStatus.EXPIRED))
    & Q(charged_won=F("refunded_won"))
)


def core_agrees_with_parts(now: datetime) -> Iterable[tuple[object, str]]:
    """Its status, its total, and whose money it counts. Only an embedded core has rows here."""
    parts = Fulfilment.objects.filter(reference=OuterRef("reference"))
    gone = F("lines__short_quantity") + F("lines__cancelled_quantity")
    less = F("lines__cheaper_won") + F("lines__lighter_won")
    short_won = Sum(gone * F("lines__unit_price_won") + less)
    back = ReturnRequest.objects.filter(line=OuterRef("pk"), status=ReturnStatus.REFUNDED)
    of_line = back.order_by().values("line").annotate(n=Sum("quantity"))
    lines = OrderLine.objects.filter(
        fulfilment__reference=OuterRef("reference"), quantity__gte=1
    ).annotate(back=Coalesce(Subquery(of_line.values("n")), 0))
    returned = (
        lines.order_by()
        .values("fulfilment")
        .annotate(back_won=Sum(F("line_won") * F("back") / F("quantity")))
    )
    leaving = CoreLine.objects.filter(order=OuterRef("pk"), quantity__gt=F("short"))
    known = CoreOrder.objects.annotate(
        leaves=Exists(leaving),
        part=Subquery(parts.values("status")[:1]),
        won=Subquery(parts.values(won=F("goods_won") + F("delivery_won"))[:1]),
        short_won=Subquery(parts.values("pk").annotate(won=short_won).values("won")[:1]),
        returned_won=Coalesce(Subquery(returned.values("back_won")), 0),
    )
    for one in known.exclude(AGREEING & Q(total_won=F("won") + F("short_won"))):
        money = f"{one.charged_won} of {one.total_won} won, {one.refunded_won} back"
        yield one, f"{one.status}, {money}; the part is {one.part} for {one.won} won"
