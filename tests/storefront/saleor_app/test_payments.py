"""A Saleor's payments through our gateway: answered in its words, taken once."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from commerce.catalogue.models import Product, TaxClass
from commerce.orders.models import Order
from commerce.payments.gateway import GatewayUnavailable
from commerce.payments.models import Payment, PaymentMethod, Refund, RefundStatus
from commerce.payments.sandbox.bank import decide
from commerce.payments.sandbox.gateway import SandboxGateway
from commerce.payments.sandbox.models import SandboxCharge, SandboxRefund
from commerce.saleor.app import charging, requests
from commerce.saleor.app.models import AppCharge, AppRequest
from commerce.saleor.app.upstream import UpstreamSilent
from commerce.settlement.queries import balances
from storefront.journeys.cancel_order import cancel_order
from storefront.journeys.confirm_payment import send_refunds
from storefront.journeys.follow_saleor_order import follow_order
from tests.builders.mall import a_mall
from tests.builders.saleor import ORDER_ID, there_is
from tests.fakes.saleor import FakeSaleor, FakeUpstream

TRANSACTION = "VHJhbnNhY3Rpb25JdGVtOmRhN2Y4N2M3LWZkODktNDQzZC1iMjNiLWRmM2Y2ZmUwMmU0ZA=="
LATER = timedelta(minutes=2)


def ask(client: Client, saleor: FakeSaleor, event: str, **fields: Any) -> tuple[int, Any]:
    """As recorded from a Saleor, but for what ``fields`` say."""
    usual = {
        "__typename": event,
        "issuedAt": "2026-11-23T03:59:07.248363+00:00",
        "data": None,
        "action": {"amount": 15000.0, "currency": "KRW", "actionType": "CHARGE"},
        "transaction": {"id": TRANSACTION},
    }
    body = json.dumps(usual | fields).encode()
    answer = client.post(
        "/saleor/payments",
        body,
        content_type="application/json",
        headers={"Saleor-Api-Url": saleor.api_url, "Saleor-Signature": saleor.sign(body)},
    )
    return answer.status_code, answer.json()


def begin(client: Client, saleor: FakeSaleor, card: str = "tok_4242", **fields: Any) -> Any:
    data = {"cardToken": card} if card else None
    status, told = ask(client, saleor, "TransactionInitializeSession", data=data, **fields)
    assert status == 200
    return told


def go_on(client: Client, saleor: FakeSaleor, card: str = "") -> Any:
    data = {"cardToken": card} if card else None
    return ask(client, saleor, "TransactionProcessSession", data=data)[1]


def request(
    client: Client, saleor: FakeSaleor, kind: str, won: int = 15_000, at: str = "03:59:07"
) -> tuple[int, Any]:
    event = {
        "REFUND": "TransactionRefundRequested",
        "CHARGE": "TransactionChargeRequested",
        "CANCEL": "TransactionCancelationRequested",
    }[kind]
    action = {"amount": float(won), "currency": "KRW", "actionType": kind}
    return ask(client, saleor, event, action=action, issuedAt=f"2026-11-23T{at}+00:00")


def test_a_storefront_learns_whose_card_fields_to_show(client: Client, saleor: FakeSaleor) -> None:
    told = ask(client, saleor, "PaymentGatewayInitializeSession", amount=15000.0)
    assert told == (200, {"data": {"gateway": "sandbox", "publishableKey": ""}})


def test_a_card_that_works_is_charged_under_our_key(client: Client, saleor: FakeSaleor) -> None:
    told = begin(client, saleor)
    charge = AppCharge.objects.get()
    assert told == {
        "pspReference": charge.key,
        "amount": 15_000,
        "result": "CHARGE_SUCCESS",
        "actions": ["REFUND"],
    }
    assert SandboxCharge.objects.get().key == charge.key


def test_the_same_event_gets_the_same_answer_and_moves_money_once(
    client: Client, saleor: FakeSaleor
) -> None:
    assert begin(client, saleor) == begin(client, saleor) == go_on(client, saleor, "tok_other")
    assert SandboxCharge.objects.count() == 1


def test_a_card_that_is_declined_is_a_failure(client: Client, saleor: FakeSaleor) -> None:
    told = begin(client, saleor, "tok_declined")
    assert (told["result"], told["message"], told["actions"]) == (
        "CHARGE_FAILURE",
        "card_declined",
        [],
    )


def test_a_card_may_come_in_the_second_step(client: Client, saleor: FakeSaleor) -> None:
    told = begin(client, saleor, card="")
    assert told["result"] == "CHARGE_ACTION_REQUIRED"
    assert told["data"] == {"reference": told["pspReference"]}
    assert go_on(client, saleor, "tok_4242")["result"] == "CHARGE_SUCCESS"


def test_a_bank_that_asks_is_waited_for(client: Client, saleor: FakeSaleor) -> None:
    told = begin(client, saleor, "tok_authenticates")
    assert told["result"] == "CHARGE_ACTION_REQUIRED"
    assert told["data"]["clientSecret"]
    decide(key=told["pspReference"], allows=True)
    assert go_on(client, saleor)["result"] == "CHARGE_SUCCESS"


def test_a_gateway_that_is_silent_leaves_it_pending_until_it_answers(
    client: Client, saleor: FakeSaleor
) -> None:
    assert begin(client, saleor, "tok_unavailable")["result"] == "CHARGE_REQUEST"
    assert go_on(client, saleor)["result"] == "CHARGE_SUCCESS"
    assert SandboxCharge.objects.count() == 1


def held(client: Client, saleor: FakeSaleor) -> Any:
    action = {"amount": 15000.0, "currency": "KRW", "actionType": "AUTHORIZATION"}
    return begin(client, saleor, action=action)


def test_what_is_only_held_can_be_captured(client: Client, saleor: FakeSaleor) -> None:
    told = held(client, saleor)
    assert (told["result"], told["actions"]) == ("AUTHORIZATION_SUCCESS", ["CHARGE", "CANCEL"])
    status, captured = request(client, saleor, "CHARGE", 9_000)
    assert (status, captured["result"], captured["amount"]) == (200, "CHARGE_SUCCESS", 9_000)
    assert captured["actions"] == ["REFUND"]


def test_what_is_only_held_can_be_let_go(client: Client, saleor: FakeSaleor) -> None:
    held(client, saleor)
    assert request(client, saleor, "CANCEL")[1]["result"] == "CANCEL_SUCCESS"


def test_what_was_taken_cannot_be_cancelled(client: Client, saleor: FakeSaleor) -> None:
    held(client, saleor)
    request(client, saleor, "CHARGE")
    assert request(client, saleor, "CANCEL")[1]["result"] == "CANCEL_FAILURE"


def test_a_refund_asked_for_there_goes_back_once(client: Client, saleor: FakeSaleor) -> None:
    begin(client, saleor)
    first, again = (request(client, saleor, "REFUND", 4_000) for _ in range(2))
    assert first == again
    assert (first[0], first[1]["result"]) == (200, "REFUND_SUCCESS")
    assert first[1]["pspReference"] == AppRequest.objects.get().key
    assert list(SandboxRefund.objects.values_list("amount_won", flat=True)) == [4_000]


def test_two_refunds_of_the_same_amount_are_two(client: Client, saleor: FakeSaleor) -> None:
    begin(client, saleor)
    told = [request(client, saleor, "REFUND", 4_000, at)[1] for at in ("04:00:00", "04:00:01")]
    assert len({one["pspReference"] for one in told}) == 2
    assert SandboxRefund.objects.count() == 2


def test_more_than_was_paid_is_not_given_back(client: Client, saleor: FakeSaleor) -> None:
    begin(client, saleor)
    request(client, saleor, "REFUND", 10_000)
    told = request(client, saleor, "REFUND", 5_001, "04:00:00")[1]
    assert (told["result"], told["message"]) == ("REFUND_FAILURE", "more_than_charged")


def test_a_silent_gateway_makes_the_saleor_ask_again(
    client: Client, saleor: FakeSaleor, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(client, saleor)
    with monkeypatch.context() as patched:
        patched.setattr(SandboxGateway, "refund", _silent)
        status, told = request(client, saleor, "REFUND")
        assert (status, told["code"]) == (503, "PAYMENT_GATEWAY_SILENT")
    assert request(client, saleor, "REFUND")[1]["result"] == "REFUND_SUCCESS"


def test_what_the_saleor_stopped_asking_for_is_finished_and_told(
    client: Client, saleor: FakeSaleor, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(client, saleor)
    with monkeypatch.context() as patched:
        patched.setattr(SandboxGateway, "refund", _silent)
        request(client, saleor, "REFUND")
    now = timezone.now()
    assert requests.finish(upstream=FakeUpstream(), now=now, limit=9) == 0
    assert requests.finish(upstream=FakeUpstream(), now=now + timedelta(hours=1), limit=9) == 1
    [(transaction, event)] = saleor.reported
    assert (transaction, event.type, event.amount_won) == (TRANSACTION, "REFUND_SUCCESS", 15_000)


def _silent(*_: Any, **__: Any) -> Any:
    raise GatewayUnavailable


def test_an_answer_that_was_lost_is_told_once_more(client: Client, saleor: FakeSaleor) -> None:
    told = begin(client, saleor)
    now = timezone.now() + LATER
    assert charging.mind(upstream=FakeUpstream(), now=now, limit=9) == 1
    assert charging.mind(upstream=FakeUpstream(), now=now + LATER, limit=9) == 0
    [(transaction, event)] = saleor.reported
    assert (transaction, event.type) == (TRANSACTION, "CHARGE_SUCCESS")
    assert (event.reference, event.actions) == (told["pspReference"], ("REFUND",))


def test_a_shopper_who_never_comes_back_from_the_bank_is_not_charged(
    client: Client, saleor: FakeSaleor
) -> None:
    begin(client, saleor, "tok_authenticates")
    late = timezone.now() + timedelta(minutes=30)
    charging.mind(upstream=FakeUpstream(), now=late, limit=9)
    assert [event.type for _transaction, event in saleor.reported] == ["CHARGE_FAILURE"]
    assert go_on(client, saleor)["result"] == "CHARGE_FAILURE"


@pytest.mark.parametrize(
    "odd",
    [
        {"action": None},
        {"action": {"amount": 1.5, "currency": "KRW", "actionType": "CHARGE"}},
        {"action": {"amount": 10.0, "currency": "USD", "actionType": "CHARGE"}},
        {"action": {"amount": 10.0, "currency": "KRW", "actionType": "REFUND"}},
        {"action": {"amount": -10.0, "currency": "KRW", "actionType": "CHARGE"}},
        {"transaction": {"id": 7}},
        {"data": {"cardToken": "x" * 256}},
    ],
)
def test_another_shape_moves_nothing(
    client: Client, saleor: FakeSaleor, odd: dict[str, Any]
) -> None:
    status, told = ask(client, saleor, "TransactionInitializeSession", **odd)
    assert (status, told["code"]) == (400, "SALEOR_BODY_MALFORMED")
    assert not SandboxCharge.objects.exists()


def test_an_event_we_do_not_answer_is_refused(client: Client, saleor: FakeSaleor) -> None:
    status, told = ask(client, saleor, "OrderCreated")
    assert (status, told["code"]) == (400, "SALEOR_EVENT_MALFORMED")


def test_another_apps_payment_is_none_of_ours(client: Client, saleor: FakeSaleor) -> None:
    status, told = request(client, saleor, "REFUND")
    assert (status, told["code"]) == (404, "SALEOR_CHARGE_UNKNOWN")


def test_a_wrong_signature_moves_nothing(client: Client, saleor: FakeSaleor) -> None:
    answer = client.post(
        "/saleor/payments",
        b"{}",
        content_type="application/json",
        headers={"Saleor-Api-Url": saleor.api_url, "Saleor-Signature": saleor.sign(b"[]")},
    )
    assert answer.json()["code"] == "SIGNATURE_WRONG"


def an_order_paid_through_us(client: Client, saleor: FakeSaleor, refunded_won: int = 0) -> Order:
    """Greens for 6,500 won; some of it given back before the order was ours."""
    mall = a_mall()
    action = {"amount": 6500.0, "currency": "KRW", "actionType": "CHARGE"}
    begin(client, saleor, action=action)
    if refunded_won:
        request(client, saleor, "REFUND", refunded_won)
    there_is(
        saleor,
        (mall.greens, 1),
        charged_won=6_500,
        refunded_won=refunded_won,
        transactions=(TRANSACTION,),
    )
    now = timezone.now()
    follow_order(api_url=saleor.api_url, order_id=ORDER_ID, now=now)
    return Order.objects.get()


def test_what_our_gateway_took_is_a_card_payment_of_the_order(
    client: Client, saleor: FakeSaleor
) -> None:
    order = an_order_paid_through_us(client, saleor)
    payment = order.payments.get()
    assert payment.method == PaymentMethod.CARD
    assert payment.gateway_reference == AppCharge.objects.get().gateway_reference
    assert balances() == {"gateway": 6_500, "held": -6_500}


def test_a_refund_asked_for_there_is_booked_here(client: Client, saleor: FakeSaleor) -> None:
    an_order_paid_through_us(client, saleor)
    assert request(client, saleor, "REFUND", 1_000)[1]["result"] == "REFUND_SUCCESS"
    follow_order(api_url=saleor.api_url, order_id=ORDER_ID, now=timezone.now())
    assert Refund.objects.get().status == RefundStatus.DONE
    assert balances() == {"gateway": 5_500, "held": -5_500}


def test_a_refund_from_before_the_order_was_ours_is_booked_with_it(
    client: Client, saleor: FakeSaleor
) -> None:
    an_order_paid_through_us(client, saleor, refunded_won=1_000)
    assert Payment.objects.get().refunded_won == 1_000
    assert SandboxRefund.objects.count() == 1
    assert balances() == {"gateway": 5_500, "held": -5_500}


def test_of_a_refund_before_the_order_is_ours_its_share_is_free_of_vat(
    client: Client, saleor: FakeSaleor
) -> None:
    """Greens for 2,500 won bear no VAT, their delivery for 4,000 does."""
    mall = a_mall()
    Product.objects.filter(variants=mall.greens).update(tax_class=TaxClass.EXEMPT)
    begin(client, saleor, action={"amount": 6500.0, "currency": "KRW", "actionType": "CHARGE"})
    there_is(saleor, (mall.greens, 1), charged_won=6_500, transactions=(TRANSACTION,))
    asked = {"id": TRANSACTION, "order": {"id": ORDER_ID}}
    for number, won in enumerate((1_300, 5_200)):
        action = {"amount": float(won), "currency": "KRW", "actionType": "REFUND"}
        at = f"2026-11-23T04:00:0{number}+00:00"
        event = "TransactionRefundRequested"
        told = ask(client, saleor, event, action=action, transaction=asked, issuedAt=at)[1]
        assert told["result"] == "REFUND_SUCCESS"
    given = AppRequest.objects.order_by("pk").values_list("amount_won", "tax_free_won")
    assert list(given) == [(1_300, 500), (5_200, 2_000)]


def test_a_refund_waits_while_the_saleor_does_not_say_what_was_bought(
    client: Client, saleor: FakeSaleor
) -> None:
    begin(client, saleor)
    saleor.trouble = UpstreamSilent(reason="ConnectError")
    action = {"amount": 1000.0, "currency": "KRW", "actionType": "REFUND"}
    asked = {"id": TRANSACTION, "order": {"id": ORDER_ID}}
    event = "TransactionRefundRequested"
    status, _told = ask(client, saleor, event, action=action, transaction=asked)
    assert (status, SandboxRefund.objects.count()) == (503, 0)


def test_what_we_give_back_by_ourselves_is_told_there_once(
    client: Client, saleor: FakeSaleor
) -> None:
    order = an_order_paid_through_us(client, saleor)
    later = timezone.now() + LATER
    cancel_order(order=order, reason="shopper", now=later)
    send_refunds(now=later)
    told = [requests.tell_given_back(upstream=FakeUpstream(), now=later) for _ in range(2)]
    assert told == [1, 0]
    [(_transaction, event)] = saleor.reported
    assert (event.type, event.amount_won) == ("REFUND_SUCCESS", 6_500)
    follow_order(api_url=saleor.api_url, order_id=ORDER_ID, now=later)
    assert Refund.objects.count() == 1


def test_what_we_gave_back_already_is_not_given_back_again_there(
    client: Client, saleor: FakeSaleor, settings: Settings
) -> None:
    an_order_paid_through_us(client, saleor)
    request(client, saleor, "REFUND", 6_000)
    told = request(client, saleor, "REFUND", 501, "04:00:00")[1]
    assert (told["result"], told["message"]) == ("REFUND_FAILURE", "refund_above_paid")
