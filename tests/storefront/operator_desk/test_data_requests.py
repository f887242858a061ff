"""Who asks by telephone or letter gets what the mall knows of them, or is forgotten; an operator
does it, says why, and what was done cannot be unsaid."""

import io
import json
import zipfile
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from commerce.customers.models import Customer
from storefront.accounts.models import AuditEntry, DataRequest, Erasure, Role, User
from storefront.journeys.cancel_order import cancel_order
from storefront.journeys.confirm_payment import send_refunds
from storefront.journeys.erase_person import KEPT_FOR, kept_by_law
from tests.builders.commerce import a_market, a_merchant
from tests.builders.journeys import NOW, a_mall, a_placed_order, a_shopper
from tests.builders.mall import a_client, a_user

pytestmark = pytest.mark.django_db

KEY = "k" * 24


def an_operator() -> Client:
    return a_client(a_user("operator@jangteo.test", (Role.OPERATOR, "")))


def a_member(*, ended: bool = True) -> User:
    """With an order of three parts."""
    user = a_user()
    order = a_placed_order(a_mall(), shopper=a_shopper(user_reference=user.reference))
    if ended:
        cancel_order(order=order, reason="shopper", now=NOW)
        send_refunds(now=NOW)
    return user


def asked(**fields: str) -> dict[str, str]:
    return {"key": KEY, "asked_by": "phone", "reason": "신분증 사본을 팩스로 받음"} | fields


def take_out(desk: Client, user: User, **fields: str) -> Any:
    return desk.post(reverse("operator_take_out_data", args=[user.reference]), asked(**fields))


def erase(desk: Client, user: User, **fields: str) -> Any:
    address = reverse("operator_erase", args=[user.reference])
    return desk.post(address, asked(sure="on") | fields)


def test_a_member_is_found_by_the_whole_address_or_number_alone() -> None:
    user, desk = a_member(), an_operator()
    address = reverse("operator_data_requests")
    for who in ("ADA@jangteo.test", "010-1234-5678"):
        assert desk.post(address, {"who": who}).context["found"] == [user], who
    assert desk.post(address, {"who": "@jangteo.test"}).context["found"] == []
    refused = desk.post(address, {"who": "김영희"})
    assert (refused.status_code, refused.context["refusal"]["code"]) == (400, "PHONE_FORMAT")


def test_a_guest_is_no_member() -> None:
    a_shopper(user_reference="GST-1")
    found = an_operator().post(reverse("operator_data_requests"), {"who": "010-1234-5678"})
    assert found.context["found"] == []


def test_the_file_is_the_members_own_data_and_says_who_took_it_out() -> None:
    user, desk = a_member(), an_operator()
    answer = take_out(desk, user, file="json")
    assert json.loads(answer.content)["account"]["email"] == user.email
    assert answer["Cache-Control"] == "no-store"
    (row,) = DataRequest.objects.all()
    assert (row.kind, row.asked_by, row.user_reference) == ("export", "phone", user.reference)
    assert row.by.email == "operator@jangteo.test"
    (entry,) = AuditEntry.objects.all()
    assert (entry.action, entry.subject) == ("operator_take_out_data", user.reference)
    assert entry.outcome == "done"


def test_the_zip_has_a_table_for_each_list() -> None:
    answer = take_out(an_operator(), a_member(), file="zip")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as files:
        assert {"jangteo.json", "orders.csv", "payments.csv"} <= set(files.namelist())
        orders = files.read("orders.csv").decode("utf-8-sig").splitlines()
    assert orders[0].startswith("reference,status,contact_name")
    assert "김영희" in orders[1]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"reason": " "}, "reason"),
        ({"reason": "x" * 201}, "reason"),
        ({"asked_by": "pigeon"}, "asked_by"),
        ({"key": "short"}, "key"),
        ({"file": "pdf"}, "file"),
    ],
)
def test_without_a_reason_nothing_is_taken_out(fields: dict[str, str], field: str) -> None:
    answer = take_out(an_operator(), a_user(), **fields)
    assert (answer.status_code, answer.context["refusal"]["field"]) == (400, field)
    assert not DataRequest.objects.exists()


def test_who_is_erased_is_forgotten_and_the_law_keeps_the_orders() -> None:
    user, desk = a_member(), an_operator()
    page = erase(desk, user)
    assert page.status_code == 302
    user.refresh_from_db()
    assert (user.is_active, user.full_name) == (False, "")
    assert Customer.objects.get(user_reference=user.reference).full_name == ""
    kept = kept_by_law(user=user)
    assert kept is not None
    assert (kept.orders, kept.until) == (1, NOW + KEPT_FOR)
    told = desk.get(page["Location"]).content.decode()
    assert "지웠습니다" in told
    assert "ada@jangteo.test" not in told
    assert [row.kind for row in DataRequest.objects.all()] == ["erase"]


def test_a_second_press_erases_and_writes_nothing_more() -> None:
    user, desk = a_member(), an_operator()
    for key in (KEY, KEY, "z" * 24):
        assert erase(desk, user, key=key).status_code == 302
    assert (DataRequest.objects.count(), Erasure.objects.count()) == (1, 1)


def test_nobody_is_erased_unsure_under_way_or_while_they_work_here() -> None:
    desk, member = an_operator(), a_member(ended=False)
    worker = a_user("stall@jangteo.test", (Role.MERCHANT, a_merchant().reference))
    refused = [erase(desk, member, sure=""), erase(desk, member), erase(desk, worker)]
    assert [answer.context["refusal"]["code"] for answer in refused] == [
        "BAD_INPUT",
        "ERASE_UNDER_WAY",
        "ERASE_ROLES_HELD",
    ]
    assert {answer.status_code for answer in refused} <= {400, 409}
    assert not DataRequest.objects.exists()
    assert not Erasure.objects.exists()


def test_a_key_is_for_one_member_and_one_deed() -> None:
    desk, member = an_operator(), a_user()
    assert take_out(desk, member).status_code == 200
    assert take_out(desk, member).status_code == 200
    other = a_user("bob@jangteo.test")
    assert take_out(desk, other).context["refusal"]["code"] == "DATA_REQUEST_REUSED"
    assert erase(desk, member).context["refusal"]["code"] == "DATA_REQUEST_REUSED"
    assert DataRequest.objects.count() == 1
    member.refresh_from_db()
    assert member.is_active


def test_what_was_done_cannot_be_unsaid() -> None:
    take_out(an_operator(), a_user())
    for change in (
        lambda: DataRequest.objects.update(reason="nothing"),
        lambda: DataRequest.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_personal_data_is_the_operators_to_hand_out_and_nobody_elses() -> None:
    user = a_user()
    others = [
        (Role.MERCHANT, a_merchant().reference),
        (Role.HELPER, a_market().reference),
        (Role.PACKER, a_merchant().reference),
    ]
    pages = ["operator_data_of", "operator_take_out_data", "operator_erase"]
    for role, scope in others:
        other = a_client(a_user(f"{role}@jangteo.test", (role, scope)))
        assert other.post(reverse("operator_data_requests"), {"who": user.email}).status_code == 403
        for name in pages:
            assert other.post(reverse(name, args=[user.reference]), asked()).status_code == 403
    assert a_client(user).get(reverse("operator_data_of", args=[user.reference])).status_code == 403
    assert an_operator().get(reverse("operator_data_of", args=["nobody"])).status_code == 404
    assert not DataRequest.objects.filter(at__lte=timezone.now()).exists()
