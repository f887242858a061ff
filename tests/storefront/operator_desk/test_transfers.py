"""The operator writes down what the bank shows, and what was sent back; nobody else does."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from commerce.business_days import SEOUL
from commerce.orders.models import Order, OrderStatus
from commerce.payments.models import Deposit, Payment, RefundStatus
from storefront.accounts.models import AuditEntry, Role
from storefront.journeys.cancel_order import cancel_order
from tests.builders.commerce import a_market, a_merchant
from tests.builders.journeys import a_mall
from tests.builders.mall import a_client, a_user
from tests.builders.transfers import an_awaited_order

pytestmark = pytest.mark.django_db

KEY = "k" * 24


@pytest.fixture(autouse=True)
def account(settings: Settings) -> None:
    settings.TRANSFER_ACCOUNT = "농협은행 000-0000 장터"


@pytest.fixture
def payment() -> Payment:
    _order, found = an_awaited_order(a_mall())
    return found


@pytest.fixture
def desk() -> Client:
    return a_client(a_user("operator@jangteo.test", (Role.OPERATOR, "")))


def write_down(desk: Client, payment: Payment, **fields: str) -> Any:
    at = timezone.now().astimezone(SEOUL) - timedelta(minutes=1)
    usual = {
        "key": KEY,
        "depositor": "김영희",
        "amount_won": str(payment.amount_won),
        "deposited_at": f"{at:%Y-%m-%dT%H:%M}",
    }
    return desk.post(reverse("operator_transfer", args=[payment.reference]), usual | fields)


def test_who_waits_is_listed_with_the_deadline_and_what_came_in(
    desk: Client, payment: Payment
) -> None:
    write_down(desk, payment, amount_won="1,000")
    page = desk.get(reverse("operator_transfers"))
    assert [(p.pk, p.in_hand_won) for p in page.context["awaited"]] == [(payment.pk, 1_000)]
    assert "농협은행 000-0000 장터" in page.content.decode()


def test_a_deposit_says_who_sent_how_much_when_and_who_saw_it(
    desk: Client, payment: Payment
) -> None:
    answer = write_down(desk, payment)
    assert answer.status_code == 302
    deposit = Deposit.objects.get()
    assert (deposit.depositor, deposit.amount_won) == ("김영희", payment.amount_won)
    entry = AuditEntry.objects.get()
    assert (entry.by.reference, entry.subject) == (deposit.recorded_by, payment.reference)
    assert (entry.action, entry.outcome) == ("operator_transfer", "done")
    assert Order.objects.get().status == OrderStatus.CONFIRMED
    page = desk.get(answer["Location"]).content.decode()
    assert "주문이 확정되었습니다" in page


def test_pressed_twice_it_is_one_deposit(desk: Client, payment: Payment) -> None:
    fields = {"deposited_at": f"{timezone.now().astimezone(SEOUL):%Y-%m-%dT%H:%M}"}
    for _twice in range(2):
        assert write_down(desk, payment, **fields).status_code == 302
    assert Deposit.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"amount_won": "0"}, "DEPOSIT_INVALID", "amount_won"),
        ({"amount_won": "-5"}, "BAD_INPUT", "amount_won"),
        ({"depositor": "  "}, "DEPOSIT_INVALID", "depositor"),
        ({"deposited_at": "yesterday"}, "BAD_INPUT", "deposited_at"),
        ({"deposited_at": "0001-01-01T00:00"}, "BAD_INPUT", "deposited_at"),
        ({"deposited_at": "2000-01-01T00:00"}, "DEPOSIT_TIME", "deposited_at"),
        ({"key": "short"}, "BAD_INPUT", "key"),
    ],
)
def test_what_cannot_be_is_refused_and_kept_in_the_form(
    desk: Client, payment: Payment, fields: dict[str, str], code: str, field: str
) -> None:
    answer = write_down(desk, payment, **fields)
    refusal = answer.context["refusal"]
    assert (answer.status_code, refusal["code"], refusal["field"]) == (400, code, field)
    assert answer.context["typed"]["depositor"] == fields.get("depositor", "김영희")
    assert not Deposit.objects.exists()


def test_what_was_too_much_is_listed_until_it_was_sent_back(desk: Client, payment: Payment) -> None:
    write_down(desk, payment, amount_won=str(payment.amount_won + 300))
    address = reverse("operator_transfers")
    assert [p.owed_won for p in desk.get(address).context["owed"]] == [300]
    back = reverse("operator_send_back", args=[payment.reference])
    for _twice in range(2):
        desk.post(back, {"key": KEY, "amount_won": "300"})
    assert not desk.get(address).context["owed"]
    assert desk.get(address).context["days"][0].out_won == 300


def test_a_refund_is_listed_until_it_was_sent(desk: Client, payment: Payment) -> None:
    write_down(desk, payment)
    cancel_order(order=Order.objects.get(), reason="shopper", now=timezone.now())
    (refund,) = desk.get(reverse("operator_transfers")).context["refunds"]
    desk.post(reverse("operator_refund_sent", args=[refund.reference]))
    refund.refresh_from_db()
    assert refund.status == RefundStatus.DONE
    assert not desk.get(reverse("operator_transfers")).context["refunds"]


def test_transfers_are_the_operators_alone(payment: Payment, desk: Client) -> None:
    others = [(Role.MERCHANT, a_merchant().reference), (Role.HELPER, a_market().reference)]
    for role, scope in others:
        other = a_client(a_user(f"{role}@jangteo.test", (role, scope)))
        assert other.get(reverse("operator_transfers")).status_code == 403
        assert write_down(other, payment).status_code == 403
        back = reverse("operator_send_back", args=[payment.reference])
        assert other.post(back, {"key": KEY, "amount_won": "1"}).status_code == 403
        assert other.post(reverse("operator_refund_sent", args=["REF-1"])).status_code == 403
    assert not Deposit.objects.exists()
    assert desk.get(reverse("operator_transfer", args=["PAY-NOBODY"])).status_code == 404
