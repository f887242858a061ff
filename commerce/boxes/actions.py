"""What can happen to boxes, subscriptions and renewals.

The subscription's row lock guards which of its renewals are to come, against ending it meanwhile.
"""

from collections.abc import Collection
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef

from commerce import text
from commerce.boxes import cycles
from commerce.boxes.models import (
    Box,
    Cycle,
    Renewal,
    RenewalStatus,
    Subscription,
    SubscriptionStatus,
)
from commerce.catalogue.models import Variant
from commerce.customers.models import Address, Customer
from commerce.errors import CommerceError
from commerce.orders.actions import IdempotencyMismatch
from commerce.payments.actions import CardMissing


class AddressUnknown(CommerceError):
    """Not one of this customer's addresses."""

    code = "ADDRESS_UNKNOWN"


class CutOffPassed(CommerceError):
    """``data``: ``next_on``, the first hand-over that may still change."""

    code = "CUT_OFF_PASSED"


class RenewalDecided(CommerceError):
    """It was placed or refused before, with another outcome. ``data``: its status ``now``."""

    code = "RENEWAL_DECIDED"


class RenewalUnknown(CommerceError):
    """No such renewal, or not this customer's."""

    code = "RENEWAL_UNKNOWN"


class SubscriptionEnded(CommerceError):
    code = "SUBSCRIPTION_ENDED"


class SubscriptionExists(CommerceError):
    """``data``: ``subscription``, the one this customer has for the box already."""

    code = "SUBSCRIPTION_EXISTS"


class SubscriptionUnknown(CommerceError):
    """No such subscription, or not this customer's."""

    code = "SUBSCRIPTION_UNKNOWN"


def offer_box(
    *, variant: Variant, name: str, name_en: str, contents: str, contents_en: str, serves: str
) -> Box:
    """A variant as a regular box. Offered again, it has this season's words and contents."""
    box, _ = Box.objects.update_or_create(
        variant=variant,
        defaults={
            "name": text.line("name", name, longest=80),
            "name_en": text.line("name_en", name_en, longest=80),
            "contents": text.paragraphs("contents", contents, longest=2000),
            "contents_en": text.paragraphs("contents_en", contents_en, longest=2000),
            "serves": text.line("serves", serves, longest=20),
        },
    )
    return box


@transaction.atomic
def ensure_cycles(
    *, box: Box, from_on: date, weeks: int, now: datetime, without: Collection[date] = ()
) -> list[Cycle]:
    """The box's cycles for so many weeks, made where missing and still before their cut-off.

    None on the days ``without``: nobody would bring it.
    """
    days = [day for day in cycles.hand_over_days(from_on, weeks) if day not in without]
    Cycle.objects.bulk_create(
        [
            Cycle(box=box, hand_over_on=day, cut_off_at=cycles.cut_off_at(day))
            for day in days
            if cycles.may_change(cycles.cut_off_at(day), now)
        ],
        ignore_conflicts=True,
    )
    return list(Cycle.objects.filter(box=box, hand_over_on__in=days))


@transaction.atomic
def subscribe(
    *,
    key: str,
    box: Box,
    customer: Customer,
    address: Address,
    card_token: str,
    now: datetime,
    begun_with: str = "",
) -> Subscription:
    """A standing order, with a renewal for every cycle still before its cut-off.

    A repeat of the key gets the first subscription. ADDRESS_UNKNOWN, CARD_MISSING,
    SUBSCRIPTION_EXISTS, IDEMPOTENCY_MISMATCH.
    """
    if address.customer_id != customer.pk:
        raise AddressUnknown("address")
    if not card_token:  # a box is charged at its cut-off, when nobody is there to pay
        raise CardMissing("card_token")
    try:
        with transaction.atomic():
            subscription = Subscription.objects.create(
                key=key,
                box=box,
                customer=customer,
                address=address,
                card_token=card_token,
                begun_with=begun_with,
                started_at=now,
            )
    except IntegrityError:
        return _first_subscription(key, box, customer)
    _add_renewals(subscription, now)
    return subscription


@transaction.atomic
def begin_with_order(
    *,
    key: str,
    cycle: Cycle,
    customer: Customer,
    address: Address,
    card_token: str,
    order_reference: str,
    now: datetime,
) -> Subscription:
    """A standing order whose box of ``cycle`` is in this order already. As ``subscribe``, and
    CUT_OFF_PASSED."""
    subscription = subscribe(
        key=key,
        box=cycle.box,
        customer=customer,
        address=address,
        card_token=card_token,
        begun_with=order_reference,
        now=now,
    )
    first = subscription.renewals.select_related("cycle").filter(cycle=cycle).first()
    if first is None:
        raise CutOffPassed("cycle", next_on=cycles.next_open_day(now).isoformat())
    mark_placed(renewal=first, order_reference=order_reference, now=now)
    return subscription


@transaction.atomic
def end_begun_with(*, order_reference: str, now: datetime) -> int:
    """What began with an order that never came about is over with it; how many ended."""
    begun = Subscription.objects.filter(begun_with=order_reference)
    living = begun.exclude(status=SubscriptionStatus.ENDED).select_related("customer")
    for one in living:
        end(subscription_reference=one.reference, customer=one.customer, now=now)
    return len(living)


def _first_subscription(key: str, box: Box, customer: Customer) -> Subscription:
    first = Subscription.objects.filter(key=key).first()
    if first is not None:
        if (first.box_id, first.customer_id) != (box.pk, customer.pk):
            raise IdempotencyMismatch("key")
        return first
    refuse_second(box=box, customer=customer)
    raise  # the IntegrityError being handled: another constraint


def refuse_second(*, box: Box, customer: Customer) -> None:
    """SUBSCRIPTION_EXISTS while the customer has one for the box that has not ended."""
    live = Subscription.objects.exclude(status=SubscriptionStatus.ENDED)
    existing = live.filter(box=box, customer=customer).first()
    if existing is not None:
        raise SubscriptionExists("box", subscription=existing.reference)


@transaction.atomic
def ensure_renewals(*, now: datetime) -> int:
    """Give every active subscription its missing renewals; returns how many were made."""
    made = Renewal.objects.filter(cycle=OuterRef("pk"), subscription=OuterRef(OuterRef("pk")))
    missing = Cycle.objects.filter(~Exists(made), box=OuterRef("box"), cut_off_at__gt=now)
    # Locked, so that one that ends meanwhile gets none.
    active = Subscription.objects.locked().filter(Exists(missing), status=SubscriptionStatus.ACTIVE)
    return sum(_add_renewals(subscription, now) for subscription in active)


def _add_renewals(subscription: Subscription, now: datetime) -> int:
    """Only cycles that can still change: nobody is charged for a box they had no time to skip."""
    since = max(now, subscription.started_at)
    missing = Cycle.objects.filter(box=subscription.box_id, cut_off_at__gt=since).exclude(
        renewals__subscription=subscription
    )
    renewals = [Renewal(subscription=subscription, cycle=cycle) for cycle in missing]
    Renewal.objects.bulk_create(renewals, ignore_conflicts=True)
    return len(renewals)


@transaction.atomic
def skip(*, renewal_reference: str, customer: Customer, now: datetime) -> Renewal:
    """Not this time; a repeat changes nothing. RENEWAL_UNKNOWN, CUT_OFF_PASSED."""
    renewal = _own_renewal(renewal_reference, customer)
    if renewal.status != RenewalStatus.SKIPPED:
        _check_open(renewal, now)
        renewal.status = RenewalStatus.SKIPPED
        renewal.decided_at = now
        renewal.save(update_fields=["status", "decided_at"])
    return renewal


@transaction.atomic
def call_off(*, renewal_reference: str, now: datetime) -> Renewal | None:
    """The mall cannot bring this one: skipped for the family, and nothing is charged.

    None when it is not to come, or fixed already: then ``mark_refused`` is what remains.
    """
    owner = Subscription.objects.locked().filter(renewals__reference=renewal_reference).first()
    renewal = (
        Renewal.objects.locked()
        .select_related("cycle__box", "subscription__customer")
        .filter(reference=renewal_reference, subscription=owner, status=RenewalStatus.DUE)
        .first()
    )
    if renewal is None or not cycles.may_change(renewal.cycle.cut_off_at, now):
        return None
    renewal.status = RenewalStatus.SKIPPED
    renewal.decided_at = now
    renewal.save(update_fields=["status", "decided_at"])
    return renewal


def close_cycles(*, days: Collection[date], now: datetime) -> int:
    """Nobody joins, skips or takes back these days' boxes any more: their cut-off is now.

    For days on which no box comes, after their renewals were called off. It stays so even if the
    day becomes like any other again: the families have been told. How many there were.
    """
    still_open = Cycle.objects.filter(hand_over_on__in=days, cut_off_at__gt=now)
    return still_open.update(cut_off_at=now)


@transaction.atomic
def unskip(*, renewal_reference: str, customer: Customer, now: datetime) -> Renewal:
    """This time after all; a repeat changes nothing.

    RENEWAL_UNKNOWN, SUBSCRIPTION_ENDED, CUT_OFF_PASSED.
    """
    renewal = _own_renewal(renewal_reference, customer)
    if renewal.subscription.status == SubscriptionStatus.ENDED:
        raise SubscriptionEnded("renewal_reference")
    if renewal.status != RenewalStatus.DUE:
        _check_open(renewal, now)
        renewal.status = RenewalStatus.DUE
        renewal.decided_at = None
        renewal.save(update_fields=["status", "decided_at"])
    return renewal


@transaction.atomic
def change_card(
    *, subscription_reference: str, customer: Customer, card_token: str
) -> Subscription:
    """Boxes to come are charged to another card. SUBSCRIPTION_UNKNOWN, SUBSCRIPTION_ENDED,
    CARD_MISSING."""
    if not card_token:
        raise CardMissing("card_token")
    subscription = _own(subscription_reference, customer)
    if subscription.status == SubscriptionStatus.ENDED:
        raise SubscriptionEnded("subscription_reference")
    subscription.card_token = card_token
    subscription.save(update_fields=["card_token"])
    return subscription


@transaction.atomic
def end(*, subscription_reference: str, customer: Customer, now: datetime) -> Subscription:
    """No more boxes, save those already past their cut-off. A repeat changes nothing.

    SUBSCRIPTION_UNKNOWN.
    """
    subscription = _own(subscription_reference, customer)
    if subscription.status == SubscriptionStatus.ENDED:
        return subscription
    subscription.status = SubscriptionStatus.ENDED
    subscription.ended_at = now
    subscription.save(update_fields=["status", "ended_at"])
    subscription.renewals.filter(status=RenewalStatus.DUE, cycle__cut_off_at__gt=now).update(
        status=RenewalStatus.SKIPPED, decided_at=now
    )
    return subscription


def _own(reference: str, customer: Customer) -> Subscription:
    mine = Subscription.objects.locked().filter(reference=reference, customer=customer).first()
    if mine is None:
        raise SubscriptionUnknown("subscription_reference")
    return mine


def claim(*, renewal_reference: str, now: datetime) -> Renewal | None:
    """The renewal, locked for the caller's transaction, while it is still to be placed.

    None when it is before its cut-off, decided, or in another worker's hands: nothing to do.
    """
    return (
        Renewal.objects.order_by("pk")
        .select_for_update(of=("self",), no_key=True, skip_locked=True)
        .select_related("subscription__customer", "subscription__address", "cycle__box__variant")
        .filter(reference=renewal_reference, status=RenewalStatus.DUE, cycle__cut_off_at__lte=now)
        .first()
    )


@transaction.atomic
def mark_placed(*, renewal: Renewal, order_reference: str, now: datetime) -> Renewal:
    """The box became this order; a repeat changes nothing. RENEWAL_DECIDED."""
    return _decide(renewal, RenewalStatus.PLACED, order_reference=order_reference, now=now)


@transaction.atomic
def mark_refused(*, renewal: Renewal, code: str, now: datetime) -> Renewal:
    """No box this time, and why: a coded reason. A repeat changes nothing. RENEWAL_DECIDED."""
    return _decide(renewal, RenewalStatus.REFUSED, refusal_code=code, now=now)


def _decide(
    renewal: Renewal,
    status: RenewalStatus,
    *,
    now: datetime,
    order_reference: str = "",
    refusal_code: str = "",
) -> Renewal:
    renewal = Renewal.objects.locked().get(pk=renewal.pk)
    outcome = (status, order_reference, refusal_code)
    if (renewal.status, renewal.order_reference, renewal.refusal_code) == outcome:
        return renewal
    if renewal.status != RenewalStatus.DUE:
        raise RenewalDecided("renewal", now=renewal.status)
    renewal.status, renewal.order_reference, renewal.refusal_code = outcome
    renewal.decided_at = now
    renewal.save(update_fields=["status", "order_reference", "refusal_code", "decided_at"])
    return renewal


def _own_renewal(reference: str, customer: Customer) -> Renewal:
    """Under lock, the subscription first: it may be ending at this moment."""
    owner = Subscription.objects.locked().filter(customer=customer, renewals__reference=reference)
    subscription = owner.first()
    if subscription is None:
        raise RenewalUnknown("renewal_reference")
    renewal = Renewal.objects.locked().select_related("cycle").get(reference=reference)
    renewal.subscription = subscription
    return renewal


def _check_open(renewal: Renewal, now: datetime) -> None:
    if cycles.may_change(renewal.cycle.cut_off_at, now):
        return
    later = renewal.subscription.renewals.filter(cycle__cut_off_at__gt=now)
    known_on = later.values_list("cycle__hand_over_on", flat=True).first()
    next_on = known_on or cycles.next_open_day(now)
    raise CutOffPassed("renewal_reference", next_on=next_on.isoformat())
