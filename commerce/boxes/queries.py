"""What can be asked about boxes, subscriptions and renewals."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet

from commerce.boxes.models import (
    Box,
    Cycle,
    Renewal,
    RenewalStatus,
    Subscription,
    SubscriptionStatus,
)
from commerce.customers.models import Customer


def boxes() -> QuerySet[Box]:
    """With variant, product and merchant."""
    return Box.objects.select_related("variant__product__merchant")


def box(reference: str) -> Box | None:
    return boxes().filter(reference=reference).first()


def boxes_by_reference(references: Collection[str]) -> dict[str, Box]:
    """A reference nobody has is left out."""
    return {box.reference: box for box in boxes().filter(reference__in=references)}


def next_cycles(boxes: Collection[Box], now: datetime) -> dict[str, Cycle]:
    """By box reference, the first cycle that can still be joined; none where there is none."""
    cycles = Cycle.objects.filter(box__in=boxes, cut_off_at__gt=now).select_related("box")
    earliest_last = cycles.order_by("-hand_over_on")
    return {cycle.box.reference: cycle for cycle in earliest_last}


def next_cycle(box: Box, now: datetime) -> Cycle | None:
    """The first cycle that can still be joined."""
    return box.cycles.filter(cut_off_at__gt=now).first()


def subscriptions_of(customer: Customer) -> QuerySet[Subscription]:
    """Newest first, with box, address and renewals in the order of their cycles."""
    renewals = Renewal.objects.select_related("cycle").order_by("cycle__hand_over_on")
    return (
        Subscription.objects.filter(customer=customer)
        .select_related("box__variant__product", "address")
        .prefetch_related(Prefetch("renewals", renewals))
    )


def renewal(reference: str) -> Renewal | None:
    return (
        Renewal.objects.select_related("subscription__box", "cycle")
        .filter(reference=reference)
        .first()
    )


def renewals_to_come(days: Collection[date], now: datetime) -> QuerySet[Renewal]:
    """What is expected on those days and can still change, with the door it goes to."""
    return (
        Renewal.objects.filter(
            status=RenewalStatus.DUE, cycle__hand_over_on__in=days, cycle__cut_off_at__gt=now
        )
        .select_related("subscription__address", "cycle")
        .order_by("pk")
    )


def due_renewals(now: datetime) -> QuerySet[Renewal]:
    """All that are past their cut-off and not decided, however old: an outage skips nobody.

    What a subscription that has ended still has due was fixed at its cut-off, and is to come.
    """
    kept = Q(subscription__status=SubscriptionStatus.ACTIVE) | Q(
        subscription__ended_at__gte=F("cycle__cut_off_at")
    )
    return (
        Renewal.objects.filter(kept, status=RenewalStatus.DUE, cycle__cut_off_at__lte=now)
        .select_related("subscription__customer", "cycle__box")
        .order_by("cycle__cut_off_at", "pk")
    )


@dataclass(frozen=True)
class MissingBox:
    """A box that should exist and neither became an order nor was skipped or refused.

    ``renewal_reference`` is "" when there is not even a renewal.
    """

    subscription_reference: str
    renewal_reference: str
    hand_over_on: date


def missing_boxes(now: datetime) -> list[MissingBox]:
    """Expected less placed, skipped and refused, for every cycle past its cut-off at ``now``.

    Right after a cut-off this is all boxes: to raise an alarm, ask with a ``now`` an hour ago.
    """
    due = [
        MissingBox(x.subscription.reference, x.reference, x.cycle.hand_over_on)
        for x in due_renewals(now)
    ]
    return due + list(_never_made(now))


def _never_made(now: datetime) -> Iterator[MissingBox]:
    """Subscribed before the cut-off and not ended by then, yet no renewal row."""
    made = Renewal.objects.filter(subscription=OuterRef("pk"), cycle=OuterRef("cycle_id"))
    rows = (
        Subscription.objects.annotate(
            cycle_id=F("box__cycles"),
            cut_off_at=F("box__cycles__cut_off_at"),
            hand_over_on=F("box__cycles__hand_over_on"),
        )
        .filter(
            ~Exists(made),
            Q(ended_at=None) | Q(ended_at__gte=F("cut_off_at")),
            cut_off_at__lte=now,
            cut_off_at__gt=F("started_at"),
        )
        .order_by("cut_off_at", "pk")
        .values_list("reference", "hand_over_on")
    )
    for reference, hand_over_on in rows:
        yield MissingBox(reference, "", hand_over_on)
