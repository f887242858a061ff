"""The shopper's side of a drive-in screening."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from commerce.orders.models import Order, OrderStatus
from drivethrough.screenings.models import Screening, Ticket, TicketStatus
from tests.builders.drivethrough import a_screening, a_ticket
from tests.builders.mall import a_client, a_user

pytestmark = pytest.mark.django_db


def a_coming_screening(**fields: object) -> Screening:
    return a_screening(on_date=timezone.localdate() + timedelta(days=3), **fields)


def bought(client: Client, screening: Screening, **changes: str) -> object:
    sent = {"key": str(uuid4()), "bay": "2", "plate": "12가 3456", "phone_last4": "5678"}
    return client.post(reverse("buy_bay", args=[screening.reference]), sent | changes)


def test_a_visitor_sees_what_is_coming_and_is_asked_to_sign_in_for_a_bay(client: Client) -> None:
    screening = a_coming_screening()
    assert screening.title in client.get(reverse("screenings")).content.decode()
    page = client.get(reverse("screening", args=[screening.reference]), {"bay": "3"})
    assert f"?next=%2Fscreenings%2F{screening.reference}%2F%3Fbay%3D3" in page.content.decode()


def test_a_pressed_bay_is_bought_once_and_its_ticket_shows_a_code() -> None:
    client, screening = a_client(a_user()), a_coming_screening()
    key = str(uuid4())
    answers = [bought(client, screening, key=key) for _ in range(2)]
    ticket = Ticket.objects.get()
    assert [answer.url for answer in answers] == [reverse("ticket", args=[ticket.reference])] * 2
    page = client.get(answers[0].url)
    assert "<svg" in page.content.decode()
    assert "15,000원" in page.content.decode()
    assert ticket.reference in client.get(reverse("screenings")).content.decode()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"bay": "1"}, "BAY_TAKEN"),
        ({"plate": "x"}, "PLATE_FORMAT"),
        ({"phone_last4": "56"}, "PHONE_LAST4_FORMAT"),
        ({"key": ""}, "BAD_INPUT"),
    ],
)
def test_a_refusal_stands_on_the_plan_and_sells_nothing(changes: dict[str, str], code: str) -> None:
    screening = a_coming_screening()
    a_ticket(screening=screening, bay=1, now=timezone.now())
    answer = bought(a_client(a_user()), screening, **changes)
    assert (answer.status_code, answer.context["refusal"]["code"]) == (400, code)
    assert Ticket.objects.count() == 1


def test_a_ticket_is_cancelled_until_the_cut_off() -> None:
    client, screening = a_client(a_user()), a_coming_screening()
    bought(client, screening)
    ticket = Ticket.objects.get()
    cancel = reverse("cancel_ticket", args=[ticket.reference])
    screening.cut_off_at = timezone.now()
    screening.save()
    assert "마감" in client.post(cancel, follow=True).content.decode()
    screening.cut_off_at = screening.starts_at
    screening.save()
    assert "표를 취소했어요" in client.post(cancel, follow=True).content.decode()
    assert Ticket.objects.get().status == TicketStatus.CANCELLED
    assert Order.objects.get().status == OrderStatus.CANCELLED


def test_somebody_elses_ticket_is_not_found() -> None:
    ticket = a_ticket(screening=a_coming_screening(), now=timezone.now())
    client = a_client(a_user())
    assert client.get(reverse("ticket", args=[ticket.reference])).status_code == 404
    assert client.post(reverse("cancel_ticket", args=[ticket.reference])).status_code == 404
    assert Ticket.objects.get().status == TicketStatus.SOLD
