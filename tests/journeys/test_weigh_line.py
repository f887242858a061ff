"""What weighs less costs less: out of the card's money, or at the door."""

import pytest

from commerce.orders.models import OrderLine
from commerce.payments.models import PaymentMethod, Refund
from commerce.settlement.queries import balances
from storefront.day.invariants import check
from storefront.journeys.hand_over import hand_over
from storefront.journeys.weigh_line import weigh_line
from tests.builders.journeys import NEXT_MORNING, NOW, a_mall, a_placed_order

pytestmark = pytest.mark.django_db


def by_weight(mall):
    mall.tofu.by_weight = True
    mall.tofu.save()
    return mall


def weigh_tofu(mall, tenths=9):
    line = OrderLine.objects.get(variant=mall.tofu)
    weigh_line(
        line_reference=line.reference,
        merchant_reference=line.merchant_reference,
        grams=line.most_grams * tenths // 10,
        now=NEXT_MORNING,
    )
    line.refresh_from_db()
    return line


def test_what_is_paid_at_the_door_is_what_was_weighed():
    mall = by_weight(a_mall())
    order = a_placed_order(mall, method=PaymentMethod.ON_SITE)
    line = weigh_tofu(mall)
    assert line.lighter_won > 0
    payment = order.payments.get(fulfilment=line.fulfilment)
    assert payment.amount_won == line.fulfilment.total_won
    assert not Refund.objects.exists()
    hand_over(fulfilment=line.fulfilment, taken_by="DRV-1", now=NEXT_MORNING)
    assert balances()["till"] == payment.amount_won


def test_weighing_twice_lowers_once():
    mall = by_weight(a_mall())
    order = a_placed_order(mall, method=PaymentMethod.ON_SITE)
    weigh_tofu(mall)
    total_won = order.payments.get(fulfilment__lines__variant=mall.tofu).amount_won
    weigh_tofu(mall, tenths=5)
    assert order.payments.get(fulfilment__lines__variant=mall.tofu).amount_won == total_won


@pytest.mark.parametrize("method", PaymentMethod.values[:2])
def test_orders_cores_and_payments_agree_after_weighing(method):
    mall = by_weight(a_mall())
    a_placed_order(mall, method=method)
    weigh_tofu(mall)
    for name in ("orders_add_up", "core_agrees_with_parts", "confirmed_parts_are_paid_for"):
        assert check(name, NOW) == []
