"""A gateway without money, for local runs, tests and demos; it keeps to the whole port."""

from collections.abc import Mapping
from typing import Literal

from django.db import IntegrityError, transaction
from django.db.models import Sum

from commerce.payments.declines import Decline
from commerce.payments.gateway import (
    Authorised,
    Declined,
    Dispute,
    GatewayUnavailable,
    Hint,
    KeyReused,
    NeedsAction,
    Outcome,
    Paid,
    StoredCard,
    WebhookRefused,
)
from commerce.payments.sandbox.cards import AUTHENTICATES, DECLINED, UNAVAILABLE
from commerce.payments.sandbox.models import SandboxCharge, SandboxRefund, SandboxTransfer
from commerce.references import new

CLOSED_ACCOUNT = "acct_closed"


class SandboxGateway:
    """Declines ``tok_declined``; answers nothing to ``tok_unavailable`` after taking the money;
    wants the shopper's bank for ``tok_authenticates``; takes it from every other token."""

    name = "sandbox"

    def charge(
        self, *, key: str, amount_won: int, card_token: str, order_reference: str
    ) -> Outcome:
        asks = ("needs_action", "") if card_token == AUTHENTICATES else None
        return _ask(key, amount_won, card_token, asks or _answer(card_token, "paid"))

    def charge_off_session(
        self,
        *,
        key: str,
        amount_won: int,
        tax_free_won: int,
        stored_card: str,
        order_reference: str,
    ) -> Outcome:
        alone = ("declined", Decline.AUTHENTICATION_REQUIRED)
        answer = alone if stored_card == AUTHENTICATES else _answer(stored_card, "paid")
        return _ask(key, amount_won, stored_card, answer)

    def store_card(
        self, *, key: str, customer_reference: str, card_token: str
    ) -> StoredCard | NeedsAction | Declined:
        """The token itself is good for any number of charges here."""
        if card_token == DECLINED:
            return Declined(Decline.CARD_DECLINED)
        return StoredCard(card_token)

    def authorise(
        self, *, key: str, amount_won: int, card_token: str, order_reference: str
    ) -> Outcome:
        return _ask(key, amount_won, card_token, _answer(card_token, "authorised"))

    @transaction.atomic
    def capture(
        self, *, key: str, gateway_reference: str, amount_won: int, tax_free_won: int
    ) -> Paid | Declined:
        charge = _locked(gateway_reference)
        if charge is None:
            return Declined(Decline.NO_SUCH_CHARGE)
        if charge.outcome == "paid":
            if (charge.capture_key, charge.taken_won) != (key, amount_won):
                raise KeyReused("key")
            return Paid(charge.gateway_reference)
        if charge.outcome != "authorised":
            return Declined(charge.decline_code or Decline.NOT_FINISHED)
        if amount_won > charge.amount_won:
            return Declined(Decline.MORE_THAN_CHARGED)
        charge.outcome, charge.capture_key, charge.captured_won = "paid", key, amount_won
        charge.save()
        return Paid(charge.gateway_reference)

    @transaction.atomic
    def void(self, *, gateway_reference: str) -> Outcome:
        charge = _locked(gateway_reference)
        if charge is None:
            return Declined(Decline.NO_SUCH_CHARGE)
        if charge.outcome in ("authorised", "needs_action"):
            charge.outcome, charge.decline_code = "declined", Decline.VOIDED
            charge.save()
        return _outcome(charge)

    @transaction.atomic
    def refund(
        self, *, key: str, gateway_reference: str, amount_won: int, tax_free_won: int
    ) -> Paid | Declined:
        charge = _locked(gateway_reference)
        if charge is None or charge.outcome != "paid":
            return Declined(Decline.NO_SUCH_CHARGE)
        earlier = SandboxRefund.objects.filter(key=key).first()
        if earlier is not None:
            if (earlier.charge_id, earlier.amount_won) != (charge.pk, amount_won):
                raise KeyReused("key")
            return Paid(earlier.gateway_reference)
        given_back = charge.refunds.aggregate(won=Sum("amount_won", default=0))["won"]
        if given_back + amount_won > charge.taken_won:
            return Declined(Decline.MORE_THAN_CHARGED)
        refund = SandboxRefund.objects.create(
            key=key, charge=charge, gateway_reference=new("SBR"), amount_won=amount_won
        )
        return Paid(refund.gateway_reference)

    def find(self, key: str, *, gateway_reference: str = "") -> Outcome | None:
        charge = SandboxCharge.objects.filter(key=key).first()
        return None if charge is None else _outcome(charge)

    def dispute(self, gateway_reference: str) -> Dispute | None:
        return None

    def heard(self, *, body: bytes, headers: Mapping[str, str]) -> Hint | None:
        """Always refused: it sends none."""
        raise WebhookRefused

    def transfer(self, *, key: str, account_reference: str, amount_won: int) -> Paid | Declined:
        if account_reference == CLOSED_ACCOUNT:
            return Declined(Decline.NO_SUCH_ACCOUNT)
        asked = {"account_reference": account_reference, "amount_won": amount_won}
        sent, _ = SandboxTransfer.objects.get_or_create(
            key=key, defaults={**asked, "gateway_reference": new("SBT")}
        )
        if (sent.account_reference, sent.amount_won) != (account_reference, amount_won):
            raise KeyReused("key")
        return Paid(sent.gateway_reference)


def _answer(token: str, taken: Literal["paid", "authorised"]) -> tuple[str, str]:
    return ("declined", Decline.CARD_DECLINED) if token == DECLINED else (taken, "")


def _ask(key: str, amount_won: int, token: str, answer: tuple[str, str]) -> Outcome:
    outcome, decline_code = answer
    try:
        with transaction.atomic():
            charge = SandboxCharge.objects.create(
                key=key,
                gateway_reference=new("SBX"),
                amount_won=amount_won,
                outcome=outcome,
                decline_code=decline_code,
            )
    except IntegrityError:
        charge = SandboxCharge.objects.get(key=key)
        if charge.amount_won != amount_won:
            raise KeyReused("key") from None
        return _outcome(charge)
    if token == UNAVAILABLE:
        raise GatewayUnavailable(key)
    return _outcome(charge)


def _locked(gateway_reference: str) -> SandboxCharge | None:
    charges = SandboxCharge.objects.select_for_update(no_key=True)
    return charges.filter(gateway_reference=gateway_reference).first()


def _outcome(charge: SandboxCharge) -> Outcome:
    reference = charge.gateway_reference
    match charge.outcome:
        case "paid":
            return Paid(reference)
        case "authorised":
            return Authorised(reference)
        case "needs_action":
            return NeedsAction(reference, client_secret=f"{reference}_secret")
        case _:
            return Declined(charge.decline_code)
