"""Settlements sent to their merchants: never twice, never lost, booked once.

The row comes first and its reference is the gateway's key, as with payments. Where the gateway
sends to no merchants, or this one has no account with it, a person sends and says so.
"""

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from commerce.errors import CommerceError
from commerce.merchants.models import Merchant
from commerce.payments import gateway as port
from commerce.payments.gateway import Declined, GatewayUnavailable, Paid
from commerce.payments.sweeping import STALE_AFTER
from commerce.settlement import postings
from commerce.settlement.ledger import post
from commerce.settlement.models import (
    Payout,
    PayoutStatus,
    RunStatus,
    Settlement,
    SettlementRun,
)

log = logging.getLogger(__name__)


class PayoutUnknown(CommerceError):
    code = "PAYOUT_UNKNOWN"


class PayoutNotByHand(CommerceError):
    """The gateway sends it, or nothing is to be sent any more. ``data``: its ``status``."""

    code = "PAYOUT_NOT_BY_HAND"


class PayoutStands(CommerceError):
    """It was not refused. ``data``: its ``status``."""

    code = "PAYOUT_STANDS"


@transaction.atomic
def open_for_all(*, settlements: Sequence[Settlement], now: datetime) -> None:
    """One for each, to be sent by ``sweep``, or by a person. The caller sees that it happens once:
    the database allows one that was not refused."""
    accounts: dict[str, str] = {}
    if port.payouts() is not None:
        theirs = Merchant.objects.filter(reference__in=[x.merchant_reference for x in settlements])
        accounts = dict(theirs.values_list("reference", "payout_account"))
    Payout.objects.bulk_create(
        Payout(
            settlement=settlement,
            amount_won=settlement.total_won,
            account_reference=accounts.get(settlement.merchant_reference, ""),
            opened_at=now,
        )
        for settlement in settlements
    )


@transaction.atomic
def open_again(*, payout_reference: str, now: datetime) -> Payout:
    """After a refusal another one, with a key of its own. A repeat gets that one.

    PAYOUT_UNKNOWN, PAYOUT_STANDS.
    """
    refused = _locked(payout_reference)
    if refused.status != PayoutStatus.REFUSED:
        raise PayoutStands("payout", status=refused.status)
    live = refused.settlement.payouts.exclude(status=PayoutStatus.REFUSED)
    if not live.exists():
        open_for_all(settlements=[refused.settlement], now=now)
    return live.get()


@transaction.atomic
def record_sent_by_hand(*, payout_reference: str, sent_by: str, now: datetime) -> Payout:
    """A person sent it from the mall's bank account. A repeat keeps the first time and person.

    PAYOUT_UNKNOWN, PAYOUT_NOT_BY_HAND.
    """
    payout = _locked(payout_reference)
    if payout.sent_by:
        return payout
    if payout.status != PayoutStatus.OPEN or payout.account_reference:
        raise PayoutNotByHand("payout", status=payout.status)
    payout.sent_by = sent_by
    return _done(payout, "bank", now)


def sweep(*, now: datetime) -> list[Payout]:
    """Sends what is open at the gateway, and asks again about what it never answered; those that
    ended. One that fails is logged and tried again by the next sweep; it never stops the others.
    Must not be called inside a transaction."""
    by_gateway = Payout.objects.exclude(account_reference="")
    references = list(by_gateway.filter(_due(now)).order_by("pk").values_list("reference"))
    ended = []
    for (reference,) in references:
        try:
            payout = send(payout_reference=reference, now=now)
        except Exception:
            log.exception("sending %s failed", reference)
            continue
        if payout.status in (PayoutStatus.DONE, PayoutStatus.REFUSED):
            ended.append(payout)
    return ended


def send(*, payout_reference: str, now: datetime) -> Payout:
    """Asks the gateway once however many workers call; the payout as it then stands.

    Must not be called inside a transaction. PAYOUT_UNKNOWN.
    """
    # durable: the claim is committed before any money moves, as with charges.
    with transaction.atomic(durable=True):
        due = Payout.objects.filter(_due(now), reference=payout_reference)
        claimed = due.exclude(account_reference="").update(status=PayoutStatus.SENT, asked_at=now)
    payout = Payout.objects.filter(reference=payout_reference).first()
    if payout is None:
        raise PayoutUnknown("payout")
    sender = port.payouts()
    if not claimed or sender is None:
        return payout
    try:
        outcome = sender.transfer(
            key=payout.reference,
            account_reference=payout.account_reference,
            amount_won=payout.amount_won,
        )
    except GatewayUnavailable:
        log.warning("no answer from the gateway on payout %s", payout.reference)
        return payout
    return _record(payout, outcome, now)


def _due(now: datetime) -> Q:
    """Open, or asked so long ago that whoever asked is gone."""
    return Q(status=PayoutStatus.OPEN) | Q(
        status=PayoutStatus.SENT, asked_at__lte=now - STALE_AFTER
    )


@transaction.atomic
def _record(payout: Payout, outcome: Paid | Declined, now: datetime) -> Payout:
    payout = _locked(payout.reference)
    if payout.status != PayoutStatus.SENT:  # another worker wrote the same answer down first
        return payout
    if isinstance(outcome, Paid):
        payout.gateway_reference = outcome.gateway_reference
        return _done(payout, "gateway", now)
    log.error("payout %s refused by the gateway: %s", payout.reference, outcome.code)
    payout.status = PayoutStatus.REFUSED
    payout.decline_code = outcome.code
    payout.save(update_fields=["status", "decline_code"])
    return payout


def _done(payout: Payout, source: Literal["gateway", "bank"], now: datetime) -> Payout:
    """In the ledger with the row, or neither."""
    payout.status = PayoutStatus.DONE
    payout.done_at = now
    payout.save(update_fields=["status", "gateway_reference", "sent_by", "done_at"])
    post(
        key=f"arrived:{payout.reference}",
        event="payout_sent",
        order_reference="",
        lines=postings.arrived(source, payout.amount_won),
        now=now,
    )
    close_if_paid(run_id=payout.settlement.run_id, now=now)
    return payout


def close_if_paid(*, run_id: int, now: datetime) -> None:
    """The last payout of an approved run makes it paid."""
    # Locked, so that the last two to arrive at once see each other.
    run = SettlementRun.objects.locked().get(pk=run_id)
    arrived = Payout.objects.filter(settlement=OuterRef("pk"), status=PayoutStatus.DONE)
    open_ones = run.settlements.filter(~Exists(arrived), total_won__gte=1)
    if run.status == RunStatus.APPROVED and not open_ones.exists():
        run.status, run.paid_at = RunStatus.PAID, now
        run.save(update_fields=["status", "paid_at"])


def _locked(reference: str) -> Payout:
    rows = Payout.objects.select_related("settlement").select_for_update(of=("self",), no_key=True)
    payout = rows.filter(reference=reference).first()
    if payout is None:
        raise PayoutUnknown("payout")
    return payout
