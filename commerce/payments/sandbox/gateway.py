"""A gateway without money, for local runs, tests and demos; it keeps to the whole port."""

from django.db import IntegrityError, transaction
from django.db.models import Sum

from commerce.payments.gateway import GatewayUnavailable, KeyReused, Outcome
from commerce.payments.sandbox.cards import DECLINED, UNAVAILABLE
from commerce.payments.sandbox.models import SandboxCharge, SandboxRefund
from commerce.references import new


class SandboxGateway:
    """Declines ``tok_declined``; answers nothing to ``tok_unavailable`` after taking the money;
    takes it from every other token."""

    def charge(
        self, *, key: str, amount_won: int, card_token: str, order_reference: str
    ) -> Outcome:
        declined = card_token == DECLINED
        try:
            with transaction.atomic():
                charge = SandboxCharge.objects.create(
                    key=key,
                    gateway_reference=new("SBX"),
                    amount_won=amount_won,
                    outcome="declined" if declined else "paid",
                    decline_code="card_declined" if declined else "",
                )
        except IntegrityError:
            charge = SandboxCharge.objects.get(key=key)
            if charge.amount_won != amount_won:
                raise KeyReused("key") from None
            return _outcome(charge)
        if card_token == UNAVAILABLE:
            raise GatewayUnavailable(key)
        return _outcome(charge)

    @transaction.atomic
    def refund(self, *, key: str, gateway_reference: str, amount_won: int) -> Outcome:
        charge = (
            SandboxCharge.objects.select_for_update(no_key=True)
            .filter(gateway_reference=gateway_reference, outcome="paid")
            .first()
        )
        if charge is None:
            return Outcome("declined", "", "no_such_charge")
        earlier = SandboxRefund.objects.filter(key=key).first()
        if earlier is not None:
            if (earlier.charge_id, earlier.amount_won) != (charge.pk, amount_won):
                raise KeyReused("key")
            return Outcome("paid", earlier.gateway_reference)
        given_back = charge.refunds.aggregate(won=Sum("amount_won", default=0))["won"]
        if given_back + amount_won > charge.amount_won:
            return Outcome("declined", "", "more_than_charged")
        refund = SandboxRefund.objects.create(
            key=key, charge=charge, gateway_reference=new("SBR"), amount_won=amount_won
        )
        return Outcome("paid", refund.gateway_reference)

    def find(self, key: str) -> Outcome | None:
        charge = SandboxCharge.objects.filter(key=key).first()
        return None if charge is None else _outcome(charge)


def _outcome(charge: SandboxCharge) -> Outcome:
    return Outcome(
        "paid" if charge.outcome == "paid" else "declined",
        charge.gateway_reference,
        charge.decline_code,
    )
