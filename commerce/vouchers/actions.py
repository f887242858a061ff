"""What can happen to vouchers. Whoever holds several rows locks the programme's first, then the
vouchers' by row; an order's row is locked before both."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet

from commerce.business_days import business_date
from commerce.customers.models import Customer
from commerce.errors import CommerceError
from commerce.orders.actions import IdempotencyMismatch
from commerce.vouchers import codes
from commerce.vouchers.models import (
    Batch,
    Funding,
    Programme,
    Recharge,
    Voucher,
    WrongCode,
)

MOST_AT_ONCE = 5_000
MOST_WON = 1_000_000
MOST_RECHARGE_WON = 100_000_000_000
WRONG_CODES = 10
WRONG_WITHIN = timedelta(hours=1)
# A voucher that ended while its order was under way is good for this long after a refund.
GOOD_AFTER_REFUND = timedelta(days=30)


class ProgrammeUnknown(CommerceError):
    code = "PROGRAMME_UNKNOWN"


class ProgrammeDates(CommerceError):
    """It would end before it begins, or has ended."""

    code = "PROGRAMME_DATES"


class BudgetSpent(CommerceError):
    """``data``: ``left``, the won that may still be issued."""

    code = "VOUCHER_BUDGET_SPENT"


class IssueTooMany(CommerceError):
    """``data``: ``most``."""

    code = "VOUCHER_ISSUE_TOO_MANY"


class AmountOutOfRange(CommerceError):
    """``data``: ``most`` in won."""

    code = "VOUCHER_AMOUNT"


class RechargeUnknown(CommerceError):
    code = "RECHARGE_UNKNOWN"


class RechargeOwn(CommerceError):
    """Who noted it cannot be who has seen it."""

    code = "RECHARGE_OWN"


class CodeUnknown(CommerceError):
    """None, or somebody else's: which of both is not said."""

    code = "VOUCHER_UNKNOWN"


class TooManyWrongCodes(CommerceError):
    """``data``: ``minutes`` to wait."""

    code = "VOUCHER_TRIES"
    retryable = True


class VoucherNotYet(CommerceError):
    """``data``: ``from``, the first day."""

    code = "VOUCHER_NOT_YET"


class VoucherEnded(CommerceError):
    """``data``: ``until``, the last day it was good."""

    code = "VOUCHER_ENDED"


class VoucherEmpty(CommerceError):
    code = "VOUCHER_EMPTY"


class VoucherForMembers(CommerceError):
    """Kept with a name, so a guest cannot use it."""

    code = "VOUCHER_FOR_MEMBERS"


@dataclass(frozen=True)
class Planned:
    """A programme to be, as ``models.Programme`` has it."""

    name: str
    name_en: str
    funding: Funding
    from_on: date
    until_on: date
    single_use: bool = False
    personal: bool = False
    covers_delivery: bool = False
    tax_class: str = ""
    merchant_kinds: list[str] = field(default_factory=list)
    market_references: list[str] = field(default_factory=list)
    categories: list[str] = field(default_factory=list)


@transaction.atomic
def open_programme(*, planned: Planned, by: str, key: str, now: datetime) -> Programme:
    """Without any money yet. The same key gets the first one. PROGRAMME_DATES."""
    if planned.until_on < max(planned.from_on, business_date(now)):
        raise ProgrammeDates("until_on")
    made, _created = Programme.objects.get_or_create(
        key=key, defaults={**vars(planned), "opened_by": by, "opened_at": now}
    )
    return made


@transaction.atomic
def note_recharge(
    *, programme_reference: str, amount_won: int, note: str, by: str, key: str, now: datetime
) -> Recharge:
    """Money is said to be at the bank; it counts once another person has seen it there.

    PROGRAMME_UNKNOWN, VOUCHER_AMOUNT, IDEMPOTENCY_MISMATCH.
    """
    if not 1 <= amount_won <= MOST_RECHARGE_WON:
        raise AmountOutOfRange("amount_won", most=MOST_RECHARGE_WON)
    programme = _programme(programme_reference)
    noted, created = Recharge.objects.get_or_create(
        key=key,
        defaults={
            "programme": programme,
            "amount_won": amount_won,
            "note": note,
            "noted_by": by,
            "noted_at": now,
        },
    )
    if not created and (noted.programme_id, noted.amount_won) != (programme.pk, amount_won):
        raise IdempotencyMismatch("key")
    return noted


@transaction.atomic
def see_recharge(*, reference: str, by: str, now: datetime) -> Recharge:
    """From now on the budget has it; a repeat changes nothing. RECHARGE_UNKNOWN, RECHARGE_OWN."""
    found = Recharge.objects.filter(reference=reference).first()
    if found is None:
        raise RechargeUnknown("reference")
    if found.noted_by == by:
        raise RechargeOwn("reference")
    Programme.objects.locked().get(pk=found.programme_id)
    fresh = Recharge.objects.filter(pk=found.pk, seen_at=None)
    if fresh.update(seen_by=by, seen_at=now):
        Programme.objects.filter(pk=found.programme_id).update(
            budget_won=F("budget_won") + found.amount_won
        )
    return Recharge.objects.select_related("programme").get(pk=found.pk)


@transaction.atomic
def issue(
    *, programme_reference: str, count: int, each_won: int, by: str, key: str, now: datetime
) -> Batch:
    """So many vouchers at once, all or none; the same key issues once.

    PROGRAMME_UNKNOWN, PROGRAMME_DATES once it has ended, VOUCHER_ISSUE_TOO_MANY, VOUCHER_AMOUNT,
    VOUCHER_BUDGET_SPENT, IDEMPOTENCY_MISMATCH.
    """
    if not 1 <= count <= MOST_AT_ONCE:
        raise IssueTooMany("count", most=MOST_AT_ONCE)
    if not 1 <= each_won <= MOST_WON:
        raise AmountOutOfRange("each_won", most=MOST_WON)
    programme = Programme.objects.locked().filter(reference=programme_reference).first()
    if programme is None:
        raise ProgrammeUnknown("programme")
    earlier = Batch.objects.filter(key=key).first()
    if earlier is not None:
        if (earlier.programme_id, earlier.count, earlier.each_won) != (
            programme.pk,
            count,
            each_won,
        ):
            raise IdempotencyMismatch("key")
        return earlier
    if programme.until_on < business_date(now):
        raise ProgrammeDates("programme")
    if count * each_won > programme.left_won:
        raise BudgetSpent("count", left=programme.left_won)
    programme.issued_won += count * each_won
    programme.save(update_fields=["issued_won"])
    try:
        with transaction.atomic():
            batch = Batch.objects.create(
                key=key,
                programme=programme,
                count=count,
                each_won=each_won,
                issued_by=by,
                issued_at=now,
            )
    except IntegrityError:
        # Only another programme's batch can take the key meanwhile: this one is locked.
        raise IdempotencyMismatch("key") from None
    Voucher.objects.bulk_create(_new(batch) for _ in range(count))
    return batch


def _new(batch: Batch) -> Voucher:
    voucher = Voucher(
        programme=batch.programme,
        batch=batch,
        amount_won=batch.each_won,
        until_on=batch.programme.until_on,
    )
    code = codes.code_of(voucher.reference)
    voucher.code_digest, voucher.code_tail = codes.digest_of(code), code[-4:]
    return voucher


def find_typed(*, code: str, customer: Customer, member: bool, now: datetime) -> Voucher:
    """The voucher with this code, when this shopper may use it today.

    Must not be called inside a transaction that is undone: wrong codes are counted, though not what
    nobody could mean as one. VOUCHER_UNKNOWN, VOUCHER_TRIES after too many wrong ones, and as
    ``check_usable``.
    """
    meant = codes.typed(code)
    if not codes.may_be_one(meant):
        raise CodeUnknown("voucher_code")
    tried = WrongCode.objects.filter(customer=customer, typed_at__gt=now - WRONG_WITHIN)
    if tried.count() >= WRONG_CODES:
        raise TooManyWrongCodes("voucher_code", minutes=WRONG_WITHIN // timedelta(minutes=1))
    digest = codes.digest_of(meant)
    found = Voucher.objects.select_related("programme").filter(code_digest=digest).first()
    if found is None or found.customer_id not in (None, customer.pk):
        WrongCode.objects.create(customer=customer, typed_at=now)
        raise CodeUnknown("voucher_code")
    check_usable(found, member=member, now=now)
    return found


def check_usable(voucher: Voucher, *, member: bool, now: datetime) -> None:
    """VOUCHER_FOR_MEMBERS, VOUCHER_NOT_YET, VOUCHER_ENDED, VOUCHER_EMPTY."""
    today = business_date(now)
    if voucher.programme.personal and not member:
        raise VoucherForMembers("voucher_code")
    if today < voucher.programme.from_on:
        raise VoucherNotYet("voucher_code", **{"from": voucher.programme.from_on.isoformat()})
    if today > voucher.until_on:
        raise VoucherEnded("voucher_code", until=voucher.until_on.isoformat())
    if not voucher.spendable_won:
        raise VoucherEmpty("voucher_code")


@transaction.atomic
def keep(*, voucher: Voucher, customer: Customer, now: datetime) -> Voucher:
    """From now on it is this member's alone; a repeat changes nothing. VOUCHER_UNKNOWN when it is
    somebody else's already."""
    (held,) = lock([voucher.pk])
    if held.customer_id not in (None, customer.pk):
        raise CodeUnknown("voucher_code")
    if held.customer_id is None:
        held.customer, held.kept_at = customer, now
        held.save(update_fields=["customer", "kept_at"])
    return held


def lock(pks: Sequence[int]) -> list[Voucher]:
    """By row, as they are once nobody else holds them; each with its programme, whose terms never
    change."""
    rows = list(Voucher.objects.locked().filter(pk__in=pks))
    terms = Programme.objects.in_bulk([row.programme_id for row in rows])
    for row in rows:
        row.programme = terms[row.programme_id]
    return rows


def take(voucher: Voucher, won: int) -> None:
    """Of a locked voucher, for one order. VOUCHER_EMPTY."""
    if won > voucher.spendable_won:
        raise VoucherEmpty("voucher_code")
    if voucher.programme.single_use and voucher.used_won:
        voucher.returned_won -= won
    voucher.used_won += won
    voucher.save(update_fields=["used_won", "returned_won"])


@transaction.atomic
def put_back(*, voucher_pk: int, won: int, now: datetime, refund: bool = False) -> None:
    """What an order does not take after all, or gives back (``refund``): can be spent again.

    A refund to one that has ended, or ends soon, makes it good for thirty days.
    """
    (voucher,) = lock([voucher_pk])
    voucher.used_won -= won
    if voucher.programme.single_use:
        voucher.returned_won = voucher.returned_won + won if voucher.used_won else 0
    if refund:
        voucher.until_on = max(voucher.until_on, business_date(now) + GOOD_AFTER_REFUND)
    voucher.save(update_fields=["used_won", "returned_won", "until_on"])


@dataclass(frozen=True)
class Lapsed:
    """``number`` is its how-manieth end, should it have been good again after a refund."""

    voucher: Voucher
    won: int
    number: str


@transaction.atomic
def expire(*, programme: Programme, most: int, now: datetime) -> list[Lapsed]:
    """Those of a programme whose last day is over: what is left of them can no longer be spent. A
    budget may issue it anew."""
    programme = Programme.objects.locked().get(pk=programme.pk)
    over = due_to_expire(now).filter(programme=programme).order_by("pk")
    lapsed = []
    for voucher in lock(list(over.values_list("pk", flat=True)[:most])):
        if won := voucher.left_won:
            voucher.expired_won += won
            voucher.returned_won = 0
            voucher.save(update_fields=["expired_won", "returned_won"])
            lapsed.append(Lapsed(voucher, won, f"{voucher.expired_won}"))
    if programme.funding == Funding.BUDGET:
        programme.issued_won -= sum(one.won for one in lapsed)
        programme.save(update_fields=["issued_won"])
    return lapsed


def due_to_expire(now: datetime) -> QuerySet[Voucher]:
    """Over, with something left."""
    return Voucher.objects.filter(
        until_on__lt=business_date(now), amount_won__gt=F("used_won") + F("expired_won")
    )


def _programme(reference: str) -> Programme:
    found = Programme.objects.filter(reference=reference).first()
    if found is None:
        raise ProgrammeUnknown("programme")
    return found
