import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pytest_django import Settings

from commerce.saleor.app import actions
from commerce.saleor.app.actions import EventMalformed
from commerce.saleor.app.models import Delivery, Installation
from commerce.saleor.app.signature import SignatureWrong, SigningKeyUnknown
from commerce.saleor.app.upstream import UpstreamSilent
from commerce.saleor.app.verifying import (
    BodyMalformed,
    SaleorNotAllowed,
    SaleorNotInstalled,
    SigningKeysJustAsked,
)
from tests.builders.saleor import NOW, allow, an_event, an_installation, another_saleor, receive
from tests.fakes.saleor import IDENTIFIER, FakeSaleor, FakeUpstream

pytestmark = pytest.mark.django_db

SECONDS_LATER = NOW + timedelta(seconds=40)
MINUTES_LATER = NOW + timedelta(minutes=2)


def test_a_delivery_is_kept_as_it_came(saleor: FakeSaleor) -> None:
    installation = an_installation(saleor)
    delivery, is_new = receive(saleor, an_event())
    delivery.refresh_from_db()
    assert is_new
    assert delivery.installation == installation
    assert (delivery.event, bytes(delivery.body)) == ("order_updated", an_event())
    assert delivery.issued_at == datetime(2026, 11, 24, 1, 0, 0, 1, tzinfo=UTC)
    assert (delivery.received_at, delivery.due_at, delivery.done_at) == (NOW, NOW, None)
    assert (delivery.tries, delivery.last_error, delivery.own_echo) == (0, "", False)


def test_a_real_delivery_is_taken(settings: Settings) -> None:
    sample = json.loads((Path(__file__).parent / "signed_delivery.json").read_text())
    settings.SALEOR_ALLOWED_API_URLS = [sample["api_url"]]
    Installation.objects.create(
        api_url=sample["api_url"], jwks=sample["jwks"], jwks_fetched_at=NOW, installed_at=NOW
    )
    delivery, is_new = actions.receive(
        api_url=sample["api_url"],
        event=sample["event"],
        signature=sample["signature"],
        body=sample["body"].encode(),
        upstream=FakeUpstream(),
        now=NOW,
    )
    assert is_new
    assert delivery.issued_at == datetime(2026, 11, 23, 4, 19, 32, 389913, tzinfo=UTC)


def test_a_delivery_that_comes_twice_is_one(saleor: FakeSaleor) -> None:
    an_installation(saleor)
    first, _ = receive(saleor, an_event())
    again, is_new = receive(saleor, an_event(), now=MINUTES_LATER)
    assert (again.pk, again.received_at, is_new) == (first.pk, NOW, False)
    assert Delivery.objects.count() == 1


def test_a_repeat_of_what_was_worked_off_stays_worked_off(saleor: FakeSaleor) -> None:
    an_installation(saleor)
    receive(saleor, an_event())
    actions.work_off(handlers={}, now=NOW, limit=10)
    again, _ = receive(saleor, an_event(), now=MINUTES_LATER)
    assert (again.done_at, again.due_at) == (NOW, None)


@pytest.mark.parametrize("other", ["event", "body"])
def test_another_event_or_body_is_another_delivery(saleor: FakeSaleor, other: str) -> None:
    an_installation(saleor)
    receive(saleor, an_event())
    if other == "event":
        receive(saleor, an_event(), event="order_paid")
    else:
        receive(saleor, an_event(2))
    assert Delivery.objects.count() == 2


def test_two_saleors_may_send_the_same(saleor: FakeSaleor, settings: Settings) -> None:
    other = another_saleor()
    allow(settings, saleor, other)
    for one in (saleor, other):
        an_installation(one)
        receive(one, an_event())
    assert Delivery.objects.count() == 2


def test_what_our_own_app_did_is_kept_and_done(saleor: FakeSaleor) -> None:
    an_installation(saleor)
    delivery, _ = receive(saleor, an_event(issuingPrincipal={"identifier": IDENTIFIER}))
    assert (delivery.own_echo, delivery.done_at, delivery.due_at) == (True, NOW, None)


@pytest.mark.parametrize("event", ["order_paid", "order_fully_paid"])
def test_a_payment_we_only_reported_is_no_echo(saleor: FakeSaleor, event: str) -> None:
    an_installation(saleor)
    told = an_event(issuingPrincipal={"identifier": IDENTIFIER})
    delivery, _ = receive(saleor, told, event=event)
    assert (delivery.own_echo, delivery.due_at) == (False, NOW)


@pytest.mark.parametrize("principal", [None, {}, {"identifier": "another.app"}, "x", 7])
def test_what_others_did_is_to_be_worked_off(saleor: FakeSaleor, principal: object) -> None:
    an_installation(saleor)
    delivery, _ = receive(saleor, an_event(issuingPrincipal=principal))
    assert (delivery.own_echo, delivery.due_at) == (False, NOW)


@pytest.mark.parametrize("told", [None, "", "yesterday", "2026-11-24T01:00:00", 7, {}])
def test_without_a_time_it_has_none(saleor: FakeSaleor, told: object) -> None:
    an_installation(saleor)
    assert receive(saleor, an_event(issuedAt=told))[0].issued_at is None


def test_a_saleor_that_is_not_allowed_is_refused(saleor: FakeSaleor, settings: Settings) -> None:
    an_installation(saleor)
    settings.SALEOR_ALLOWED_API_URLS = ["https://another.example/graphql/"]
    with pytest.raises(SaleorNotAllowed):
        receive(saleor, an_event())


def test_a_saleor_still_installing_is_to_come_again(saleor: FakeSaleor) -> None:
    with pytest.raises(SaleorNotInstalled) as refused:
        receive(saleor, an_event())
    assert refused.value.retryable


def test_another_installations_key_proves_nothing(saleor: FakeSaleor, settings: Settings) -> None:
    other = another_saleor()
    allow(settings, saleor, other)
    an_installation(saleor)
    an_installation(other)
    with pytest.raises(SigningKeyUnknown):
        receive(saleor, an_event(), signature=other.sign(an_event()), now=MINUTES_LATER)
    assert not Delivery.objects.exists()


def test_a_tampered_body_is_refused(saleor: FakeSaleor) -> None:
    an_installation(saleor)
    with pytest.raises(SignatureWrong):
        receive(saleor, an_event(2), signature=saleor.sign(an_event(1)))
    assert not Delivery.objects.exists()


@pytest.mark.parametrize("event", ["", "ORDER_UPDATED", "order updated", "a" * 65, "주문", "x\n"])
def test_an_event_without_a_name_is_refused(saleor: FakeSaleor, event: str) -> None:
    an_installation(saleor)
    with pytest.raises(EventMalformed):
        receive(saleor, an_event(), event=event)


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"7", b"{", b"\xff", b'"text"', b"null", b"[" * 100_000]
)
def test_a_signed_body_that_is_no_object_is_refused(saleor: FakeSaleor, body: bytes) -> None:
    an_installation(saleor)
    with pytest.raises(BodyMalformed):
        receive(saleor, body)


def test_a_new_key_is_learnt(saleor: FakeSaleor) -> None:
    installation = an_installation(saleor)
    saleor.key, saleor.kid = 3, "new"
    receive(saleor, an_event(), now=MINUTES_LATER)
    installation.refresh_from_db()
    assert saleor.asked == ["jwks"]
    assert (installation.jwks, installation.jwks_fetched_at) == (saleor.jwks, MINUTES_LATER)


def test_the_keys_are_asked_for_once_a_minute(saleor: FakeSaleor) -> None:
    an_installation(saleor)
    made_up = saleor.sign(an_event(), kid="made up")
    with pytest.raises(SigningKeyUnknown):
        receive(saleor, an_event(), signature=made_up, now=MINUTES_LATER)
    with pytest.raises(SigningKeysJustAsked) as refused:
        receive(saleor, an_event(), signature=made_up, now=MINUTES_LATER + timedelta(seconds=59))
    assert refused.value.retryable
    assert saleor.asked == ["jwks"]


def test_a_known_key_needs_no_asking(saleor: FakeSaleor) -> None:
    an_installation(saleor)
    receive(saleor, an_event(), now=SECONDS_LATER)
    assert saleor.asked == []


def test_a_saleor_that_does_not_give_its_keys_is_to_come_again(saleor: FakeSaleor) -> None:
    an_installation(saleor)
    saleor.key, saleor.kid, saleor.trouble = 3, "new", UpstreamSilent(reason="HTTP 502")
    with pytest.raises(UpstreamSilent) as refused:
        receive(saleor, an_event(), now=MINUTES_LATER)
    assert refused.value.retryable
