"""An order is paid by bank transfer: in time, too little, too much, twice, too late, or never."""

from datetime import timedelta

import pytest
from pytest_django import Settings

from commerce.errors import CommerceError
from commerce.orders.actions import IdempotencyMismatch
from commerce.orders.models import FulfilmentStatus, Order, OrderStatus
from commerce.payments import transfers
from commerce.payments.models import Deposit, Payment, PaymentStatus, Refund, RefundStatus
from commerce.payments.transfers import (
    DepositAwaited,
    DepositInvalid,
    DepositKnown,
    DepositReturnAbove,
    DepositTime,
)
from commerce.settlement.queries import balances, bank_days
from logistics.consignments.models import Consignment
from storefront.day.invariants import check_all
from storefront.journeys.cancel_order import cancel_order, expire_unpaid
from storefront.journeys.confirm_payment import send_refunds
from storefront.journeys.erase_person import KEPT_FOR, end_kept, erase
from storefront.journeys.hand_over import hand_over
from storefront.journeys.personal_data import personal_data
from storefront.journeys.take_deposit import (
    TransferNotOffered,
    TransferTooLate,
    refund_sent,
    return_deposit,
    take_deposit,
)
from storefront.notices.models import Notice
from storefront.refusals import NotFound
from tests.builders.journeys import (
    CUT_OFF,
    NEXT_MORNING,
    NOTHING_TAKEN,
    NOW,
    TODAY,
    a_mall,
    a_placed_order,
    a_shopper,
    taken_of,
)
from tests.builders.mall import a_user
from tests.builders.transfers import SOON, a_deposit, a_line, an_awaited_order

pytestmark = pytest.mark.django_db

ACCOUNT = "농협은행 000-0000 장터"
WON = 6_500  # spinach and the drive
NEVER = CUT_OFF + timedelta(seconds=1)


@pytest.fixture(autouse=True)
def account(settings: Settings) -> None:
    settings.TRANSFER_ACCOUNT, settings.TRANSFER_HOURS = ACCOUNT, 24


def status_of(order: Order) -> str:
    order.refresh_from_db()
    return order.status


def back(payment: Payment, won: int, key: str = "back-0000000000001") -> None:
    return_deposit(
        payment_reference=payment.reference,
        amount_won=won,
        key=key,
        sent_by="USR-OPERATOR",
        now=NEXT_MORNING,
    )


def test_the_goods_are_held_and_nobody_prepares_them_while_the_money_is_waited_for() -> None:
    mall = a_mall()
    order, payment = an_awaited_order(mall)
    assert (order.status, payment.status, payment.amount_won) == ("placed", "open", WON)
    # A day would end after the cut-off of its window.
    assert payment.pay_until == CUT_OFF
    assert taken_of(mall) == {"cars": 0, "stops": 1, "units": 1, "bundles": 0}
    assert not Consignment.objects.exists()
    facts = Notice.objects.get(kind="transfer_awaited").facts
    assert (facts["account"], facts["won"]) == (ACCOUNT, "6,500")
    assert facts["until"] == "2026-03-03 22:00"
    assert balances() == {}


def test_what_came_in_confirms_the_order_and_is_held_like_any_other_money() -> None:
    order, payment = an_awaited_order(a_mall())
    a_deposit(payment, WON)
    assert status_of(order) == OrderStatus.CONFIRMED
    assert balances() == {"bank": WON, "deposits": 0, "held": -WON}
    assert Consignment.objects.count() == 1
    payment.refresh_from_db()
    assert (payment.status, payment.taken_by) == (PaymentStatus.PAID, "USR-OPERATOR")
    assert check_all(SOON) == []


def test_a_paid_transfer_is_shared_out_at_the_hand_over_and_asks_for_nothing_at_the_door() -> None:
    order, payment = an_awaited_order(a_mall())
    a_deposit(payment, WON)
    part = order.fulfilments.get()
    hand_over(fulfilment=part, taken_by="DRV-1", now=NEXT_MORNING)
    found = balances()
    assert (found["bank"], found["held"], found.get("till", 0)) == (WON, 0, 0)
    assert found["merchant"] + found["commission"] + found["carrier"] == -WON


def test_too_little_waits_for_the_rest() -> None:
    order, payment = an_awaited_order(a_mall())
    a_deposit(payment, 5_000)
    assert status_of(order) == OrderStatus.PLACED
    assert balances() == {"bank": 5_000, "deposits": -5_000}
    assert Notice.objects.get(kind="transfer_short").facts["missing"] == "1,500"
    a_deposit(payment, 1_500)
    assert status_of(order) == OrderStatus.CONFIRMED
    assert balances() == {"bank": WON, "deposits": 0, "held": -WON}


def test_what_is_too_much_is_owed_back_and_goes_back_once() -> None:
    _order, payment = an_awaited_order(a_mall())
    a_deposit(payment, WON + 700)
    assert [(p.pk, p.owed_won) for p in transfers.owed_back()] == [(payment.pk, 700)]
    for _twice in range(2):
        back(payment, 700)
    assert balances() == {"bank": WON, "deposits": 0, "held": -WON}
    assert not transfers.owed_back().exists()
    with pytest.raises(DepositReturnAbove) as refusal:
        back(payment, 1, key="back-0000000000002")
    assert refusal.value.data == {"left": 0}
    assert check_all(SOON) == []


def test_a_transfer_sent_twice_pays_once() -> None:
    order, payment = an_awaited_order(a_mall())
    a_deposit(payment, WON)
    a_deposit(payment, WON)
    assert status_of(order) == OrderStatus.CONFIRMED
    assert balances() == {"bank": 2 * WON, "deposits": -WON, "held": -WON}
    assert transfers.owed_back().get().owed_won == WON


def test_without_money_everything_is_free_again_at_the_deadline_and_not_before() -> None:
    mall = a_mall()
    order, _payment = an_awaited_order(mall)
    assert expire_unpaid(now=CUT_OFF) == 0
    assert expire_unpaid(now=NEVER) == 1
    assert (status_of(order), taken_of(mall)) == (OrderStatus.CANCELLED, NOTHING_TAKEN)


def test_what_comes_too_late_goes_back_and_makes_no_order() -> None:
    mall = a_mall()
    order, payment = an_awaited_order(mall)
    expire_unpaid(now=NEVER)
    a_deposit(payment, WON, now=NEXT_MORNING)
    assert (status_of(order), taken_of(mall)) == (OrderStatus.CANCELLED, NOTHING_TAKEN)
    assert transfers.owed_back().get().owed_won == WON
    back(payment, WON)
    assert balances() == {"bank": 0, "deposits": 0}
    assert check_all(NEXT_MORNING) == []


def test_a_part_of_the_money_of_an_order_that_ran_out_goes_back() -> None:
    _order, payment = an_awaited_order(a_mall())
    a_deposit(payment, 1_000)
    with pytest.raises(DepositAwaited):
        back(payment, 1_000)
    expire_unpaid(now=NEVER)
    back(payment, 1_000)
    assert balances() == {"bank": 0, "deposits": 0}


def test_after_the_deadline_money_still_pays_while_nobody_gave_the_order_up() -> None:
    order, payment = an_awaited_order(a_mall())
    a_deposit(payment, WON, now=NEVER)
    assert status_of(order) == OrderStatus.CONFIRMED
    assert expire_unpaid(now=NEVER) == 0


def test_a_refund_waits_until_a_person_has_sent_it_at_the_bank() -> None:
    order, payment = an_awaited_order(a_mall())
    a_deposit(payment, WON)
    cancel_order(order=Order.objects.get(pk=order.pk), reason="shopper", now=SOON)
    assert balances() == {"bank": 0, "deposits": 0, "held": 0}
    assert send_refunds(now=NEXT_MORNING) == 0
    assert check_all(NEXT_MORNING) == []
    (refund,) = transfers.refunds_to_send()
    for _twice in range(2):
        sent = refund_sent(refund_reference=refund.reference, sent_by="USR-OP", now=NEXT_MORNING)
    assert (sent.status, sent.amount_won) == (RefundStatus.DONE, WON)
    assert sent.gateway_reference == "USR-OP"
    assert not transfers.refunds_to_send().exists()


def test_a_cards_refund_is_nobodys_to_send_at_the_bank() -> None:
    order = a_placed_order(a_mall())
    cancel_order(order=order, reason="shopper", now=SOON)
    refund = Refund.objects.first()
    assert refund is not None
    with pytest.raises(CommerceError) as refusal:
        refund_sent(refund_reference=refund.reference, sent_by="USR-OP", now=SOON)
    assert refusal.value.code == "REFUND_UNKNOWN"


def test_the_same_key_is_the_same_line_and_two_readers_write_it_once() -> None:
    _order, payment = an_awaited_order(a_mall())
    line = a_line(WON)
    asked = {"payment_reference": payment.reference, "now": SOON}
    first = take_deposit(seen=line, key="reader-one", **asked)
    again = a_line(WON, recorded_by="USR-OTHER")
    assert take_deposit(seen=again, key="reader-one", **asked) == first
    with pytest.raises(DepositKnown):
        take_deposit(seen=again, key="reader-two", **asked)
    with pytest.raises(IdempotencyMismatch):
        take_deposit(seen=a_line(1), key="reader-one", **asked)
    assert balances() == {"bank": WON, "deposits": 0, "held": -WON}


@pytest.mark.parametrize(
    ("line", "refusal"),
    [
        (a_line(0), DepositInvalid),
        (a_line(1_000_000_000), DepositInvalid),
        (a_line(WON, depositor=""), DepositInvalid),
        (a_line(WON, depositor="x" * 61), DepositInvalid),
        (a_line(WON, depositor="a\x00b"), DepositInvalid),
        (a_line(WON, deposited_at=NOW - timedelta(minutes=2)), DepositTime),
        (a_line(WON, deposited_at=SOON + timedelta(seconds=1)), DepositTime),
    ],
)
def test_what_no_bank_shows_is_refused(line: transfers.Seen, refusal: type[CommerceError]) -> None:
    order, payment = an_awaited_order(a_mall())
    with pytest.raises(refusal):
        take_deposit(payment_reference=payment.reference, seen=line, key="k" * 16, now=SOON)
    assert (status_of(order), Deposit.objects.count(), balances()) == ("placed", 0, {})


def test_a_card_payment_takes_no_deposit() -> None:
    order = a_placed_order(a_mall(), charged=False)
    payment = order.payments.get()
    with pytest.raises(NotFound):
        take_deposit(payment_reference=payment.reference, seen=a_line(1), key="k" * 16, now=SOON)


def test_nobody_is_asked_for_a_transfer_that_cannot_come_in_time() -> None:
    mall = a_mall()
    with pytest.raises(TransferTooLate):
        an_awaited_order(mall, now=CUT_OFF - timedelta(minutes=59))
    assert taken_of(mall) == NOTHING_TAKEN
    assert not Order.objects.exists()


def test_without_an_account_there_is_no_transfer(settings: Settings) -> None:
    settings.TRANSFER_ACCOUNT = ""
    with pytest.raises(TransferNotOffered):
        an_awaited_order(a_mall())
    assert not Order.objects.exists()


def test_a_transfer_is_waited_for_some_hours_where_the_cut_off_is_far(settings: Settings) -> None:
    settings.TRANSFER_HOURS = 3
    _order, payment = an_awaited_order(a_mall())
    assert payment.pay_until == NOW + timedelta(hours=3)


def test_the_days_sums_are_the_banks() -> None:
    order, payment = an_awaited_order(a_mall())
    a_deposit(payment, WON + 500)
    cancel_order(order=Order.objects.get(pk=order.pk), reason="shopper", now=SOON)
    (today,) = bank_days(TODAY, 2)
    assert (today.on, today.in_won, today.out_won) == (TODAY, WON + 500, WON)


def test_who_sent_the_money_is_theirs_to_take_along_and_forgotten_after_five_years() -> None:
    user = a_user()
    order, payment = an_awaited_order(a_mall(), shopper=a_shopper(user_reference=user.reference))
    a_deposit(payment, WON, depositor="이순자")
    assert personal_data(user=user, now=SOON)["deposits"][0]["depositor"] == "이순자"
    cancel_order(order=Order.objects.get(pk=order.pk), reason="shopper", now=SOON)
    assert order.fulfilments.get().status == FulfilmentStatus.CANCELLED
    erase(user=user, now=SOON)
    assert Deposit.objects.get().depositor == "이순자"
    end_kept(now=NOW + KEPT_FOR + timedelta(days=1))
    assert Deposit.objects.get().depositor == Deposit.objects.get().reference
