"""A merchant or the mall answers what a shopper wants to give back; the money follows."""

from datetime import datetime
from enum import StrEnum

from django.db import transaction

from commerce.returns import actions as returns
from commerce.returns.models import ReturnKind, ReturnRequest, ReturnStatus
from storefront.journeys.give_back_line import give_back_line
from storefront.notices.actions import queue
from storefront.refusals import BadInput


class Answer(StrEnum):
    """``YES`` agrees: what has a fault is paid back at once, the rest when it is ``RECEIVED``."""

    YES = "yes"
    RECEIVED = "received"
    NO = "no"


def answer_typed(text: str) -> Answer:
    """As a form sends it. BAD_INPUT."""
    try:
        return Answer(text)
    except ValueError:
        raise BadInput("answer") from None


NOTICES = {
    ReturnStatus.COMING_BACK: "return_agreed",
    ReturnStatus.REFUNDED: "return_refunded",
    ReturnStatus.DECLINED: "return_declined",
}


@transaction.atomic
def answer_return(
    *,
    reference: str,
    answer: Answer,
    words: str,
    merchant_reference: str | None,
    by: str,
    now: datetime,
) -> ReturnRequest:
    """``merchant_reference``: who answers, None for the mall itself; ``by`` a user's reference.

    A repeat changes nothing. Raises what ``returns.move`` raises.
    """
    kind = ReturnRequest.objects.filter(reference=reference).values_list("kind", flat=True).first()
    asked, moved = returns.move(
        reference=reference,
        status=_following(answer, kind),
        merchant_reference=merchant_reference,
        answer=words,
        by=by,
        now=now,
    )
    if not moved:
        return asked
    if asked.status == ReturnStatus.REFUNDED:
        give_back_line(
            line=asked.line,
            won=asked.won,
            reason=f"return_{asked.kind}",
            key=f"return:{asked.reference}",
            now=now,
        )
    order = asked.line.fulfilment.order
    queue(
        key=f"{asked.status}:{asked.reference}",
        user_reference=order.customer.user_reference,
        kind=NOTICES[ReturnStatus(asked.status)],
        facts={
            "order": order.reference,
            "goods": asked.line.name,
            "won": f"{asked.won:,}",
            "answer": asked.answer,
        },
        now=now,
    )
    return asked


def _following(answer: Answer, kind: str | None) -> ReturnStatus:
    """The kind of a request never changes, so it may be read before the lock."""
    if answer == Answer.NO:
        return ReturnStatus.DECLINED
    if answer == Answer.RECEIVED or kind == ReturnKind.DEFECT:
        return ReturnStatus.REFUNDED
    return ReturnStatus.COMING_BACK
