from datetime import timedelta
from threading import Barrier

import pytest

from commerce.orders.models import Order
from commerce.payments import actions as payments
from commerce.vouchers import actions
from commerce.vouchers.actions import BudgetSpent, VoucherEmpty
from commerce.vouchers.models import Programme, Voucher
from storefront.journeys import voucher_programmes
from tests.builders.commerce import NOW
from tests.builders.orders import an_order
from tests.builders.vouchers import a_programme, a_voucher, held_for
from tests.races.together import at_once

pytestmark = pytest.mark.django_db(transaction=True)

WORKERS = 8


def test_control_workers_that_only_look_spend_the_last_won_many_times() -> None:
    voucher, looked = a_voucher(9_000), Barrier(WORKERS, timeout=20)
    spent: list[int] = []

    def look_then_spend() -> None:
        seen = Voucher.objects.select_related("programme").get(pk=voucher.pk)
        looked.wait()
        actions.take(seen, 5_000)
        spent.append(5_000)

    at_once([look_then_spend] * WORKERS)
    assert sum(spent) == WORKERS * 5_000
    assert Voucher.objects.get().used_won == 5_000, "and the voucher says so of one"


def test_the_last_won_of_a_voucher_goes_to_one_of_eight_checkouts() -> None:
    voucher = a_voucher(5_000)
    orders = [an_order() for _ in range(WORKERS)]
    answers = at_once([lambda order=order: held_for(order, voucher) for order in orders])
    held = [answer for answer in answers if isinstance(answer, list)]
    assert len(held) == 1
    assert [type(x) for x in answers if not isinstance(x, list)] == [VoucherEmpty] * (WORKERS - 1)
    voucher.refresh_from_db()
    assert voucher.used_won == 5_000


def test_checkouts_with_the_same_two_vouchers_do_not_wait_for_one_another_forever() -> None:
    one, two = a_voucher(9_000), a_voucher(9_000)
    orders = [an_order() for _ in range(WORKERS)]

    def hold_and_let_go(order: Order, *vouchers: Voucher) -> None:
        held_for(order, *vouchers)
        payments.cancel_open(order=order, now=NOW)

    answers = at_once(
        [
            lambda n=n, order=order: hold_and_let_go(order, *((one, two) if n % 2 else (two, one)))
            for n, order in enumerate(orders)
        ]
    )
    kinds = {type(answer) for answer in answers}
    assert kinds <= {type(None), VoucherEmpty}, "no deadlock"
    assert [v.used_won for v in Voucher.objects.all()] == [0, 0]


def test_a_voucher_is_let_go_once_however_often_its_order_is_given_up() -> None:
    voucher, order = a_voucher(5_000), an_order()
    held_for(order, voucher)
    at_once([lambda: payments.cancel_open(order=order, now=NOW) for _ in range(WORKERS)])
    voucher.refresh_from_db()
    assert voucher.used_won == 0


def test_control_workers_that_only_look_overspend_a_budget() -> None:
    programme, looked = a_programme(budget_won=10_000), Barrier(WORKERS, timeout=20)

    def look_then_issue() -> int:
        left = Programme.objects.get(pk=programme.pk).left_won
        looked.wait()
        return min(left, 10_000)

    answers = at_once([look_then_issue] * WORKERS)
    assert sum(answers) == WORKERS * 10_000


def test_a_budget_for_one_batch_issues_one() -> None:
    programme = a_programme(budget_won=10_000)

    def issue(number: int):
        return voucher_programmes.issue_vouchers(
            programme_reference=programme.reference,
            count=2,
            each_won=5_000,
            by="op",
            key=f"batch-{number}",
            now=NOW,
        )

    answers = at_once([lambda n=n: issue(n) for n in range(WORKERS)])
    assert sum(isinstance(answer, BudgetSpent) for answer in answers) == WORKERS - 1
    programme.refresh_from_db()
    assert (programme.left_won, Voucher.objects.count()) == (0, 2)


def test_a_button_pressed_eight_times_issues_once() -> None:
    programme = a_programme(budget_won=100_000)
    answers = at_once(
        [
            lambda: voucher_programmes.issue_vouchers(
                programme_reference=programme.reference,
                count=1,
                each_won=5_000,
                by="op",
                key="once",
                now=NOW,
            )
        ]
        * WORKERS
    )
    assert len(set(answers)) == 1
    assert Voucher.objects.count() == 1


def test_two_nights_end_a_voucher_once_and_a_checkout_has_it_or_they_have() -> None:
    before = NOW - timedelta(days=1)
    for _ in range(4):
        voucher, order = a_voucher(5_000), an_order()
        Voucher.objects.filter(pk=voucher.pk).update(until_on=before.date())
        at_once(
            [
                lambda: voucher_programmes.expire_vouchers(now=NOW),
                lambda: voucher_programmes.expire_vouchers(now=NOW),
                lambda o=order, v=voucher: held_for(o, v, now=before),
            ]
        )
        voucher.refresh_from_db()
        assert (voucher.used_won, voucher.expired_won) in [(5_000, 0), (0, 5_000)]
