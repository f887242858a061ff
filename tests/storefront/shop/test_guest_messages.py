"""What a guest hears of an order, by which link it opens, and how they are forgotten."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from commerce.orders.models import Order
from storefront.accounts import guests
from storefront.accounts.models import AuditEntry, Erasure, GuestEmail, Role
from storefront.journeys.cancel_order import cancel_order
from storefront.journeys.erase_person import KEPT_FOR, end_kept
from storefront.notices.actions import send_due
from storefront.notices.models import Notice
from tests.builders.mall import Mall, a_client, a_mall, a_user
from tests.storefront.shop.test_guest import a_guest_with_a_basket, an_answer, an_order

pytestmark = pytest.mark.django_db

EMAIL = "guest@example.com"
PHONE = "010-9876-5432"


@pytest.fixture
def mall() -> Mall:
    return a_mall()


def a_link() -> str:
    """The one in the last message."""
    send_due(now=timezone.now())
    found = re.search(r"https?://[^/]+(/guest/order/\S+)", mail.outbox[-1].body)
    assert found is not None
    return found[1]


def an_ended_order(mall: Mall, guest: Client) -> Order:
    order = an_order(mall, guest, contact_email=EMAIL)
    cancel_order(order=order, reason="shopper", now=timezone.now())
    return order


def code_of(order: Order) -> str:
    return guests.code_of(order.customer.user_reference)


def test_a_guest_hears_what_a_member_hears(mall: Mall) -> None:
    an_ended_order(mall, a_guest_with_a_basket(mall))
    send_due(now=timezone.now())
    assert [message.to for message in mail.outbox] == [[EMAIL]] * 2
    assert ["확정" in mail.outbox[0].subject, "취소" in mail.outbox[1].subject] == [True, True]


def test_without_an_address_nothing_is_sent_and_nothing_fails(mall: Mall) -> None:
    an_order(mall, a_guest_with_a_basket(mall))
    send_due(now=timezone.now())
    assert mail.outbox == []
    assert set(Notice.objects.values_list("status", flat=True)) == {"sent"}


def test_an_address_that_is_none_is_refused_before_anything_is_ordered(mall: Mall) -> None:
    guest = a_guest_with_a_basket(mall)
    answer = an_answer(mall, guest, contact_email="guest@")
    assert (answer.status_code, answer.context["refusal"]["code"]) == (400, "EMAIL_FORMAT")
    assert not Order.objects.exists()


def test_the_link_of_the_message_opens_the_order_in_any_browser(mall: Mall) -> None:
    order = an_order(mall, a_guest_with_a_basket(mall), contact_email=EMAIL)
    other = Client()
    answer = other.get(a_link())
    assert answer.headers["Location"] == reverse("order", args=[order.reference])
    assert other.get(answer.headers["Location"]).status_code == 200


def test_a_link_that_was_altered_opens_nothing(mall: Mall) -> None:
    order = an_order(mall, a_guest_with_a_basket(mall), contact_email=EMAIL)
    link, other = a_link(), Client()
    for altered in (link[:-2] + "/", link.replace(order.reference, "ORD-OTHER")):
        assert other.get(altered).status_code == 404
    assert other.get(reverse("order", args=[order.reference])).status_code == 302


def test_a_member_is_asked_to_sign_out_first(mall: Mall) -> None:
    an_order(mall, a_guest_with_a_basket(mall), contact_email=EMAIL)
    answer = a_client(a_user("bob@jangteo.test")).get(a_link())
    assert answer.status_code == 400
    assert "GUEST_SIGNED_IN" in answer.content.decode()


def test_a_members_message_leads_to_the_order_too(mall: Mall) -> None:
    order = an_order(mall, a_guest_with_a_basket(mall), contact_email=EMAIL)
    member = a_user("bob@jangteo.test")
    Notice.objects.update(user_reference=member.reference)
    send_due(now=timezone.now())
    assert reverse("order", args=[order.reference]) in mail.outbox[-1].body
    assert "/guest/" not in mail.outbox[-1].body


def test_a_guest_is_forgotten_by_number_and_code(mall: Mall) -> None:
    order = an_ended_order(mall, browser := a_guest_with_a_basket(mall))
    link = a_link()
    sent = {"phone": PHONE, "code": code_of(order), "sure": "on"}
    assert Client().post(reverse("erase_guest"), sent).headers["Location"] == reverse("home")
    order.refresh_from_db()
    assert (order.contact_name, order.customer.phone) == ("나그네", "")
    assert not GuestEmail.objects.exists()
    assert not Notice.objects.exists()
    # Neither the browser of then, nor the code, nor the link lead there any more.
    assert browser.get(reverse("order", args=[order.reference])).status_code == 404
    assert Client().post(reverse("guest_order"), sent).status_code == 404
    assert Client().get(link).status_code == 404
    assert Client().post(reverse("erase_guest"), sent).status_code == 404


def test_what_the_law_keeps_of_a_guest_is_kept_for_five_years(mall: Mall) -> None:
    order = an_ended_order(mall, a_guest_with_a_basket(mall))
    sent = {"phone": PHONE, "code": code_of(order), "sure": "on"}
    Client().post(reverse("erase_guest"), sent)
    until = Erasure.objects.get().keep_until
    assert until == order.placed_at + KEPT_FOR
    assert end_kept(now=until) == 0
    assert end_kept(now=until + timedelta(days=1)) == 1
    order.refresh_from_db()
    assert (order.contact_name, order.contact_phone) == ("", "")


@pytest.mark.parametrize(
    ("changed", "status"),
    [({"sure": ""}, 400), ({"code": "AAAAA-AAAAA"}, 404), ({"phone": "x"}, 400)],
)
def test_a_guest_is_not_forgotten_by_mistake(
    mall: Mall, changed: dict[str, str], status: int
) -> None:
    order = an_ended_order(mall, a_guest_with_a_basket(mall))
    sent = {"phone": PHONE, "code": code_of(order), "sure": "on"} | changed
    assert Client().post(reverse("erase_guest"), sent).status_code == status
    assert not Erasure.objects.exists()


def test_an_order_under_way_is_ended_first(mall: Mall) -> None:
    order = an_order(mall, a_guest_with_a_basket(mall), contact_email=EMAIL)
    sent = {"phone": PHONE, "code": code_of(order), "sure": "on"}
    answer = Client().post(reverse("erase_guest"), sent)
    assert answer.context["refusal"]["code"] == "ERASE_UNDER_WAY"
    assert GuestEmail.objects.get().email == EMAIL


def test_the_operator_erases_a_guest_who_called_and_it_is_written_down(mall: Mall) -> None:
    order = an_ended_order(mall, a_guest_with_a_basket(mall))
    operator = a_client(a_user("op@jangteo.test", (Role.OPERATOR, "")))
    page = operator.get(reverse("operator_erasures"), {"order": order.reference.lower()})
    assert page.context["order"] == order
    address = reverse("operator_erase_person", args=[order.reference])
    wrong = operator.post(address, {"phone": "010-1111-2222", "sure": "on"})
    assert (wrong.status_code, Erasure.objects.count()) == (404, 0)
    assert operator.post(address, {"phone": PHONE, "sure": "on"}).status_code == 302
    assert Erasure.objects.get().ended_at is None
    entries = AuditEntry.objects.filter(action="operator_erase_person").order_by("pk")
    assert [(one.subject, one.outcome) for one in entries] == [
        (order.reference, "refused"),
        (order.reference, "done"),
    ]
    assert operator.post(address, {"phone": PHONE, "sure": "on"}).status_code == 404


def test_the_page_of_erasures_opens_before_any_order_is_looked_for(mall: Mall) -> None:
    operator = a_client(a_user("op@jangteo.test", (Role.OPERATOR, "")))
    for asked in ({}, {"order": "ORD-NONE"}):
        page = operator.get(reverse("operator_erasures"), asked)
        assert (page.status_code, page.context["order"]) == (200, None)


def test_an_order_of_a_member_leads_to_the_page_of_their_data(mall: Mall) -> None:
    order = an_ended_order(mall, a_guest_with_a_basket(mall))
    member = a_user("bob@jangteo.test")
    order.customer.user_reference = member.reference
    order.customer.save()
    operator = a_client(a_user("op@jangteo.test", (Role.OPERATOR, "")))
    page = operator.get(reverse("operator_erasures"), {"order": order.reference})
    assert reverse("operator_data_of", args=[member.reference]) in page.content.decode()
    address = reverse("operator_erase_person", args=[order.reference])
    assert operator.post(address, {"phone": PHONE, "sure": "on"}).status_code == 404
    assert not Erasure.objects.exists()


def test_nobody_else_erases_anybody(mall: Mall) -> None:
    order = an_ended_order(mall, a_guest_with_a_basket(mall))
    for who in (a_client(a_user("m@jangteo.test", (Role.MERCHANT, "MER-1"))), a_client(mall.user)):
        assert who.get(reverse("operator_erasures")).status_code == 403
        address = reverse("operator_erase_person", args=[order.reference])
        assert who.post(address, {"phone": PHONE, "sure": "on"}).status_code == 403
    assert not Erasure.objects.exists()


def test_a_guest_gives_up_lines_reads_the_receipt_and_orders_again(mall: Mall) -> None:
    order = an_order(mall, guest := a_guest_with_a_basket(mall), contact_email=EMAIL)
    part = order.fulfilments.get()
    (line,) = part.lines.all()
    address = reverse("cancel_lines", args=[order.reference, part.reference])
    assert guest.post(address, {f"keep:{line.reference}": "1"}).status_code == 302
    line.refresh_from_db()
    assert (line.quantity, line.cancelled_quantity) == (1, 1)
    assert guest.get(reverse("order_receipt", args=[order.reference])).status_code == 200
    assert guest.post(reverse("order_again", args=[order.reference])).status_code == 302
    assert guest.get(reverse("basket")).context["plan"].view.unit_count == 2
    stranger = Client()
    stranger.post(reverse("begin_as_guest"))
    assert stranger.post(address, {f"keep:{line.reference}": "0"}).status_code == 404
    assert stranger.get(reverse("order_receipt", args=[order.reference])).status_code == 404
    assert stranger.post(reverse("order_again", args=[order.reference])).status_code == 404
