import pytest

from commerce.books.models import LoanStatus
from commerce.catalogue.models import Way
from commerce.orders.actions import InvalidTransition
from commerce.orders.models import FulfilmentStatus, Order, OrderStatus
from commerce.payments.models import Payment, PaymentMethod, PaymentStatus
from commerce.settlement.queries import balances
from commerce.stock.models import StockRecord
from storefront.journeys.hand_over import hand_over
from storefront.notices.models import Notice
from tests.builders.journeys import AT_THE_GATE, a_mall, a_placed_order, books_part, goods_part

pytestmark = pytest.mark.django_db


def test_handing_over_earns_the_money_and_the_goods_are_gone() -> None:
    mall = a_mall()
    order = a_placed_order(mall, goods=((mall.strawberries, Way.DRIVE_THROUGH),))
    part = order.fulfilments.get()
    assert hand_over(fulfilment=part, taken_by=mall.site.reference, now=AT_THE_GATE)
    record = StockRecord.objects.get(variant=mall.strawberries)
    assert (record.on_hand, record.allocated) == (9, 0)
    assert balances() == {"gateway": 12_000, "held": 0, "merchant": -11_280, "commission": -720}
    assert Order.objects.get().status == OrderStatus.CLOSED


def test_handing_over_twice_is_handing_over_once() -> None:
    mall = a_mall()
    order = a_placed_order(mall, goods=((mall.strawberries, Way.DRIVE_THROUGH),))
    part = order.fulfilments.get()
    again = [
        hand_over(fulfilment=part, taken_by=mall.site.reference, now=AT_THE_GATE) for _ in range(2)
    ]
    assert again == [True, False]
    assert StockRecord.objects.get(variant=mall.strawberries).on_hand == 9
    assert Notice.objects.filter(kind="handed_over").count() == 1


def test_the_delivery_fee_goes_to_whoever_drove() -> None:
    order = a_placed_order(mall := a_mall())
    hand_over(
        fulfilment=goods_part(order, Way.DELIVERY),
        taken_by=mall.shift.driver.reference,
        now=AT_THE_GATE,
    )
    assert balances()["carrier"] == -4_000
    assert balances()["held"] == -12_000  # the gate's part is still to come


def test_money_due_on_site_is_taken_with_the_goods() -> None:
    mall = a_mall()
    order = a_placed_order(mall, method=PaymentMethod.ON_SITE)
    gate = goods_part(order, Way.DRIVE_THROUGH)
    hand_over(fulfilment=gate, taken_by=mall.site.reference, now=AT_THE_GATE)
    taken = Payment.objects.get(fulfilment=gate)
    assert (taken.status, taken.taken_by) == (PaymentStatus.PAID, mall.site.reference)
    assert balances()["till"] == 12_000
    assert Payment.objects.exclude(pk=taken.pk).get().status == PaymentStatus.OPEN


def test_the_loan_begins_when_the_books_are_handed_over() -> None:
    mall = a_mall()
    part = books_part(a_placed_order(mall))
    hand_over(fulfilment=part, taken_by=mall.shift.driver.reference, now=AT_THE_GATE)
    loan = mall.bundle.loans.get()
    assert (loan.status, loan.delivered_at) == (LoanStatus.ON_LOAN, AT_THE_GATE)


def test_an_unpaid_order_is_not_handed_over() -> None:
    mall = a_mall()
    order = a_placed_order(mall, card_token="tok_declined")
    with pytest.raises(InvalidTransition):
        hand_over(
            fulfilment=goods_part(order, Way.DRIVE_THROUGH),
            taken_by=mall.site.reference,
            now=AT_THE_GATE,
        )
    assert goods_part(order, Way.DRIVE_THROUGH).status == FulfilmentStatus.PLACED
    assert StockRecord.objects.get(variant=mall.strawberries).on_hand == 10
