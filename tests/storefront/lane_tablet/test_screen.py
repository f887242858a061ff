"""The big screen shows everybody half a plate, and nobody more."""

import json

import pytest
import redis
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from drivethrough.queue import actions as queue
from storefront.lane_tablet.masking import masked
from storefront.live.channels import at_site, lane, may_listen, screen
from tests.storefront.lane_tablet.gate import a_gate, an_arrived_car

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("plate", "shown"), [("12가3456", "12가··56"), ("123나5678", "123나··78"), ("", "··")]
)
def test_two_digits_in_the_middle_are_hidden(plate: str, shown: str) -> None:
    assert masked(plate) == shown


def test_anybody_sees_called_plates_masked(client: Client) -> None:
    gate = a_gate()
    an_arrived_car(gate, plate="12가3456")
    an_arrived_car(gate, plate="34나5678")
    queue.call_next(lane_reference=gate.lane.reference, key="k", now=timezone.now())
    page = client.get(reverse("lane_screen", args=[gate.site.reference]))
    text = page.content.decode()
    assert page.status_code == 200
    assert [call["plate"] for call in page.context["calls"]] == ["12가··56", ""]
    assert page.context["waiting"] == ["34나··78"]
    assert "3456" not in text
    assert "김영희" not in text


def test_a_closed_lane_is_not_on_the_screen(client: Client) -> None:
    gate = a_gate()
    gate.site.lanes.filter(number=2).update(open=False)
    page = client.get(reverse("lane_screen", args=[gate.site.reference]))
    assert [call["number"] for call in page.context["calls"]] == [1]


def test_an_unknown_sites_screen_is_not_found(client: Client) -> None:
    assert client.get(reverse("lane_screen", args=["SIT-NONE"])).status_code == 404


def test_everybody_may_listen_to_the_screen_and_only_farmers_to_the_lane() -> None:
    nobody = AnonymousUser()
    assert may_listen(nobody, screen("SIT-1"))
    assert not may_listen(nobody, lane("SIT-1"))


@pytest.mark.django_db(transaction=True)
def test_a_call_is_told_to_tablets_and_screen_alike() -> None:
    gate = a_gate()
    booking = an_arrived_car(gate)
    with redis.Redis.from_url(settings.REDIS_URL).pubsub() as heard:
        heard.psubscribe("live:*")
        heard.get_message(timeout=5)
        gate.farmer.post(reverse("lane_call", args=[gate.lane.reference]), {"key": "k"})
        told = [heard.get_message(timeout=5) for _ in range(3)]
    channels = {message["channel"].decode() for message in told if message}
    wanted = {*at_site(gate.site.reference), f"booking:{booking.reference}"}
    assert channels == {f"live:{channel}" for channel in wanted}
    assert {json.dumps({})} == {message["data"].decode() for message in told if message}
