"""Who pressed what, when."""

import csv
import io
from datetime import date, time

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from commerce.business_days import instant
from storefront.accounts.models import AuditEntry, AuditOutcome, Role, User
from storefront.operator_desk import audit
from tests.builders.commerce import a_merchant
from tests.builders.mall import a_client, a_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator() -> Client:
    return a_client(a_user("operator@jangteo.test", (Role.OPERATOR, "")))


def test_what_an_operator_presses_is_on_the_page_without_looking_being_written(
    operator: Client,
) -> None:
    merchant = a_merchant(status="submitted")
    operator.get(reverse("operator_merchants"))
    assert not AuditEntry.objects.exists()
    operator.post(reverse("operator_approve", args=[merchant.reference]))
    page = operator.get(reverse("operator_audit"))
    (told,) = page.context["entries"]
    assert (told.action, told.row.subject, told.row.outcome) == (
        "입점 승인",
        merchant.reference,
        AuditOutcome.DONE,
    )


def test_what_was_refused_is_said_so_and_the_message_is_still_shown(operator: Client) -> None:
    merchant = a_merchant(status="closed")
    answer = operator.post(reverse("operator_approve", args=[merchant.reference]), follow=True)
    assert len(list(answer.context["messages"])) == 1
    assert AuditEntry.objects.get().outcome == AuditOutcome.REFUSED


def test_it_is_found_by_who_by_what_and_by_role(operator: Client) -> None:
    merchant = a_merchant(name="새벽채소")
    stall = a_client(a_user("stall@jangteo.test", (Role.MERCHANT, merchant.reference)))
    stall.post(reverse("merchant_rest"), {"weekdays": ["0"]})
    operator.post(reverse("operator_approve", args=[merchant.reference]))
    for asked, found in (
        ({}, 2),
        ({"q": "stall@"}, 1),
        ({"q": merchant.reference}, 2),
        ({"role": "operator"}, 1),
        ({"q": "아무도"}, 0),
    ):
        assert len(operator.get(reverse("operator_audit"), asked).context["entries"]) == found


def an_entry(operator: Client, on: date) -> None:
    AuditEntry.objects.create(
        at=instant(on, time(23, 59)),
        by=User.objects.get(email="operator@jangteo.test"),
        role=Role.OPERATOR,
        action="operator_settle",
        outcome=AuditOutcome.DONE,
    )


def test_it_is_found_by_what_was_pressed_how_it_ended_and_when(operator: Client) -> None:
    operator.post(reverse("operator_approve", args=[a_merchant(status="closed").reference]))
    an_entry(operator, date(2026, 3, 3))
    an_entry(operator, date(2026, 3, 4))
    for asked, found in (
        ({"action": "operator_settle"}, 2),
        ({"action": "operator_approve"}, 1),
        ({"outcome": "refused"}, 1),
        ({"since": "2026-03-04"}, 2),
        ({"until": "2026-03-03"}, 1),
        ({"since": "2026-03-03", "until": "2026-03-04", "action": "operator_settle"}, 2),
    ):
        entries = operator.get(reverse("operator_audit"), asked).context["entries"]
        assert len(entries) == found, asked


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"role": "king"}, "role"),
        ({"action": "sing"}, "action"),
        ({"outcome": "maybe"}, "outcome"),
        ({"since": "03/04"}, "since"),
        ({"until": "0001-01-01"}, "until"),
        ({"since": "2026-03-04", "until": "2026-03-03"}, "until"),
        ({"page": "99"}, "page"),
    ],
)
def test_what_cannot_be_asked_is_refused(
    operator: Client, asked: dict[str, str], field: str
) -> None:
    assert operator.get(reverse("operator_audit"), asked).status_code == 400, field


def test_the_file_has_every_page_of_what_was_asked_for(operator: Client) -> None:
    for _number in range(audit.PER_PAGE + 1):
        an_entry(operator, date(2026, 3, 3))
    operator.post(reverse("operator_approve", args=[a_merchant().reference]))
    asked = {"file": "csv", "action": "operator_settle"}
    answer = operator.get(reverse("operator_audit_file"), asked)
    header, *rows = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert header[:3] == ["때", "누가", "이메일"]
    assert len(rows) == audit.PER_PAGE + 1
    assert rows[0] == [
        *("2026-03-03 23:59:00", "김하나", "operator@jangteo.test", "운영자", "장터 전체"),
        *("정산하기", "", "했음"),
    ]


def test_a_file_that_is_too_long_is_refused(
    operator: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit, "MOST_ROWS", 1)
    for _number in range(2):
        an_entry(operator, date(2026, 3, 3))
    assert operator.get(reverse("operator_audit_file")).status_code == 400


def test_only_operators_read_it() -> None:
    merchant = a_merchant()
    stall = a_client(a_user("stall@jangteo.test", (Role.MERCHANT, merchant.reference)))
    assert stall.get(reverse("operator_audit")).status_code == 403
    assert stall.get(reverse("operator_audit_file")).status_code == 403


def test_nobody_changes_or_deletes_an_entry(operator: Client) -> None:
    operator.post(reverse("operator_approve", args=[a_merchant().reference]))
    for change in (
        lambda rows: rows.update(subject="MER-OTHER"),
        lambda rows: rows.update(outcome=""),
        lambda rows: rows.delete(),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change(AuditEntry.objects.all())
    assert AuditEntry.objects.count() == 1
