"""The shopper's side of the waiting list."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from drivethrough.slots import actions
from drivethrough.slots.models import Booking, Slot, Waiting, WaitingStatus
from storefront.journeys.offer_places import offer_places
from storefront.notices.actions import send_due
from tests.builders.drivethrough import a_booking, a_slot
from tests.builders.mall import a_client, a_user

pytestmark = pytest.mark.django_db


def a_full_slot() -> tuple[Slot, Booking]:
    slot = a_slot(on_date=timezone.localdate() + timedelta(days=5), cars=1)
    return slot, a_booking(slot=slot, now=timezone.now())


def joined(client: Client, slot: Slot, **sent: str) -> Waiting:
    wanted = sent or {"slot": slot.reference}
    url = reverse("join_waiting", args=[slot.site.reference])
    client.post(url, {**wanted, "key": str(uuid4())})
    return Waiting.objects.latest("pk")


def test_a_full_slot_can_be_waited_for_and_the_page_says_whose_turn_it_is() -> None:
    slot, _ = a_full_slot()
    ada, bob = a_client(a_user()), a_client(a_user("bob@jangteo.test"))
    site = ada.get(reverse("site", args=[slot.site.reference])).content.decode()
    assert slot.reference in site
    joined(ada, slot)
    row = joined(bob, slot)
    page = bob.get(reverse("waiting", args=[row.reference])).content.decode()
    assert "먼저 기다리는 분이 1분" in page


def test_a_freed_place_is_told_and_taken_into_the_basket() -> None:
    slot, booking = a_full_slot()
    ada = a_client(a_user())
    row = joined(ada, slot)
    actions.cancel(booking_reference=booking.reference, now=timezone.now())
    assert offer_places(now=timezone.now()) == 1
    send_due(now=timezone.now())
    url = reverse("waiting", args=[row.reference])
    assert url in mail.outbox[-1].body
    assert reverse("take_offer", args=[row.reference]) in ada.get(url).content.decode()
    ada.post(reverse("take_offer", args=[row.reference]))
    row.refresh_from_db()
    assert row.status == WaitingStatus.TAKEN
    assert row.booking.owner_reference.startswith("BKT-")  # type: ignore[union-attr]


def test_a_whole_day_can_be_waited_for() -> None:
    slot, _ = a_full_slot()
    row = joined(a_client(a_user()), slot, on=str(timezone.localdate(slot.starts_at)))
    assert row.is_whole_day


def test_who_waits_no_longer_is_out_of_the_line() -> None:
    slot, _ = a_full_slot()
    ada = a_client(a_user())
    row = joined(ada, slot)
    ada.post(reverse("leave_waiting", args=[row.reference]))
    row.refresh_from_db()
    assert row.status == WaitingStatus.LEFT


@pytest.mark.parametrize("sent", [{"on": "x"}, {"slot": "SLT-NONE"}, {"on": "2020-01-01"}])
def test_what_cannot_be_waited_for_is_refused_on_the_sites_page(sent: dict[str, str]) -> None:
    slot, _ = a_full_slot()
    url = reverse("join_waiting", args=[slot.site.reference])
    answer = a_client(a_user()).post(url, {**sent, "key": str(uuid4())}, follow=True)
    assert answer.status_code == 200
    assert not Waiting.objects.exists()


def test_nobody_sees_or_takes_anothers_place_in_line() -> None:
    slot, _ = a_full_slot()
    row = joined(a_client(a_user()), slot)
    mallory = a_client(a_user("mallory@jangteo.test"))
    assert mallory.get(reverse("waiting", args=[row.reference])).status_code == 404
    for page in ("take_offer", "leave_waiting"):
        assert mallory.post(reverse(page, args=[row.reference])).status_code == 404
