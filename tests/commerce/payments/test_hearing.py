import logging
from datetime import timedelta

import pytest
from pytest_django import Settings

from commerce.errors import NotFound
from commerce.payments import hearing
from commerce.payments.gateway import GatewayUnavailable, Hint, WebhookRefused
from commerce.payments.hearing import FIRST_PAUSE, MOST_TRIES, work_off
from commerce.payments.models import GatewayEvent, Payment
from commerce.payments.queries import events_given_up
from tests.builders.commerce import NOW
from tests.builders.orders import a_card_payment
from tests.builders.webhooks import a_stripe, hear, tell
from tests.fakes.gateways import failing
from tests.ports.fakes.stripe_api import StripeApi
from tests.ports.fakes.toss_api import webhook
from tests.ports.payment_adapters import TOSS

pytestmark = pytest.mark.django_db

SOON = NOW + timedelta(seconds=10)


@pytest.fixture
def api(settings: Settings) -> StripeApi:
    return a_stripe(settings)


def an_event(api: StripeApi, payment: Payment | None = None, number: int = 1) -> dict[str, object]:
    """A charge of a payment of ours succeeded."""
    key = (payment or a_card_payment()).reference
    intent = {"id": f"pi_{number}", "object": "payment_intent", "metadata": {"key": key}}
    return tell(api, "payment_intent.succeeded", intent)


def test_an_event_is_kept_and_due_at_once(api: StripeApi) -> None:
    payment = a_card_payment()
    event = hear(api, an_event(api, payment))
    assert event is not None
    told = (event.gateway, event.about, event.key, event.gateway_reference)
    assert told == ("stripe", "payment", payment.reference, "pi_1")
    assert (event.received_at, event.due_at, event.done_at) == (NOW, NOW, None)


def test_a_repeat_gets_the_first_row(api: StripeApi) -> None:
    told = an_event(api)
    first, second = hear(api, told), hear(api, told, now=SOON)
    assert first == second
    assert GatewayEvent.objects.get().received_at == NOW


def test_another_gateways_address_is_not_there(api: StripeApi) -> None:
    with pytest.raises(NotFound):
        hearing.receive(name="toss", body=b"{}", headers={}, now=NOW)


def test_what_is_not_signed_is_refused_and_not_kept(api: StripeApi) -> None:
    body, headers = api.signed(an_event(api), secret="whsec_of_somebody")
    with pytest.raises(WebhookRefused):
        hearing.receive(name="stripe", body=body, headers=headers, now=NOW)
    assert not GatewayEvent.objects.exists()


def test_what_nobody_follows_is_not_kept(api: StripeApi) -> None:
    assert hear(api, tell(api, "customer.created", {"id": "cus_1", "object": "customer"})) is None
    assert not GatewayEvent.objects.exists()


def test_another_shops_charges_at_the_same_account_are_not_kept(api: StripeApi) -> None:
    intent = {"id": "pi_1", "object": "payment_intent", "metadata": {"key": "PAY-NOBODYS"}}
    assert hear(api, tell(api, "payment_intent.succeeded", intent)) is None
    assert not GatewayEvent.objects.exists()


@pytest.mark.parametrize(
    "told",
    [
        {"orderId": "x" * 65},
        {"orderId": "PAY-\x00"},
        {"paymentKey": "x" * 256},
        {"transmission": "x" * 256},
    ],
    ids=["a long key", "NUL", "a long reference", "a long id"],
)
def test_an_unsigned_event_that_no_gateway_sends_is_refused(
    settings: Settings, told: dict[str, str]
) -> None:
    TOSS.use(settings)
    data = {"orderId": "PAY-1", "paymentKey": "tviva1"} | told
    transmission = data.pop("transmission", "whtrans_1")
    event = {"eventType": "PAYMENT_STATUS_CHANGED", "data": data}
    body, headers = webhook(event, transmission=transmission)
    with pytest.raises(WebhookRefused):
        hearing.receive(name="toss", body=body, headers=headers, now=NOW)


def test_a_follower_gets_the_hint(api: StripeApi) -> None:
    payment = a_card_payment()
    told = an_event(api, payment)
    hear(api, told)
    hints: list[Hint] = []
    assert work_off(follow=lambda hint, now: hints.append(hint), now=SOON, limit=10) == 1
    assert hints == [Hint(str(told["id"]), "payment", payment.reference, "pi_1")]


def test_what_is_followed_is_done(api: StripeApi) -> None:
    hear(api, an_event(api))
    work_off(follow=lambda hint, now: None, now=SOON, limit=10)
    assert work_off(follow=lambda hint, now: None, now=SOON + timedelta(days=1), limit=10) == 0
    event = GatewayEvent.objects.get()
    assert (event.done_at, event.due_at, event.tries, event.last_error) == (SOON, None, 1, "")


def test_one_that_fails_comes_again_and_stops_no_other(api: StripeApi) -> None:
    payment = a_card_payment()
    for number in (1, 2):
        hear(api, an_event(api, payment, number))
    followed: list[str] = []

    def follow(hint: Hint, now: object) -> None:
        followed.append(hint.gateway_reference)
        if hint.gateway_reference == "pi_1":
            raise GatewayUnavailable

    assert work_off(follow=follow, now=SOON, limit=10) == 2
    assert work_off(follow=follow, now=SOON + FIRST_PAUSE, limit=10) == 1
    assert followed == ["pi_1", "pi_2", "pi_1"]
    failed = GatewayEvent.objects.get(done_at=None)
    assert (failed.tries, failed.last_error) == (2, "GatewayUnavailable")
    assert failed.due_at == SOON + FIRST_PAUSE + 2 * FIRST_PAUSE


def test_one_that_keeps_failing_is_given_up_loudly(
    api: StripeApi, caplog: pytest.LogCaptureFixture
) -> None:
    hear(api, an_event(api))
    at = NOW
    for _ in range(MOST_TRIES):
        work_off(follow=failing, now=at, limit=10)
        at += timedelta(days=1)
    assert work_off(follow=failing, now=at, limit=10) == 0
    assert [event.last_error for event in events_given_up()] == ["ZeroDivisionError"]
    assert [r.levelno for r in caplog.records if "given up" in r.message] == [logging.ERROR]


def test_one_whose_worker_died_is_taken_up_after_the_pause(api: StripeApi) -> None:
    hear(api, an_event(api))

    def die(hint: Hint, now: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        work_off(follow=die, now=SOON, limit=10)
    assert work_off(follow=lambda hint, now: None, now=SOON, limit=10) == 0
    assert work_off(follow=lambda hint, now: None, now=SOON + FIRST_PAUSE, limit=10) == 1


def test_not_more_are_taken_than_asked_for(api: StripeApi) -> None:
    payment = a_card_payment()
    for number in range(3):
        hear(api, an_event(api, payment, number))
    assert work_off(follow=lambda hint, now: None, now=SOON, limit=2) == 2
    assert GatewayEvent.objects.filter(done_at=None).count() == 1
