"""What the commerce core keeps in our own tables is what became of each part of an order."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import F, OuterRef, Q, Subquery

from commerce.core.models import CoreOrder
from commerce.core.port import CoreStatus
from commerce.orders.models import Fulfilment, FulfilmentStatus

PAID = Q(charged_won=F("total_won"), refunded_won=0)
UNPAID = Q(charged_won=0)
AGREEING = (
    Q(part=FulfilmentStatus.PLACED, status=CoreStatus.PLACED) & UNPAID
    | Q(part__in=("confirmed", "ready", "out", "undelivered"), status=CoreStatus.CONFIRMED)
    & (PAID | UNPAID)
    | Q(part=FulfilmentStatus.HANDED_OVER, status=CoreStatus.FULFILLED) & PAID
    | Q(part=FulfilmentStatus.CANCELLED, status__in=(CoreStatus.CANCELLED, CoreStatus.EXPIRED))
    & Q(charged_won=F("refunded_won"))
)


def core_agrees_with_parts(now: datetime) -> Iterable[tuple[object, str]]:
    """Its status, its total, and whose money it counts. Only an embedded core has rows here."""
    parts = Fulfilment.objects.filter(reference=OuterRef("reference"))
    known = CoreOrder.objects.annotate(
        part=Subquery(parts.values("status")[:1]),
        won=Subquery(parts.values(won=F("goods_won") + F("delivery_won"))[:1]),
    )
    for one in known.exclude(AGREEING & Q(total_won=F("won"))):
        money = f"{one.charged_won} of {one.total_won} won, {one.refunded_won} back"
        yield one, f"{one.status}, {money}; the part is {one.part} for {one.won} won"
