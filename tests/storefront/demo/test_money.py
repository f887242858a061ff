"""Money in the small demo that is no card's: vouchers, a bank transfer, and a shop's debt."""

import pytest

from commerce.catalogue.models import FeaturedList, RankingRule
from commerce.orders.models import Order, OrderStatus
from commerce.payments import transfers
from commerce.payments.models import PaymentMethod, PaymentStatus
from commerce.settlement.debts import debts
from commerce.vouchers.models import Programme
from commerce.vouchers.queries import kept_by, spendable
from storefront.accounts.guests import is_guest
from storefront.demo.lists import load_lists
from storefront.demo.people import customer_of
from storefront.demo.vouchers import EACH_WON
from storefront.demo.ways_to_pay import BY_TRANSFER, BY_VOUCHER
from storefront.shop.featured_pages import goods_of
from tests.storefront.demo.clock import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]


def test_each_rule_has_a_list_with_something_on_it() -> None:
    lists = list(FeaturedList.objects.all())
    assert {one.rule for one in lists} == set(RankingRule)
    assert all(goods_of(one, NOW) for one in lists)


def test_lists_that_the_operator_took_away_stay_away() -> None:
    FeaturedList.objects.all().delete()
    load_lists(NOW)
    assert not FeaturedList.objects.exists()


def test_a_second_operator_saw_the_programmes_money_and_one_payment_waits() -> None:
    programme = Programme.objects.get()
    seen = programme.recharges.get(seen_at__isnull=False)
    waiting = programme.recharges.get(seen_at=None)
    assert seen.seen_by == waiting.noted_by != seen.noted_by
    assert programme.budget_won == seen.amount_won > programme.issued_won > 0


def test_the_parent_keeps_two_vouchers_of_which_one_is_spent() -> None:
    parent = customer_of("shopper@jangteo.test")
    assert [voucher.left_won for voucher in kept_by(parent)] == [0, EACH_WON]
    assert len(spendable(parent, NOW)) == 1


def test_an_order_is_paid_by_a_voucher_and_a_card() -> None:
    order = Order.objects.get(key=BY_VOUCHER)
    paid = dict(order.payments.values_list("method", "amount_won"))
    assert set(order.payments.values_list("status", flat=True)) == {PaymentStatus.PAID}
    assert paid == {
        PaymentMethod.VOUCHER: EACH_WON,
        PaymentMethod.CARD: order.total_won - EACH_WON,
    }


def test_a_callers_transfer_is_waited_for() -> None:
    order = Order.objects.get(key=BY_TRANSFER)
    assert is_guest(order.customer.user_reference)
    assert order.status == OrderStatus.PLACED
    assert [payment.order for payment in transfers.awaited()] == [order]


def test_a_shop_owes_the_mall_what_it_gave_back() -> None:
    (owed,) = debts()
    assert owed.owed_won > 0
