"""Something like it instead of what is not there: proposed by the stall, settled by the shopper."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, QuerySet

from commerce.catalogue.models import Variant
from commerce.catalogue.queries import for_sale
from commerce.errors import CommerceError
from commerce.orders import actions
from commerce.orders.actions import InvalidTransition, LineUnknown
from commerce.orders.models import (
    Fulfilment,
    FulfilmentStatus,
    Order,
    OrderLine,
    ShortReason,
    Substitution,
    SubstitutionStatus,
    WhenShort,
)
from commerce.orders.shortage import cost_less

ANSWER_WITHIN = timedelta(hours=1)
# So long before it leaves, what comes must be known; and so much time a shopper is given at least.
SETTLED_BEFORE = timedelta(minutes=30)
LEAST_TIME = timedelta(minutes=10)


class SubstituteNotWanted(CommerceError):
    """The shopper wants the money back when something is short."""

    code = "SUBSTITUTE_NOT_WANTED"


class SubstituteUnfit(CommerceError):
    """Not of one's own, dearer, taxed otherwise, or not to be had this way."""

    code = "SUBSTITUTE_UNFIT"


class SubstituteTooLate(CommerceError):
    code = "SUBSTITUTE_TOO_LATE"


class SubstituteUnknown(CommerceError):
    code = "SUBSTITUTE_UNKNOWN"


class SubstituteOver(CommerceError):
    """It was answered otherwise, or not in time."""

    code = "SUBSTITUTE_OVER"


def fitting(line: OrderLine, way: str) -> QuerySet[Variant]:
    """What may come in place of the line: of the same merchant, not dearer, taxed alike, enough
    left; the nearest price first."""
    return (
        for_sale()
        .select_related("product", "stock")
        .filter(
            product__merchant__reference=line.merchant_reference,
            product__tax_class=line.tax_class,
            product__ways__contains=[way],
            price_won__lte=line.unit_price_won,
            stock__on_hand__gte=F("stock__allocated") + line.quantity,
        )
        .exclude(pk=line.variant.pk if line.variant else 0)
        .order_by("-price_won", "product__name", "pk")
    )


@transaction.atomic
def offer(
    *,
    line_reference: str,
    merchant_reference: str,
    variant_reference: str,
    reason: ShortReason,
    within: timedelta = ANSWER_WITHIN,
    now: datetime,
) -> tuple[Substitution, bool]:
    """The offer and whether this call made it; the same again is the same. Locks the order; whoever
    calls keeps the goods. It stands for ``within``, but never until shortly before it leaves.

    LINE_UNKNOWN, SUBSTITUTE_NOT_WANTED, INVALID_TRANSITION, SUBSTITUTE_PENDING for another one,
    SUBSTITUTE_TOO_LATE, SUBSTITUTE_UNFIT.
    """
    line = _locked_line(line_reference, merchant_reference)
    part = line.fulfilment
    same = Substitution.objects.filter(
        line=line, status=SubstitutionStatus.OFFERED, variant__reference=variant_reference
    ).first()
    if same is not None:
        return same, False
    if part.order.when_short == WhenShort.REFUND:
        raise SubstituteNotWanted("line")
    if part.status != FulfilmentStatus.CONFIRMED or line.ready_at or line.short_quantity:
        raise InvalidTransition("status", now=part.status, allowed=[FulfilmentStatus.CONFIRMED])
    actions.refuse_pending(line)
    answer_until = min(now + within, part.promised_from - SETTLED_BEFORE)
    if answer_until < now + LEAST_TIME:
        raise SubstituteTooLate("line")
    variant = fitting(line, part.way).filter(reference=variant_reference).first()
    if variant is None:
        raise SubstituteUnfit("variant")
    made = Substitution.objects.create(
        line=line,
        variant=variant,
        unit_price_won=variant.price_won,
        reason=reason,
        offered_at=now,
        answer_until=answer_until,
    )
    return made, True


@transaction.atomic
def answer(
    *, reference: str, status: SubstitutionStatus, now: datetime
) -> tuple[Substitution, bool]:
    """The offer, and whether this call settled it; saying the same twice is once. Locks the order.

    SUBSTITUTE_UNKNOWN, SUBSTITUTE_OVER.
    """
    order = Order.objects.locked().filter(fulfilments__lines__substitutions__reference=reference)
    if not order:
        raise SubstituteUnknown("substitution")
    made = Substitution.objects.select_related("line__fulfilment", "variant__product").get(
        reference=reference
    )
    if made.status == status:
        return made, False
    late = now > made.answer_until and status != SubstitutionStatus.LAPSED
    if made.status != SubstitutionStatus.OFFERED or late:
        raise SubstituteOver("substitution")
    made.status, made.answered_at = status, now
    made.save(update_fields=["status", "answered_at"])
    return made, True


def swap(*, made: Substitution) -> int:
    """The line is what was offered from now on; how many won less it costs. Its order is locked.

    INVALID_TRANSITION unless its part is still to be packed.
    """
    line, variant = made.line, made.variant
    part = line.fulfilment
    if part.status != FulfilmentStatus.CONFIRMED or line.ready_at:
        raise InvalidTransition("status", now=part.status, allowed=[FulfilmentStatus.CONFIRMED])
    each_won = line.unit_price_won - made.unit_price_won
    cheaper = line.quantity * each_won
    line.instead_of = f"{line.name} {line.unit}"
    line.variant = variant
    line.name, line.name_en = variant.product.name, variant.product.name_en
    line.unit, line.unit_price_won = variant.unit, made.unit_price_won
    line.line_won = line.quantity * made.unit_price_won
    line.unit_grams = variant.weight_grams if variant.by_weight else None
    line.cheaper_won += line.ordered_quantity * each_won
    line.save()
    cost_less(part, cheaper)
    return cheaper


def lapse(*, parts: Collection[Fulfilment], now: datetime) -> list[str]:
    """Nobody is asked any more about parts that have ended; as which their goods were kept."""
    of_parts = Substitution.objects.filter(line__fulfilment__in=parts)
    of_parts.filter(status=SubstitutionStatus.OFFERED).update(
        status=SubstitutionStatus.LAPSED, answered_at=now
    )
    return kept_for_nothing(of_parts)


def ask_no_more(*, line: OrderLine, now: datetime) -> None:
    """Nothing of the line is wanted any longer. Its order is locked."""
    offered = Substitution.objects.filter(line=line, status=SubstitutionStatus.OFFERED)
    offered.update(status=SubstitutionStatus.LAPSED, answered_at=now)


def kept_for(lines: Collection[OrderLine]) -> dict[str, int]:
    """How many are to be kept at most, by offer, since fewer of these lines are wanted."""
    made = Substitution.objects.filter(line__in=lines).exclude(status=SubstitutionStatus.ACCEPTED)
    return dict(made.values_list("reference", "line__quantity"))


def kept_for_nothing(made: QuerySet[Substitution]) -> list[str]:
    """As which goods were kept that did not come instead."""
    given_up = made.filter(status__in=[SubstitutionStatus.REFUSED, SubstitutionStatus.LAPSED])
    return list(given_up.order_by("pk").values_list("reference", flat=True))


def substitution(reference: str) -> Substitution:
    """With its line and goods. SUBSTITUTE_UNKNOWN."""
    made = Substitution.objects.select_related("line", "variant__product")
    found = made.filter(reference=reference).first()
    if found is None:
        raise SubstituteUnknown("substitution")
    return found


def open_offers(order: Order) -> list[Substitution]:
    """What the shopper is asked about this order, with line and goods."""
    offered = Substitution.objects.filter(
        line__fulfilment__order=order, status=SubstitutionStatus.OFFERED
    )
    return list(offered.select_related("line", "variant__product"))


def offers_to_call_about(merchants: Collection[str]) -> list[Substitution]:
    """Open offers of these merchants whose shopper wants to be rung, most urgent first."""
    offered = Substitution.objects.filter(
        status=SubstitutionStatus.OFFERED,
        line__merchant_reference__in=merchants,
        line__fulfilment__order__when_short=WhenShort.CALL,
    )
    with_order = offered.select_related("line__fulfilment__order", "variant__product")
    return list(with_order.order_by("answer_until", "pk"))


def unanswered(now: datetime) -> QuerySet[Substitution]:
    return Substitution.objects.filter(status=SubstitutionStatus.OFFERED, answer_until__lt=now)


def _locked_line(line_reference: str, merchant_reference: str) -> OrderLine:
    own = OrderLine.objects.filter(
        reference=line_reference, merchant_reference=merchant_reference, variant__isnull=False
    )
    if not Order.objects.locked().filter(fulfilments__lines__in=own):
        raise LineUnknown("line_reference")
    return own.select_related("fulfilment__order").get()
