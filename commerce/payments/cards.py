"""Cards that a gateway keeps for later: a box is charged when nobody is there."""

import logging

from commerce.errors import CommerceError
from commerce.payments.gateway import (
    Declined,
    GatewayUnavailable,
    NeedsAction,
    StoredCard,
    gateway,
)

log = logging.getLogger(__name__)


class CardRefused(CommerceError):
    """``data``: ``reason``, one of ``declines.Decline``."""

    code = "CARD_REFUSED"


class GatewaySilent(CommerceError):
    """Ask again with the same key and card."""

    code = "GATEWAY_SILENT"
    retryable = True


def keep(*, key: str, customer_reference: str, card_token: str) -> StoredCard | NeedsAction:
    """The same key and card are answered alike; after NeedsAction the shopper goes to the bank, and
    the same question is asked again. Another card needs another key.

    Must not be called inside a transaction. CARD_REFUSED, GATEWAY_SILENT, KEY_REUSED.
    """
    try:
        answer = gateway().store_card(
            key=key, customer_reference=customer_reference, card_token=card_token
        )
    except GatewayUnavailable:
        log.warning("no answer from the gateway on a card of %s", customer_reference)
        raise GatewaySilent("card_token") from None
    if isinstance(answer, Declined):
        raise CardRefused("card_token", reason=answer.code)
    return answer
