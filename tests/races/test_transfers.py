"""A transfer is seen at the very moment its order is given up: it pays, or it goes back."""

from datetime import timedelta
from threading import Barrier

import pytest
from django.db import transaction
from pytest_django import Settings

from commerce.orders.models import Order, OrderStatus
from commerce.payments import transfers
from commerce.payments.models import Deposit, Payment, PaymentStatus
from commerce.settlement.queries import balances
from storefront.day.invariants import check_all
from storefront.journeys.cancel_order import cancel_order, expire_unpaid
from storefront.journeys.take_deposit import return_deposit, take_deposit
from tests.builders.journeys import CUT_OFF, NOTHING_TAKEN, Mall, a_mall, taken_of
from tests.builders.transfers import a_deposit, a_line, an_awaited_order
from tests.races.together import at_once

pytestmark = pytest.mark.django_db(transaction=True)

NEVER = CUT_OFF + timedelta(seconds=1)
WORKERS = 6


@pytest.fixture(autouse=True)
def account(settings: Settings) -> None:
    settings.TRANSFER_ACCOUNT = "농협은행 000-0000 장터"


def see(payment: Payment, key: str) -> Deposit:
    return take_deposit(
        payment_reference=payment.reference,
        seen=a_line(payment.amount_won, deposited_at=NEVER),
        key=key,
        now=NEVER,
    )


def test_control_a_sweep_that_looked_before_gives_up_an_order_that_was_paid_since() -> None:
    order, payment = an_awaited_order(a_mall())
    looked, paid = Barrier(2, timeout=20), Barrier(2, timeout=20)

    def look_then_give_up() -> None:
        late = Order.objects.get(pk=order.pk)
        looked.wait()
        paid.wait()
        if late.status == OrderStatus.PLACED:
            # Not UNPAID: the core of these tests would see that it is paid, one elsewhere too late.
            cancel_order(order=late, reason="late", now=NEVER)

    def pay() -> None:
        looked.wait()
        see(payment, "k" * 16)
        paid.wait()

    at_once([look_then_give_up, pay])
    order.refresh_from_db()
    payment.refresh_from_db()
    assert (order.status, payment.status) == (OrderStatus.CANCELLED, PaymentStatus.PAID)


@pytest.mark.parametrize("turn", range(4))
def test_it_pays_or_it_goes_back(turn: int) -> None:
    mall = a_mall()
    order, payment = an_awaited_order(mall)
    sweeps = [lambda: expire_unpaid(now=NEVER) for _ in range(WORKERS // 2)]
    readers = [lambda: see(payment, "k" * 16) for _ in range(WORKERS // 2)]
    works = [*sweeps, *readers] if turn % 2 else [*readers, *sweeps]
    answers = at_once(works)
    assert not [one for one in answers if isinstance(one, Exception)]
    assert Deposit.objects.count() == 1
    check_whole(order, payment, mall)


def check_whole(order: Order, payment: Payment, mall: Mall) -> None:
    order.refresh_from_db()
    payment.refresh_from_db()
    won, owed = payment.amount_won, [p.owed_won for p in transfers.owed_back()]
    if order.status == OrderStatus.CONFIRMED:
        assert (payment.status, owed) == (PaymentStatus.PAID, [])
        assert balances() == {"bank": won, "deposits": 0, "held": -won}
        assert taken_of(mall)["units"] == 1
    else:
        assert (payment.status, owed) == (PaymentStatus.CANCELLED, [won])
        assert balances() == {"bank": won, "deposits": -won}
        assert taken_of(mall) == NOTHING_TAKEN
    assert check_all(NEVER) == []


def test_an_order_paid_between_the_sweeps_look_and_its_lock_stands() -> None:
    order, payment = an_awaited_order(a_mall())
    held, waits = Barrier(2, timeout=20), Barrier(2, timeout=20)

    def pay() -> None:
        with transaction.atomic():
            Order.objects.locked().get(pk=order.pk)
            held.wait()  # the sweep looks now, and finds it unpaid
            waits.wait()
            see(payment, "k" * 16)

    def sweep() -> int:
        held.wait()
        waits.wait()
        return expire_unpaid(now=NEVER)

    answers = at_once([pay, sweep])
    assert not [one for one in answers if isinstance(one, Exception)]
    order.refresh_from_db()
    assert (order.status, answers[1]) == (OrderStatus.CONFIRMED, 0)


def test_six_readers_of_two_lines_pay_once_and_owe_once() -> None:
    order, payment = an_awaited_order(a_mall())
    a_deposit(payment, 1_000)
    answers = at_once([lambda n=n: see(payment, f"reader-{n:012}") for n in range(WORKERS)])
    # One wrote the line down; to the others it was known.
    assert sum(isinstance(one, Deposit) for one in answers) == 1
    order.refresh_from_db()
    assert order.status == OrderStatus.CONFIRMED
    assert transfers.owed_back().get().owed_won == 1_000


def test_six_people_send_too_much_back_once() -> None:
    _order, payment = an_awaited_order(a_mall())
    a_deposit(payment, payment.amount_won + 900)

    def back(key: str) -> None:
        return_deposit(
            payment_reference=payment.reference,
            amount_won=900,
            key=key,
            sent_by="USR-OP",
            now=NEVER,
        )

    answers = at_once([lambda n=n: back(f"person-{n:012}") for n in range(WORKERS)])
    assert sum(one is None for one in answers) == 1
    assert balances()["deposits"] == 0
