"""What was handed over is given back: asked for in time, answered, and paid back once."""

from datetime import timedelta

import pytest

from commerce.catalogue.models import Storage, Way
from commerce.customers.models import Customer
from commerce.orders.actions import IdempotencyMismatch, InvalidTransition, LineUnknown
from commerce.orders.models import OrderLine
from commerce.payments.models import PaymentMethod, Refund
from commerce.returns import actions as returns
from commerce.returns.actions import (
    ReturnExcluded,
    ReturnOpen,
    ReturnRange,
    ReturnTooEarly,
    ReturnTooLate,
    ReturnUnknown,
)
from commerce.returns.models import ReturnKind, ReturnRequest, ReturnStatus
from commerce.settlement.queries import statement, trial_balance
from commerce.text import TextRequired
from storefront.day.invariants import check_all
from storefront.journeys.answer_return import Answer, answer_return
from storefront.journeys.confirm_payment import send_refunds
from storefront.journeys.hand_over import hand_over
from storefront.notices.models import Notice
from tests.builders.commerce import a_customer
from tests.builders.journeys import NEXT_MORNING, TODAY, TOMORROW, a_mall, a_placed_order

NOON = NEXT_MORNING + timedelta(hours=3)

pytestmark = pytest.mark.django_db


def a_line(
    *, method: str = PaymentMethod.CARD, storage: str = Storage.AMBIENT, received: bool = True
) -> OrderLine:
    """Three bundles of spinach for 2,500 won each, beside a tofu, received on Wednesday at nine."""
    mall = a_mall()
    mall.spinach.product.storage = storage
    mall.spinach.product.save()
    goods = ((mall.spinach, Way.DELIVERY),) * 3 + ((mall.tofu, Way.DELIVERY),)
    order = a_placed_order(mall, goods=goods, method=method)
    part = order.fulfilments.get()
    if received:
        hand_over(fulfilment=part, taken_by="DRV-1", now=NEXT_MORNING)
    return part.lines.get(name="시금치")


def ask(line: OrderLine, **changes: object) -> ReturnRequest:
    facts = {
        "key": "ask-1",
        "line_reference": line.reference,
        "customer": Customer.objects.get(orders__fulfilments__lines=line),
        "kind": ReturnKind.DEFECT,
        "quantity": 2,
        "words": "잎이 물렀어요",
        "now": NOON,
    }
    return returns.ask(**facts | changes)  # type: ignore[arg-type]


def answer(asked: ReturnRequest, said: Answer, **changes: object) -> ReturnRequest:
    facts = {"words": "", "merchant_reference": asked.line.merchant_reference, "by": "USR-1"}
    return answer_return(
        reference=asked.reference,
        answer=said,
        now=NOON,
        **facts | changes,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize("method", [PaymentMethod.CARD, PaymentMethod.ON_SITE])
def test_what_was_faulty_is_paid_back_at_once_out_of_the_merchants_share(method: str) -> None:
    line = a_line(method=method)
    asked = ask(line)
    assert [answer(asked, Answer.YES).status for _ in range(2)] == [ReturnStatus.REFUNDED] * 2
    refund = Refund.objects.get()
    assert (refund.amount_won, refund.tax_free_won) == (5_000, 5_000)
    rows = statement(line.merchant_reference, TODAY, TOMORROW).rows
    assert sum(row.goods_won for row in rows) == 2_500
    assert Notice.objects.filter(kind="return_refunded").count() == 1
    send_refunds(now=NOON)
    assert trial_balance() == 0
    assert check_all(NOON) == []


def test_what_one_changed_ones_mind_about_is_paid_back_when_it_is_back() -> None:
    asked = ask(a_line(), kind=ReturnKind.WITHDRAWAL)
    assert answer(asked, Answer.YES).status == ReturnStatus.COMING_BACK
    assert not Refund.objects.exists()
    assert answer(asked, Answer.RECEIVED).status == ReturnStatus.REFUNDED
    assert Refund.objects.get().amount_won == 5_000


def test_no_needs_a_reason_and_moves_no_money() -> None:
    asked = ask(a_line())
    with pytest.raises(TextRequired):
        answer(asked, Answer.NO)
    assert answer(asked, Answer.NO, words="사흘 지난 뒤의 시듦").status == ReturnStatus.DECLINED
    with pytest.raises(InvalidTransition):
        answer(asked, Answer.YES)
    assert not Refund.objects.exists()


def test_the_same_key_asks_once() -> None:
    line = a_line()
    assert ask(line).pk == ask(line).pk
    with pytest.raises(ReturnOpen):
        ask(line, key="ask-2")
    with pytest.raises(IdempotencyMismatch):
        ask(line.fulfilment.lines.get(name="손두부"))


def test_no_more_comes_back_than_was_received() -> None:
    line = a_line()
    answer(ask(line), Answer.YES)
    with pytest.raises(ReturnRange) as refusal:
        ask(line, key="ask-2")
    assert refusal.value.data == {"most": 1}


def test_fresh_food_is_not_for_changing_ones_mind() -> None:
    line = a_line(storage=Storage.CHILLED)
    assert line.return_notice == "fresh-1"
    with pytest.raises(ReturnExcluded):
        ask(line, kind=ReturnKind.WITHDRAWAL)
    assert ask(line).status == ReturnStatus.ASKED


@pytest.mark.parametrize(("kind", "days"), [(ReturnKind.WITHDRAWAL, 7), (ReturnKind.DEFECT, 92)])
def test_after_the_last_day_it_is_too_late(kind: ReturnKind, days: int) -> None:
    line = a_line()
    with pytest.raises(ReturnTooLate):
        ask(line, kind=kind, now=NEXT_MORNING + timedelta(days=days + 1))
    assert ask(line, kind=kind, now=NEXT_MORNING + timedelta(days=days)).kind == kind


def test_before_it_is_handed_over_it_is_too_early() -> None:
    with pytest.raises(ReturnTooEarly):
        ask(a_line(received=False))


def test_somebody_elses_line_or_request_is_unknown() -> None:
    line = a_line()
    with pytest.raises(LineUnknown):
        ask(line, customer=a_customer())
    asked = ask(line)
    with pytest.raises(ReturnUnknown):
        answer(asked, Answer.YES, merchant_reference="MER-OTHER")
    with pytest.raises(ReturnUnknown):
        returns.move(
            reference=asked.reference,
            status=ReturnStatus.TAKEN_BACK,
            customer=a_customer(),
            now=NOON,
        )
    assert ReturnRequest.objects.get().status == ReturnStatus.ASKED


def test_the_mall_may_answer_for_any_merchant() -> None:
    assert answer(ask(a_line()), Answer.YES, merchant_reference=None).answered_by == "USR-1"
