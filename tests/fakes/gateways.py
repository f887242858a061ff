"""Gateways that misbehave as real ones do; named by PAYMENT_GATEWAY in a test's settings."""

from threading import Lock
from typing import ClassVar

from django.conf import settings

from commerce.payments.declines import Decline
from commerce.payments.gateway import Declined, GatewayUnavailable, Outcome, Paid
from commerce.payments.sandbox.gateway import SandboxGateway


class CountingGateway(SandboxGateway):
    """The sandbox, and how often it was asked."""

    asked: ClassVar[list[str]] = []
    lock: ClassVar[Lock] = Lock()

    def charge(
        self, *, key: str, amount_won: int, card_token: str, order_reference: str
    ) -> Outcome:
        with self.lock:
            self.asked.append(f"charge {key}")
        return super().charge(
            key=key, amount_won=amount_won, card_token=card_token, order_reference=order_reference
        )

    def charge_off_session(
        self,
        *,
        key: str,
        amount_won: int,
        tax_free_won: int,
        stored_card: str,
        order_reference: str,
    ) -> Outcome:
        with self.lock:
            self.asked.append(f"charge off session {key}")
        return super().charge_off_session(
            key=key,
            amount_won=amount_won,
            tax_free_won=tax_free_won,
            stored_card=stored_card,
            order_reference=order_reference,
        )

    def find(self, key: str, *, gateway_reference: str = "") -> Outcome | None:
        with self.lock:
            self.asked.append(f"find {key}")
        return super().find(key, gateway_reference=gateway_reference)


class SilentGateway(SandboxGateway):
    """Nobody answers; nothing happens behind the silence."""

    def charge(
        self, *, key: str, amount_won: int, card_token: str, order_reference: str
    ) -> Outcome:
        raise GatewayUnavailable(key)

    def refund(
        self, *, key: str, gateway_reference: str, amount_won: int, tax_free_won: int
    ) -> Paid | Declined:
        raise GatewayUnavailable(key)

    def find(self, key: str, *, gateway_reference: str = "") -> Outcome | None:
        raise GatewayUnavailable(key)


class RefusingGateway(SandboxGateway):
    """Takes money and gives none back."""

    def refund(
        self, *, key: str, gateway_reference: str, amount_won: int, tax_free_won: int
    ) -> Paid | Declined:
        return Declined(Decline.REFUND_REFUSED)


class BrokenForOne(SandboxGateway):
    """Fails on the payment named in settings.BROKEN_PAYMENT in a way nobody foresaw."""

    def find(self, key: str, *, gateway_reference: str = "") -> Outcome | None:
        if key == settings.BROKEN_PAYMENT:
            raise ZeroDivisionError
        return super().find(key, gateway_reference=gateway_reference)


def failing(*_: object) -> None:
    """For a place where something is called, in a way nobody foresaw."""
    raise ZeroDivisionError
