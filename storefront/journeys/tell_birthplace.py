"""A Saleor in which an order was born is told what becomes of it here."""

from commerce.core.births import Birth, birth
from commerce.core.errors import CoreUnavailable
from commerce.core.models import CoreStep, Operation
from commerce.errors import CommerceError
from commerce.saleor.app import verifying
from commerce.saleor.app.upstream import Happened, News, upstream
from commerce.saleor.locks import alone

HAPPENED: dict[str, Happened] = {
    Operation.PAY: Happened.PAID,
    Operation.REFUND: Happened.REFUNDED,
    Operation.FULFIL: Happened.LEFT,
    Operation.SHORTEN: Happened.NOT_THERE,
    Operation.CANCEL: Happened.ENDED,
    Operation.EXPIRE: Happened.ENDED,
}


def tell_birthplace(step: CoreStep) -> None:
    """Raises CoreUnavailable while it is silent, or not installed; else what it refuses."""
    born = birth(step.subject)
    if born is None:
        raise LookupError(f"{step} is of no order that was born elsewhere")
    try:
        where = verifying.installed(born.api_url)
        # Whoever follows the order reads it and writes it here: one at a time.
        with alone(f"order there {where.pk} {born.order_id}"):
            upstream().tell(where.api_url, where.token, born.order_id, _news(step, born))
    except CommerceError as refusal:
        if refusal.retryable:
            raise CoreUnavailable(refusal.code) from refusal
        raise


def _news(step: CoreStep, born: Birth) -> News:
    happened = HAPPENED[step.operation]
    if happened is Happened.ENDED:
        everything = {line.reference: line.quantity for line in born.lines}
        return News(happened, step.subject, lines=born.there(everything))
    lines = born.there(step.facts.get("lines", {}))
    return News(happened, step.facts["key"], lines, step.facts.get("amount_won", 0))
