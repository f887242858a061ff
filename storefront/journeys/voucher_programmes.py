"""Money for a voucher programme comes in, becomes vouchers, and goes back where nobody spent it.
Each of it is in the ledger in the same transaction."""

import logging
from datetime import datetime

from django.db import transaction

from commerce.settlement import voucher_budgets
from commerce.vouchers import actions as vouchers
from commerce.vouchers.models import Batch, Programme, Recharge
from storefront.refusals import REFUSALS

log = logging.getLogger(__name__)

EXPIRE_AT_ONCE = 1_000


@transaction.atomic
def recharge_budget(*, reference: str, by: str, now: datetime) -> Recharge:
    """Somebody else has seen at the bank what was noted. Raises what ``vouchers.see_recharge``
    raises; a repeat changes nothing."""
    seen = vouchers.see_recharge(reference=reference, by=by, now=now)
    voucher_budgets.record_recharge(recharge=seen, now=now)
    return seen


@transaction.atomic
def issue_vouchers(
    *, programme_reference: str, count: int, each_won: int, by: str, key: str, now: datetime
) -> Batch:
    """As ``vouchers.issue``."""
    batch = vouchers.issue(
        programme_reference=programme_reference,
        count=count,
        each_won=each_won,
        by=by,
        key=key,
        now=now,
    )
    voucher_budgets.record_issue(batch=batch, now=now)
    return batch


def expire_vouchers(*, now: datetime) -> int:
    """Those whose last day is over; how many. Each programme's in steps of their own: one that
    fails is logged and never stops the others."""
    due = vouchers.due_to_expire(now).values("programme")
    return sum(_expire(programme, now) for programme in Programme.objects.filter(pk__in=due))


def _expire(programme: Programme, now: datetime) -> int:
    ended = 0
    try:
        while step := _expire_some(programme, now):
            ended += step
    except REFUSALS:
        log.exception("vouchers of %s could not be ended", programme)
    return ended


@transaction.atomic
def _expire_some(programme: Programme, now: datetime) -> int:
    lapsed = vouchers.expire(programme=programme, most=EXPIRE_AT_ONCE, now=now)
    voucher_budgets.record_expired(lapsed=lapsed, now=now)
    return len(lapsed)
