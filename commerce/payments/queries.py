"""What can be asked about payments, and about orders together with theirs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import cast

from django.db.models import Case, Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery, Sum, When
from django.db.models.functions import Coalesce

from commerce.catalogue.models import TaxClass
from commerce.customers.models import Customer
from commerce.orders import queries as orders
from commerce.orders.models import Fulfilment, FulfilmentStatus, Order, OrderStatus
from commerce.payments.models import (
    ACTIVE_PAYMENTS,
    Chargeback,
    ChargebackStatus,
    GatewayEvent,
    Payment,
    PaymentMethod,
    PaymentShare,
    PaymentStatus,
)
from commerce.vouchers.models import Voucher


def payment(reference: str) -> Payment | None:
    return Payment.objects.select_related("order", "fulfilment").filter(reference=reference).first()


def order_with_payments(reference: str) -> Order | None:
    """With customer, fulfilments, lines, payments and refunds: five queries, whatever its size."""
    return _with_payments().filter(reference=reference).first()


def orders_with_payments(customer: Customer) -> QuerySet[Order]:
    """The customer's orders, newest first, as complete as ``order_with_payments``."""
    return _with_payments().filter(customer=customer)


def tax_free_by_part(parts: Sequence[Fulfilment]) -> dict[int, int]:
    """Won of goods that bear no VAT, by the part's row number; a delivery fee bears it."""
    exempt = Sum("lines__line_won", filter=Q(lines__tax_class=TaxClass.EXEMPT), default=0)
    asked = Fulfilment.objects.filter(pk__in=[part.pk for part in parts])
    return dict(asked.annotate(tax_free_won=exempt).values_list("pk", "tax_free_won"))


def due_on_site(fulfilment_references: Sequence[str]) -> dict[str, Payment]:
    """What is still to be taken from whoever comes for these fulfilments; paid ones are absent."""
    due = Payment.objects.select_related("fulfilment").filter(
        fulfilment__reference__in=fulfilment_references,
        method=PaymentMethod.ON_SITE,
        status=PaymentStatus.OPEN,
    )
    return {p.fulfilment.reference: p for p in due if p.fulfilment is not None}


def paid_unconfirmed() -> QuerySet[Payment]:
    """Paid by card, or held, while the order still waits to be confirmed: a crash came in
    between."""
    return Payment.objects.select_related("order").filter(
        method=PaymentMethod.CARD,
        status__in=[PaymentStatus.PAID, PaymentStatus.AUTHORISED],
        order__status=OrderStatus.PLACED,
    )


def declined_unpaid() -> QuerySet[Payment]:
    """Declined by card while the order waits for another: whoever declined it may have died before
    anybody was told."""
    return Payment.objects.filter(
        method=PaymentMethod.CARD, status=PaymentStatus.DECLINED, order__status=OrderStatus.PLACED
    )


@dataclass(frozen=True)
class Owed:
    """Won paid for parts that were cancelled, not given back or set aside to be given back yet."""

    payment: Payment
    owed_won: int


def owed_back(*, order: Order | None = None) -> list[Owed]:
    """Payments above what is still being delivered: a success that came after a cancellation, or a
    part cancelled since. One order's, or all."""
    kept = Fulfilment.objects.exclude(status=FulfilmentStatus.CANCELLED)
    won = Sum(F("goods_won") + F("delivery_won"))
    of_order = kept.filter(order=OuterRef("order")).order_by().values("order").annotate(won=won)
    of_part = kept.filter(pk=OuterRef("fulfilment")).order_by().values("pk").annotate(won=won)
    paid = Payment.objects.select_related("order").filter(status=PaymentStatus.PAID)
    if order is not None:
        paid = paid.filter(order=order)
    else:
        # Where nothing was cancelled nothing is owed: most of all orders are never looked at.
        cancelled = Fulfilment.objects.filter(status=FulfilmentStatus.CANCELLED).order_by()
        paid = paid.filter(order__in=cancelled.values("order"))
    # Of several payments each owes what is left of its own shares.
    shares = PaymentShare.objects.filter(payment=OuterRef("pk")).order_by().values("payment")
    of_cancelled = shares.filter(fulfilment__status=FulfilmentStatus.CANCELLED).annotate(
        won=Sum(F("won") - F("refunded_won"))
    )
    above = paid.annotate(
        owed_won=Case(
            When(Exists(shares), then=Coalesce(Subquery(of_cancelled.values("won")), 0)),
            When(
                fulfilment=None,
                then=F("amount_won")
                - F("refunded_won")
                - Coalesce(Subquery(of_order.values("won")), 0),
            ),
            default=F("amount_won")
            - F("refunded_won")
            - Coalesce(Subquery(of_part.values("won")), 0),
        )
    ).filter(owed_won__gt=0)
    return [Owed(payment=p, owed_won=p.owed_won) for p in above.order_by("pk")]


def paid_by_vouchers(vouchers: Iterable[Voucher]) -> dict[int, list[Payment]]:
    """What each paid, or is held for, by its row, newest first; with their orders."""
    rows = Payment.objects.filter(voucher__in=list(vouchers), status__in=ACTIVE_PAYMENTS)
    found: dict[int, list[Payment]] = {}
    for payment in rows.select_related("order").order_by("-pk"):
        found.setdefault(cast("int", payment.voucher_id), []).append(payment)
    return found


def events_given_up() -> QuerySet[GatewayEvent]:
    """Webhooks nobody could follow, oldest first."""
    return GatewayEvent.objects.filter(due_at=None, done_at=None).order_by("received_at", "pk")


def chargebacks_open() -> QuerySet[Chargeback]:
    """Disputes that no bank has decided yet, oldest first."""
    undecided = [ChargebackStatus.WARNING, ChargebackStatus.OPEN]
    found = Chargeback.objects.filter(status__in=undecided).select_related("payment__order")
    return found.order_by("opened_at", "pk")


def _with_payments() -> QuerySet[Order]:
    by_age = Payment.objects.order_by("pk").prefetch_related("refunds")
    return orders.detailed().prefetch_related(Prefetch("payments", by_age))
