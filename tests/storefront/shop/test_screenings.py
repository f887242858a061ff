"""The shopper's side of a drive-in screening."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from commerce.basket.models import BasketLine
from commerce.orders.models import Order, OrderStatus
from drivethrough.screenings import actions
from drivethrough.screenings.models import BayWait, Screening, Ticket, TicketStatus, WaitStatus
from storefront.journeys.call_off_screening import call_off_screening
from storefront.journeys.offer_bays import offer_bays
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


def test_a_bay_paid_now_goes_to_the_checkout_and_is_let_go_when_it_is_taken_out() -> None:
    client, screening = a_client(a_user()), a_coming_screening()
    assert bought(client, screening, pay="now").url == reverse("checkout")
    page = client.get(reverse("checkout")).content.decode()
    assert screening.title in page
    assert "2번 자리" in page
    assert 'name="plate"' not in page  # the car is known, and nothing is fetched in a lane
    assert "상품이 모자라면" not in page
    line = BasketLine.objects.get()
    assert screening.title in client.get(reverse("basket")).content.decode()
    client.post(reverse("change_basket_line", args=[line.reference]), {"quantity": "0"})
    assert Ticket.objects.get().status == TicketStatus.EXPIRED


def test_a_bay_that_lapsed_in_the_basket_is_said_there_and_in_the_checkout() -> None:
    client, screening = a_client(a_user()), a_coming_screening()
    bought(client, screening, pay="now")
    Ticket.objects.update(held_until=timezone.now())
    for page in ("basket", "checkout"):
        assert "잡아 둔 시간이 지났어요" in client.get(reverse(page)).content.decode()


def test_whoever_waits_sees_it_and_may_leave() -> None:
    client, screening = a_client(a_user()), a_coming_screening(bays=1)
    a_ticket(screening=screening, now=timezone.now())
    page = reverse("screening", args=[screening.reference])
    assert "자리 기다리기" in client.get(page).content.decode()
    client.post(reverse("wait_for_bay", args=[screening.reference]))
    assert "자리를 기다리고 있어요" in client.get(page).content.decode()
    client.post(reverse("leave_bay_wait", args=[screening.reference]))
    assert BayWait.objects.get().status == WaitStatus.LEFT


def test_an_offered_bay_is_taken_on_the_page_of_its_screening() -> None:
    client, screening = a_client(a_user()), a_coming_screening(bays=1)
    sold = a_ticket(screening=screening, now=timezone.now())
    client.post(reverse("wait_for_bay", args=[screening.reference]))
    actions.give_up(ticket_reference=sold.reference, now=timezone.now())
    offer_bays(now=timezone.now())
    page = client.get(reverse("screening", args=[screening.reference])).content.decode()
    assert "1번 자리가 났어요" in page
    take = reverse("take_bay", args=[screening.reference])
    refused = client.post(take, {"plate": "x", "phone_last4": "5678"})
    assert (refused.status_code, refused.context["refusal"]["code"]) == (400, "PLATE_FORMAT")
    taken = client.post(take, {"plate": "12가3456", "phone_last4": "5678"})
    assert taken.url == reverse("checkout")
    assert BasketLine.objects.get().price_seen_won == 15_000


def test_after_it_is_called_off_its_owner_chooses_on_the_ticket_and_nobody_else_may() -> None:
    client, screening = a_client(a_user()), a_coming_screening()
    other = a_screening(on_date=timezone.localdate() + timedelta(days=4), title="봄 이야기")
    bought(client, screening)
    ticket = Ticket.objects.get()
    call_off_screening(screening=screening, now=timezone.now())
    assert "봄 이야기" in client.get(reverse("ticket", args=[ticket.reference])).content.decode()
    swap = reverse("swap_ticket", args=[ticket.reference])
    money_back = reverse("ticket_money_back", args=[ticket.reference])
    stranger = a_client(a_user("eve@jangteo.test"))
    for page in (swap, money_back):
        assert stranger.post(page, {"screening": other.reference}).status_code == 404
    assert client.post(swap, {"screening": "SCR-X"}).url == reverse(
        "ticket", args=[ticket.reference]
    )
    moved = client.post(swap, {"screening": other.reference})
    assert moved.url != reverse("ticket", args=[ticket.reference])
    assert "봄 이야기" in client.get(moved.url).content.decode()
    late = client.post(money_back, follow=True).content.decode()
    assert "이미 고르셨거나" in late


def test_an_order_leads_to_its_ticket() -> None:
    client, screening = a_client(a_user()), a_coming_screening()
    bought(client, screening)
    page = client.get(reverse("order", args=[Order.objects.get().reference])).content.decode()
    assert reverse("ticket", args=[Ticket.objects.get().reference]) in page
