"""A cash receipt is asked for with a number that can be right, and told once everything is paid."""

from datetime import timedelta

import pytest
from django.conf import settings

from commerce.catalogue.models import Way
from commerce.merchants.actions import BusinessNumberChecksum
from commerce.orders.models import Order
from commerce.payments import tenders
from commerce.payments.actions import OrderEnded, open_payment
from commerce.payments.models import PaymentMethod, TakenAs
from commerce.phone import PhoneFormat
from commerce.receipts import actions
from commerce.receipts.actions import CashReceiptIssued, NotPaidInCash, ask, issue_due
from commerce.receipts.models import CashReceipt, CashReceiptStatus
from commerce.receipts.port import CashReceiptsUnavailable, Told
from commerce.receipts.receipt import receipt_of
from commerce.returns import actions as returns
from commerce.settlement import actions as settlement
from storefront.journeys.answer_return import Answer, answer_return
from storefront.journeys.cancel_order import cancel_order
from storefront.journeys.cancel_some import cancel_some
from storefront.journeys.hand_over import hand_over
from tests.builders.journeys import NEXT_MORNING, NOW, a_mall, a_placed_order
from tests.builders.vouchers import a_programme, a_voucher, held_for

LATER = NEXT_MORNING + timedelta(hours=1)

pytestmark = pytest.mark.django_db


def an_order(*, method: str = PaymentMethod.ON_SITE) -> Order:
    """Three bundles of spinach (2,500 won, exempt), a tofu (3,300, taxable), 4,000 for delivery."""
    mall = a_mall()
    goods = ((mall.spinach, Way.DELIVERY),) * 3 + ((mall.tofu, Way.DELIVERY),)
    return a_placed_order(mall, goods=goods, method=method)


def over(order: Order, taken_as: TakenAs = TakenAs.CASH) -> None:
    part = order.fulfilments.get()
    hand_over(fulfilment=part, taken_by="DRV-1", taken_as=taken_as, now=NEXT_MORNING)


def asked(
    order: Order, *, number: str = "010-1234-5678", for_business: bool = False
) -> CashReceipt:
    return ask(order=order, for_business=for_business, identifier=number, now=NOW)


def test_it_is_told_when_everything_was_handed_over_and_paid_split_by_tax() -> None:
    order = an_order()
    asked(order)
    assert issue_due(now=NOW) == 0
    over(order)
    assert [issue_due(now=LATER), issue_due(now=LATER)] == [1, 0]
    told = CashReceipt.objects.get()
    assert (told.status, told.identifier) == (CashReceiptStatus.ISSUED, "01012345678")
    # 3,300 and 4,000 with VAT inside.
    assert (told.exempt_won, told.supply_won, told.vat_won) == (7_500, 6_636, 664)
    assert told.total_won == 14_800


def test_what_a_card_terminal_took_has_its_own_slip_and_is_not_told() -> None:
    order = an_order()
    asked(order)
    over(order, TakenAs.TERMINAL)
    assert issue_due(now=LATER) == 0
    assert not actions.paid_in_cash(order)


def test_of_two_parts_the_one_paid_in_cash_is_told() -> None:
    mall = a_mall()
    goods = (
        (mall.spinach, Way.DELIVERY),
        (mall.tofu, Way.DELIVERY),
        (mall.strawberries, Way.DRIVE_THROUGH),
    )
    order = a_placed_order(mall, goods=goods, method=PaymentMethod.ON_SITE)
    asked(order)
    gate = order.fulfilments.get(way=Way.DRIVE_THROUGH)
    hand_over(fulfilment=gate, taken_by="SIT-1", taken_as=TakenAs.TERMINAL, now=NEXT_MORNING)
    door = order.fulfilments.get(way=Way.DELIVERY)
    hand_over(fulfilment=door, taken_by="DRV-1", now=NEXT_MORNING)
    assert issue_due(now=LATER) == 1
    told = CashReceipt.objects.get()
    assert (told.exempt_won, told.total_won) == (2_500, door.total_won)


@pytest.mark.parametrize(
    ("number", "for_business", "refusal"),
    [
        ("02-123-4567", False, PhoneFormat),
        ("010-123-4567", False, PhoneFormat),
        ("123-45-67890", True, BusinessNumberChecksum),
        ("", True, BusinessNumberChecksum),
    ],
)
def test_a_number_that_cannot_be_right_is_refused(
    number: str, for_business: bool, refusal: type[Exception]
) -> None:
    order = an_order()
    with pytest.raises(refusal):
        asked(order, number=number, for_business=for_business)
    assert not CashReceipt.objects.exists()


def test_until_it_is_issued_the_number_may_change() -> None:
    order = an_order()
    asked(order, number="010-9999-0000")
    over(order)
    assert issue_due(now=LATER) == 0
    assert CashReceipt.objects.get().status == CashReceiptStatus.REFUSED
    asked(order, number="116-82-00276", for_business=True)
    assert issue_due(now=LATER) == 1
    with pytest.raises(CashReceiptIssued):
        asked(order)


def test_a_card_and_a_cancelled_order_get_none() -> None:
    order = an_order(method=PaymentMethod.CARD)
    with pytest.raises(NotPaidInCash):
        asked(order)
    cancel_order(order=order, reason="shopper", now=NOW)
    with pytest.raises(OrderEnded):
        asked(order)


class Silent:
    def issue(self, told: Told) -> None:
        raise CashReceiptsUnavailable


def test_an_office_that_does_not_answer_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    order = an_order()
    asked(order)
    over(order)
    usual = settings.CASH_RECEIPTS
    monkeypatch.setattr(settings, "CASH_RECEIPTS", f"{__name__}.Silent")
    assert actions.issue_due(now=LATER) == 0
    monkeypatch.setattr(settings, "CASH_RECEIPTS", usual)
    assert actions.issue_due(now=LATER) == 1


def test_a_receipt_is_what_was_paid_without_what_went_back() -> None:
    order = an_order(method=PaymentMethod.CARD)
    part = order.fulfilments.get()
    line = part.lines.get(name="시금치")
    cancel_some(fulfilment=part, keep={line.reference: 2}, now=NOW)
    over(order)
    wish = returns.ask(
        key="k",
        line_reference=line.reference,
        customer=order.customer,
        kind="defect",
        quantity=1,
        words="물렀어요",
        now=LATER,
    )
    answer_return(
        reference=wish.reference,
        answer=Answer.YES,
        words="",
        merchant_reference=None,
        by="USR-1",
        now=LATER,
    )
    receipt = receipt_of(order)
    paid = order.payments.get()
    assert receipt.total_won == paid.amount_won - paid.refunded_won == 9_800
    assert receipt.exempt_won == paid.tax_free_won - paid.tax_free_refunded_won == 2_500


@pytest.mark.parametrize(
    ("funding", "told"),
    # Of 7,500 exempt, 3,300 taxable and 4,000 for delivery a voucher of 5,400 pays half of the
    # goods: 3,750 and 1,650 of them are nobody's expense where public money paid.
    [("budget", (3_750, 5_136, 514)), ("sold", (7_500, 6_636, 664))],
)
def test_public_vouchers_are_left_out_and_bought_ones_are_in(
    funding: str, told: tuple[int, int, int]
) -> None:
    order = an_order()
    order.payments.all().delete()
    held_for(order, a_voucher(5_400, programme=a_programme(funding=funding)))
    tenders.capture(order=order, now=NOW)
    open_payment(order=order, method=PaymentMethod.ON_SITE, now=NOW)
    for payment in order.payments.filter(method=PaymentMethod.VOUCHER):
        settlement.record_payment(payment=payment, now=NOW)
    asked(order)
    over(order)
    assert issue_due(now=LATER) == 1
    receipt = CashReceipt.objects.get()
    assert (receipt.exempt_won, receipt.supply_won, receipt.vat_won) == told


def test_public_vouchers_and_a_card_are_no_cash() -> None:
    order = an_order(method=PaymentMethod.CARD)
    assert not actions.paid_in_cash(order)
