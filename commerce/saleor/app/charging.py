"""Payments of a Saleor's storefronts through our gateway: taken once, whatever is asked again.

The row comes first and carries the key. The gateway is asked outside any transaction. The Saleor
is told in the answer, and once more by ``mind``: an answer may be lost, and then nobody but us
knows that the money moved. Telling it twice is harmless, since the reference is the same.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from commerce.payments.asking import ACTION_WITHIN
from commerce.payments.gateway import (
    Authorised,
    Declined,
    GatewayUnavailable,
    NeedsAction,
    Outcome,
    Paid,
    gateway,
)
from commerce.payments.sweeping import STALE_AFTER
from commerce.saleor.app.models import AppCharge, ChargeStatus, Installation
from commerce.saleor.app.upstream import Event, Upstream
from commerce.saleor.app.verifying import BodyMalformed
from commerce.saleor.errors import NotWholeWon
from commerce.saleor.money import whole_won

log = logging.getLogger(__name__)

CURRENCY = "KRW"
KINDS = ("CHARGE", "AUTHORIZATION")
LONGEST_TOKEN = 255
# What staff may ask for next, by how the charge stands.
ACTIONS = {ChargeStatus.AUTHORISED: ("CHARGE", "CANCEL"), ChargeStatus.PAID: ("REFUND",)}
ENDED = (ChargeStatus.AUTHORISED, ChargeStatus.PAID, ChargeStatus.DECLINED, ChargeStatus.VOIDED)


@dataclass(frozen=True)
class Asked:
    """``kind``: CHARGE, AUTHORIZATION, REFUND or CANCEL."""

    transaction_id: str
    kind: str
    amount_won: int


def read(body: Mapping[str, Any]) -> Asked:
    """What a payment webhook asks for. SALEOR_BODY_MALFORMED, also for another currency."""
    try:
        action = body["action"]
        if action["currency"] != CURRENCY:
            raise BodyMalformed("currency")
        asked = Asked(body["transaction"]["id"], action["actionType"], whole_won(action["amount"]))
    except (KeyError, TypeError, NotWholeWon):
        raise BodyMalformed("action") from None
    if not isinstance(asked.transaction_id, str) or asked.amount_won < 0:
        raise BodyMalformed("action")
    return asked


def session(installation: Installation, body: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """The answer to TRANSACTION_INITIALIZE_SESSION and TRANSACTION_PROCESS_SESSION.

    ``data.cardToken`` is what the gateway's own fields in the browser gave; without one the charge
    waits for it. The first card counts. SALEOR_BODY_MALFORMED. Must not be called inside a
    transaction.
    """
    asked = read(body)
    if asked.kind not in KINDS:
        raise BodyMalformed("action")
    charge, _created = AppCharge.objects.get_or_create(
        installation=installation,
        transaction_id=asked.transaction_id,
        defaults={
            "holds": asked.kind == "AUTHORIZATION",
            "amount_won": asked.amount_won,
            "opened_at": now,
        },
    )
    outcome = None
    if charge.status == ChargeStatus.OPEN:
        outcome = _begin(charge, _card(body), now)
    elif charge.status == ChargeStatus.ASKED:
        outcome = _find_out(charge, now)
    charge.refresh_from_db()
    return _answer(charge, outcome)


def _card(body: Mapping[str, Any]) -> str:
    data = body.get("data")
    card = data.get("cardToken") if isinstance(data, dict) else None
    if card is None:
        return ""
    if not isinstance(card, str) or len(card) > LONGEST_TOKEN or not card.isprintable():
        raise BodyMalformed("cardToken")
    return card


def _begin(charge: AppCharge, card: str, now: datetime) -> Outcome | None:
    waiting = AppCharge.objects.filter(pk=charge.pk, status=ChargeStatus.OPEN)
    # Committed before any money moves: a crash leaves it for ``mind``.
    if card and waiting.update(status=ChargeStatus.ASKED, card_token=card, asked_at=now):
        charge.card_token = card
        return _written(charge, _ask, now)
    return None


def _ask(charge: AppCharge, now: datetime) -> Outcome:
    ask = gateway().authorise if charge.holds else gateway().charge
    return ask(
        key=charge.key,
        amount_won=charge.amount_won,
        card_token=charge.card_token,
        order_reference=charge.key,
    )


def _find_out(charge: AppCharge, now: datetime) -> Outcome | None:
    return _written(charge, _found, now)


def _found(charge: AppCharge, now: datetime) -> Outcome:
    """Whether the first question moved money is asked before the same key is charged again."""
    found = gateway().find(charge.key, gateway_reference=charge.gateway_reference)
    if found is None:
        return _ask(charge, now)
    if isinstance(found, NeedsAction) and charge.opened_at < now - ACTION_WITHIN:
        return gateway().void(gateway_reference=found.gateway_reference)
    return found


def _written(charge: AppCharge, question: Any, now: datetime) -> Outcome | None:
    try:
        outcome: Outcome = question(charge, now)
    except GatewayUnavailable:
        log.warning("no answer from the gateway on charge %s", charge)
        return None
    told: dict[str, Any]
    match outcome:
        case Paid(gateway_reference=reference):
            told = {"status": ChargeStatus.PAID, "gateway_reference": reference}
        case Authorised(gateway_reference=reference):
            told = {"status": ChargeStatus.AUTHORISED, "gateway_reference": reference}
        case Declined(code=code):
            told = {"status": ChargeStatus.DECLINED, "decline_code": code}
        case NeedsAction(gateway_reference=reference):
            told = {"gateway_reference": reference}
    # Whoever else asked meanwhile may have been first; the answers are alike.
    AppCharge.objects.filter(pk=charge.pk, status=ChargeStatus.ASKED).update(**told)
    return outcome


def _answer(charge: AppCharge, outcome: Outcome | None) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "pspReference": charge.key,
        "amount": charge.amount_won,
        "result": _result(charge),
        "actions": list(ACTIONS.get(ChargeStatus(charge.status), ())),
    }
    if charge.status == ChargeStatus.OPEN:
        answer["result"] = f"{_kind(charge)}_ACTION_REQUIRED"
        answer["data"] = {"reference": charge.key}
    elif isinstance(outcome, NeedsAction) and charge.status == ChargeStatus.ASKED:
        answer["result"] = f"{_kind(charge)}_ACTION_REQUIRED"
        answer["data"] = {"reference": charge.key, "clientSecret": outcome.client_secret}
    elif charge.status == ChargeStatus.DECLINED:
        answer["message"] = charge.decline_code
    return answer


def _kind(charge: AppCharge) -> str:
    return "AUTHORIZATION" if charge.holds else "CHARGE"


def _result(charge: AppCharge) -> str:
    """A gateway that can only take answers an authorisation with a charge."""
    match charge.status:
        case ChargeStatus.PAID:
            return "CHARGE_SUCCESS"
        case ChargeStatus.AUTHORISED:
            return "AUTHORIZATION_SUCCESS"
        case ChargeStatus.DECLINED | ChargeStatus.VOIDED:
            return f"{_kind(charge)}_FAILURE"
    return f"{_kind(charge)}_REQUEST"


def untold(now: datetime) -> QuerySet[AppCharge]:
    """Charges that the gateway was asked for a while ago, and the Saleor has no report of."""
    return (
        AppCharge.objects.filter(told_at=None, asked_at__lte=now - STALE_AFTER)
        .select_related("installation")
        .order_by("asked_at", "pk")
    )


def mind(*, upstream: Upstream, now: datetime, limit: int) -> int:
    """Finds out what became of charges, and tells their Saleors; returns how many that settled.

    One that fails is logged and comes again; it never stops the others. Must not be called inside
    a transaction.
    """
    return sum(_mind(charge, upstream, now) for charge in untold(now)[:limit])


def _mind(charge: AppCharge, upstream: Upstream, now: datetime) -> bool:
    try:
        if charge.status == ChargeStatus.ASKED:
            _find_out(charge, now)
            charge.refresh_from_db()
        if charge.status not in ENDED:
            return False
        _report(charge, upstream)
    except Exception:
        log.exception("charge %s could not be settled", charge)
        # The others come first next time.
        AppCharge.objects.filter(pk=charge.pk).update(asked_at=now)
        return False
    AppCharge.objects.filter(pk=charge.pk).update(told_at=now, asked_at=now)
    return True


def _report(charge: AppCharge, upstream: Upstream) -> None:
    where = charge.installation
    actions = ACTIONS.get(ChargeStatus(charge.status), ())
    event = Event(_result(charge), charge.key, charge.amount_won, actions)
    upstream.report(where.api_url, where.token, charge.transaction_id, event)


def paid_with(installation: Installation, transactions: Any) -> QuerySet[AppCharge]:
    """The charges among a Saleor's transactions that our gateway took."""
    return AppCharge.objects.filter(
        installation=installation, transaction_id__in=transactions, status=ChargeStatus.PAID
    )
