"""The false gateways are as strict as what they stand for; else the contract proves nothing."""

from typing import Any

import pytest
import stripe
from stripe.params import PaymentIntentCreateParams, RefundListParams

from commerce.payments.stripe_gateway import API_VERSION
from tests.ports.fakes.stripe_api import SECRET, StripeApi
from tests.ports.fakes.stripe_params import decoded, misfit
from tests.ports.fakes.toss_api import Refused, TossApi, taken

ASKED: Any = {
    "amount": 12_500,
    "currency": "krw",
    "allowed_payment_method_types": ["card"],
    "confirm": True,
    "payment_method": "pm_card_visa",
}


def _create(api: StripeApi, key: str, **asked: Any) -> stripe.PaymentIntent:
    client = stripe.StripeClient(SECRET, stripe_version=API_VERSION, http_client=api)
    intents = client.v1.payment_intents
    return intents.create(ASKED | asked, {"idempotency_key": key})


@pytest.mark.parametrize(
    ("form", "wrong"),
    [
        ("amount=12500&currency=krw&confirm=true&metadata[key]=PAY-1", ""),
        ("amount=12500", "currency"),
        ("amount=125.0&currency=krw", "amount"),
        ("amount=12500&currency=krw&confirm=yes", "confirm"),
        ("amount=12500&currency=krw&capture_method=later", "capture_method"),
        ("amount=12500&currency=krw&payment_method_types[0]=card", "payment_method_types"),
        ("amount=12500&currency=krw&shipping[town]=x", "shipping"),
        ("amount=12500&currency=krw&stripe_account=acct_1", "stripe_account"),
    ],
)
def test_stripe_takes_what_its_package_documents(form: str, wrong: str) -> None:
    assert misfit(decoded(form), PaymentIntentCreateParams) == wrong


def test_stripe_needs_nothing_that_its_package_does_not_need() -> None:
    assert misfit({}, RefundListParams) == ""


def test_stripe_gives_one_answer_for_a_key() -> None:
    api = StripeApi()
    assert _create(api, "K").id == _create(api, "K").id != _create(api, "L").id


def test_stripe_refuses_a_key_for_another_question() -> None:
    api = StripeApi()
    _create(api, "K")
    with pytest.raises(stripe.IdempotencyError):
        _create(api, "K", amount=12_501)


def test_stripe_keeps_no_answer_to_a_question_it_did_not_understand() -> None:
    api = StripeApi()
    with pytest.raises(stripe.InvalidRequestError):
        _create(api, "K", colour="red")
    assert _create(api, "K").status == "succeeded"


def test_stripe_makes_a_charge_anew_once_it_forgot_the_key() -> None:
    api = StripeApi()
    first = _create(api, "K")
    api.forget_keys()
    assert _create(api, "K").id != first.id


@pytest.mark.parametrize(
    "asked",
    [
        {"paymentKey": "tviva1", "orderId": "PAY-1", "amount": 100},
        {"paymentKey": "tviva1", "orderId": "PAY/7Q4KM2", "amount": 100},
        {"paymentKey": "tviva1", "orderId": "PAY-7Q4KM2", "amount": "100"},
        {"paymentKey": "tviva1", "orderId": "PAY-7Q4KM2", "amount": 0},
        {"paymentKey": "tviva1", "orderId": "PAY-7Q4KM2"},
        {"paymentKey": "tviva1", "orderId": "PAY-7Q4KM2", "amount": 100, "taxFreeAmount": 0},
    ],
)
def test_toss_takes_what_its_reference_documents(asked: dict[str, Any]) -> None:
    with pytest.raises(Refused, match="INVALID_REQUEST"):
        taken("confirm", asked)


def test_toss_tells_an_order_by_the_payment_that_was_confirmed() -> None:
    api = TossApi()
    for card in ("pays", "pays"):
        api.window(order_id="PAY-7Q4KM2", amount_won=100, card=card)
    confirmed = list(api.payments.values())[1]
    confirmed["status"] = "DONE"
    assert api.of_order("PAY-7Q4KM2") == confirmed
