"""Somebody wants to be forgotten. What the law wants kept (orders and their payments, five years)
keeps the name it was made under; everything else loses it at once."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import Max
from django.utils.crypto import get_random_string

from commerce.books.models import ENDED_LOANS, Loan
from commerce.boxes.models import Subscription, SubscriptionStatus
from commerce.customers import actions as customers
from commerce.customers.models import Customer
from commerce.orders import actions as orders
from commerce.orders.models import Fulfilment, Order, OrderStatus
from commerce.payments import transfers
from commerce.returns import actions as returns
from commerce.returns.models import ReturnRequest
from commerce.returns.transitions import OPEN
from drivethrough.screenings import actions as screenings
from drivethrough.slots import actions as slots
from logistics.consignments import actions as consignments
from storefront.accounts import guests
from storefront.accounts.models import Erasure, GuestEmail, User
from storefront.notices.models import Notice
from storefront.refusals import StorefrontError

# 전자상거래법: records of contracts, payments and deliveries.
KEPT_FOR = timedelta(days=5 * 365 + 2)
# What a guest is called from then on.
ERASED = "erased-"
UNDER_WAY = [OrderStatus.PLACED, OrderStatus.CONFIRMED]


class EraseRolesHeld(StorefrontError):
    """Whoever works here is first relieved of it by an operator."""

    code = "ERASE_ROLES_HELD"


class EraseUnderWay(StorefrontError):
    """``data``: ``orders``, ``boxes``, ``loans`` and ``returns`` that have not ended."""

    code = "ERASE_UNDER_WAY"


@dataclass(frozen=True)
class Kept:
    """What the law wants kept of somebody: so many orders, with who made and paid them."""

    orders: int
    until: datetime


def kept_by_law(*, user: User) -> Kept | None:
    """None for somebody who never ordered, and once the time is over."""
    orders = Order.objects.filter(customer__user_reference=user.reference)
    last_at = orders.aggregate(at=Max("placed_at"))["at"]
    over = Erasure.objects.filter(user_reference=user.reference, ended_at__isnull=False)
    return None if last_at is None or over.exists() else Kept(orders.count(), last_at + KEPT_FOR)


@transaction.atomic
def erase(*, user: User, now: datetime) -> Erasure:
    """The sign-in is closed, and only what the law wants kept names them; a repeat is the same.

    ERASE_ROLES_HELD, ERASE_UNDER_WAY.
    """
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    first = Erasure.objects.filter(user_reference=user.reference).first()
    if first is not None:
        return first
    if user.grants.exists():
        raise EraseRolesHeld("account")
    customer = Customer.objects.locked().filter(user_reference=user.reference).first()
    last_order = None
    if customer is not None:
        _refuse_under_way(customer)
        last_order = Order.objects.filter(customer=customer).first()
        _forget_customer(customer)
    screenings.forget(owner_reference=user.reference, now=now)
    Notice.objects.filter(user_reference=user.reference).delete()
    _close(user)
    return _written_down(user.reference, last_order, now)


@transaction.atomic
def erase_guest(*, reference: str, now: datetime) -> Erasure:
    """The same for who ordered without signing up: no session, code or link of theirs opens
    anything any more. GUEST_UNKNOWN, also the second time; ERASE_UNDER_WAY.
    """
    found = Customer.objects.locked().filter(user_reference__startswith=guests.PREFIX)
    customer = found.filter(user_reference=reference).first()
    if customer is None:
        raise guests.GuestUnknown("code")
    _refuse_under_way(customer)
    last_order = Order.objects.filter(customer=customer).first()
    _forget_customer(customer)
    Notice.objects.filter(user_reference=reference).delete()
    GuestEmail.objects.filter(guest_reference=reference).delete()
    customer.user_reference = ERASED + get_random_string(16)
    customer.save(update_fields=["user_reference"])
    return _written_down(customer.user_reference, last_order, now)


def _written_down(user_reference: str, last_order: Order | None, now: datetime) -> Erasure:
    return Erasure.objects.create(
        user_reference=user_reference,
        erased_at=now,
        keep_until=last_order.placed_at + KEPT_FOR if last_order else now,
        ended_at=None if last_order else now,
    )


def end_kept(*, now: datetime) -> int:
    """What was kept long enough loses the name too; how many people. Each on their own."""
    due = Erasure.objects.filter(ended_at=None, keep_until__lt=now).order_by("pk")
    return sum(_end(row, now) for row in due)


@transaction.atomic
def _end(row: Erasure, now: datetime) -> bool:
    ended = Erasure.objects.filter(pk=row.pk, ended_at=None).update(ended_at=now)
    customer = Customer.objects.filter(user_reference=row.user_reference).first()
    if ended and customer is not None:
        orders.forget_contacts(customer=customer)
        transfers.forget_depositors(customer=customer)
    return bool(ended)


def _refuse_under_way(customer: Customer) -> None:
    live = Subscription.objects.filter(customer=customer).exclude(status=SubscriptionStatus.ENDED)
    loans = Loan.objects.filter(child__guardian=customer).exclude(status__in=ENDED_LOANS)
    asked = ReturnRequest.objects.filter(line__fulfilment__order__customer=customer)
    under_way = {
        "orders": Order.objects.filter(customer=customer, status__in=UNDER_WAY).count(),
        "boxes": live.count(),
        "loans": loans.count(),
        "returns": asked.filter(status__in=OPEN).count(),
    }
    if any(under_way.values()):
        raise EraseUnderWay("account", **under_way)


def _forget_customer(customer: Customer) -> None:
    parts = Fulfilment.objects.filter(order__customer=customer)
    references = list(parts.values_list("reference", flat=True))
    slots.forget(owner_references=references)
    consignments.forget(owner_references=references)
    returns.forget_photos(customer=customer)
    customer.subscriptions.update(card_token="")
    for child in customer.children.all():
        # A loan keeps its row; the name on it says nobody.
        child.nickname = child.reference[:20]
        child.born_on = child.born_on.replace(month=1, day=1)
        child.save(update_fields=["nickname", "born_on"])
    customers.forget(customer=customer)


def _close(user: User) -> None:
    """The row stays: what was written down with it is kept."""
    EmailAddress.objects.filter(user=user).delete()
    user.socialaccount_set.all().delete()  # type: ignore[attr-defined]
    user.email = f"{user.reference.lower()}@erased.invalid"
    user.full_name = ""
    user.is_active = False
    user.set_unusable_password()
    user.save()
