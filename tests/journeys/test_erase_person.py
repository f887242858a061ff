"""A member takes along what the mall knows of them, and is forgotten."""

import json
from datetime import timedelta

import pytest

from commerce.orders.models import Order, OrderLine
from commerce.orders.queries import orders_of
from commerce.returns import actions as returns
from commerce.returns.models import ReturnKind, ReturnPhoto, ReturnRequest, ReturnStatus
from drivethrough.screenings.models import Ticket, TicketStatus
from drivethrough.slots.models import Booking
from logistics.consignments.models import Consignment
from storefront.accounts.models import Erasure, Role, User
from storefront.day.invariants import check_all
from storefront.journeys.cancel_order import cancel_order
from storefront.journeys.confirm_payment import send_refunds
from storefront.journeys.erase_person import (
    KEPT_FOR,
    EraseRolesHeld,
    EraseUnderWay,
    end_kept,
    erase,
)
from storefront.journeys.personal_data import personal_data
from storefront.notices.models import Notice
from tests.builders.drivethrough import a_ticket
from tests.builders.journeys import NOW, a_mall, a_placed_order, a_shopper
from tests.builders.mall import a_user

SOON = NOW + timedelta(minutes=2)
LATER = NOW + timedelta(minutes=5)

pytestmark = pytest.mark.django_db

NAMES = ("김영희", "1234-5678", "+821012345678", "인계로 123", "ada@jangteo.test", "12가3456")


def a_member_with_an_order(*, ended: bool = True) -> tuple[User, Order]:
    user = a_user()
    shopper = a_shopper(user_reference=user.reference)
    order = a_placed_order(a_mall(), shopper=shopper)
    if ended:
        cancel_order(order=order, reason="shopper", now=SOON)
        send_refunds(now=SOON)
    return user, order


def everything(user: User) -> str:
    return json.dumps(personal_data(user=user, now=NOW), ensure_ascii=False)


def test_a_ticket_is_taken_along_and_whoever_is_forgotten_leaves_its_bay_free() -> None:
    user = a_user()
    ticket = a_ticket(owner_reference=user.reference)
    a_ticket(owner_reference="USR-OTHER")
    (row,) = personal_data(user=user, now=NOW)["screenings"]
    assert (row["reference"], row["plate"]) == (ticket.reference, ticket.plate)
    erase(user=user, now=NOW)
    ticket.refresh_from_db()
    assert (ticket.status, ticket.plate) == (TicketStatus.CANCELLED, "")
    assert Ticket.objects.exclude(plate="").count() == 1


def test_what_one_takes_along_is_ones_own_and_all_of_it() -> None:
    user, order = a_member_with_an_order(ended=False)
    other = a_user("bob@jangteo.test")
    a_shopper(user_reference=other.reference, full_name="남의 이름")
    mine = personal_data(user=user, now=NOW)
    assert [row["reference"] for row in mine["orders"]] == [order.reference]
    assert mine["payments"][0]["amount_won"] == order.total_won
    assert len(mine["orders"][0]["parts"]) == 3
    assert "김영희" in everything(user)
    assert "남의 이름" not in everything(user)
    assert personal_data(user=other, now=NOW)["orders"] == []


def test_nothing_but_the_order_itself_names_them_any_more() -> None:
    user, order = a_member_with_an_order()
    first = erase(user=user, now=LATER)
    assert erase(user=user, now=LATER) == first
    user.refresh_from_db()
    assert not user.is_active
    order.refresh_from_db()
    assert order.contact_name == "김영희"
    mine = personal_data(user=user, now=LATER)
    kept = {"orders": mine.pop("orders")}
    assert "인계로" in json.dumps(kept, ensure_ascii=False)
    assert not [name for name in NAMES if name in json.dumps(mine, ensure_ascii=False)]
    assert not Notice.objects.filter(user_reference=user.reference).exists()
    assert {row.plate for row in Booking.objects.all()} == {""}
    assert {row.contact_phone for row in Consignment.objects.all()} <= {""}
    assert check_all(LATER) == []


def test_after_five_years_the_order_does_not_either() -> None:
    user, order = a_member_with_an_order()
    erase(user=user, now=LATER)
    assert end_kept(now=NOW + KEPT_FOR - timedelta(days=1)) == 0
    assert [end_kept(now=NOW + KEPT_FOR + timedelta(days=1)) for _twice in range(2)] == [1, 0]
    (kept,) = orders_of(order.customer)
    assert (kept.contact_name, kept.contact_phone) == ("", "")
    assert kept.total_won == order.total_won
    user.refresh_from_db()
    assert not [name for name in NAMES if name in everything(user)]


def test_nobody_leaves_with_something_under_way() -> None:
    user, _order = a_member_with_an_order(ended=False)
    with pytest.raises(EraseUnderWay) as refusal:
        erase(user=user, now=LATER)
    assert refusal.value.data["orders"] == 1
    user.refresh_from_db()
    assert user.is_active
    assert not Erasure.objects.exists()


def a_return_with_a_photo(order: Order) -> ReturnRequest:
    line = OrderLine.objects.filter(fulfilment__order=order, variant__isnull=False).first()
    assert line is not None
    asked = ReturnRequest.objects.create(
        key="ask-1", line=line, kind=ReturnKind.DEFECT, quantity=1, words="무름", asked_at=SOON
    )
    ReturnPhoto.objects.create(request=asked, number=1, webp=b"RIFF")
    return asked


def test_nobody_leaves_while_a_return_waits_for_its_answer() -> None:
    user, order = a_member_with_an_order()
    a_return_with_a_photo(order)
    with pytest.raises(EraseUnderWay) as refusal:
        erase(user=user, now=LATER)
    assert refusal.value.data["returns"] == 1
    assert ReturnPhoto.objects.exists()


def test_photos_of_a_fault_go_with_the_person_and_what_was_answered_stays() -> None:
    user, order = a_member_with_an_order()
    asked = a_return_with_a_photo(order)
    returns.move(reference=asked.reference, status=ReturnStatus.DECLINED, answer="늦음", now=LATER)
    (row,) = personal_data(user=user, now=LATER)["returns"]
    assert (row["words"], row["answer"], row["photos"]) == ("무름", "늦음", 1)
    erase(user=user, now=LATER)
    assert ReturnRequest.objects.get().answer == "늦음"
    assert not ReturnPhoto.objects.exists()


def test_whoever_works_here_is_relieved_of_it_first() -> None:
    worker = a_user("stall@jangteo.test", (Role.MERCHANT, "MER-1"))
    with pytest.raises(EraseRolesHeld):
        erase(user=worker, now=NOW)


def test_a_member_who_never_ordered_is_gone_at_once() -> None:
    user = a_user()
    assert erase(user=user, now=NOW).ended_at == NOW
